"use strict";
// Filters the sections of the page. Without it, all of them are there.
const search = document.getElementById("search");
const kind = document.getElementById("kind");
const shown = document.getElementById("shown");
const tools = document.getElementById("tools");
const items = Array.from(document.querySelectorAll("details.item"), (element) => ({
  element,
  text: element.textContent.toLowerCase(),
  kinds: element.dataset.kinds.split(" "),
}));

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const item of items) {
    const fits = words.every((word) => item.text.includes(word)) && (kind.value === "" || item.kinds.includes(kind.value));
    item.element.hidden = !fits;
    count += fits ? 1 : 0;
  }
  shown.textContent = `${count} of ${items.length} ${tools.dataset.of} shown`;
}

function unfold(open) {
  for (const item of items) item.element.open = open;
}

search.addEventListener("input", filter);
kind.addEventListener("change", filter);
tools.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("unfold").addEventListener("click", () => unfold(true));
document.getElementById("fold").addEventListener("click", () => unfold(false));
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select, textarea");
  if (event.key === "/" && !typing) { event.preventDefault(); search.focus(); }
  if (event.key === "Escape" && event.target === search) { search.value = ""; filter(); }
});
tools.hidden = false;
// `plan.html#search=firewall` opens it filtered.
search.value = new URLSearchParams(location.hash.slice(1)).get("search") ?? "";
filter();
