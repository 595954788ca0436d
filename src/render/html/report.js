"use strict";
// Filters the offers of the report. Without it, all of them are there.
const search = document.getElementById("search");
const kind = document.getElementById("kind");
const shown = document.getElementById("shown");
const offers = Array.from(document.querySelectorAll("details.offer"), (element) => ({
  element,
  text: element.textContent.toLowerCase(),
  kinds: element.dataset.kinds.split(" "),
}));

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const offer of offers) {
    const fits = words.every((word) => offer.text.includes(word)) && (kind.value === "" || offer.kinds.includes(kind.value));
    offer.element.hidden = !fits;
    count += fits ? 1 : 0;
  }
  shown.textContent = `${count} of ${offers.length} offers shown`;
}

function unfold(open) {
  for (const offer of offers) offer.element.open = open;
}

search.addEventListener("input", filter);
kind.addEventListener("change", filter);
document.getElementById("tools").addEventListener("submit", (event) => event.preventDefault());
document.getElementById("unfold").addEventListener("click", () => unfold(true));
document.getElementById("fold").addEventListener("click", () => unfold(false));
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select, textarea");
  if (event.key === "/" && !typing) { event.preventDefault(); search.focus(); }
  if (event.key === "Escape" && event.target === search) { search.value = ""; filter(); }
});
document.getElementById("tools").hidden = false;
// `plan.html#search=firewall` opens it filtered.
search.value = new URLSearchParams(location.hash.slice(1)).get("search") ?? "";
filter();
