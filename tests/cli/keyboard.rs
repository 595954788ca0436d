//! The pages for a browser, used with nothing but a keyboard.

use serde_json::json;

use crate::browser::Tab;
use crate::sealed::Sealed;

/// The element that has the focus, in a few words.
const FOCUSED: &str = "(() => { const e = document.activeElement; return e.id || e.localName; })()";

/// Whether somebody sees where the focus is.
const IS_SEEN: &str = "(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2;
})()";

/// How many sections are open.
const OPEN: &str = "document.querySelectorAll('details.item[open]').length";

fn assert_focused(tab: &mut Tab, expected: &str) {
    assert_eq!(tab.is(FOCUSED), json!(expected));
    assert_eq!(tab.is(IS_SEEN), json!(true), "{expected}: the focus is seen");
}

fn assert_shown(tab: &mut Tab, expected: &str) {
    assert_eq!(tab.is("document.getElementById('shown').textContent"), json!(expected));
}

#[test]
fn a_plan_is_searched_filtered_folded_and_opened_without_a_mouse() {
    let sealed = Sealed::with_examples();
    assert_eq!(sealed.run("--sandbox plan --html plan.html").exit, 0);
    let Some(mut tab) = Tab::open(&sealed.path("plan.html")) else { return };
    tab.press("Tab");
    assert_focused(&mut tab, "search");
    tab.write("gen2 linux");
    assert_shown(&mut tab, "1 of 5 offers shown");
    tab.press("Escape");
    assert_shown(&mut tab, "5 of 5 offers shown");
    tab.press("Tab");
    assert_focused(&mut tab, "kind");
    tab.write("to cr");
    assert_eq!(tab.is("document.getElementById('kind').value"), json!("create"));
    assert_shown(&mut tab, "1 of 5 offers shown");
    tab.press("Home");
    assert_shown(&mut tab, "5 of 5 offers shown");
    tab.press("Tab");
    assert_focused(&mut tab, "unfold");
    tab.press("Tab");
    assert_focused(&mut tab, "fold");
    tab.press("Enter");
    assert_eq!(tab.is(OPEN), json!(0));
    tab.press("Tab");
    assert_focused(&mut tab, "summary");
    assert_eq!(tab.is("document.activeElement.parentElement === document.querySelector('details.item')"), json!(true));
    tab.press("Enter");
    assert_eq!(tab.is(OPEN), json!(1));
    tab.press(" ");
    assert_eq!(tab.is(OPEN), json!(0));
    tab.press("Enter");
    // Into the offer: the next one is in it, and opens the listing.
    tab.press("Tab");
    assert_focused(&mut tab, "summary");
    assert_eq!(tab.is("document.activeElement.textContent"), json!("The listing before and after"));
    assert_eq!(tab.is("document.activeElement.parentElement.open"), json!(false));
    tab.press("Enter");
    assert_eq!(tab.is("document.activeElement.parentElement.open"), json!(true));
    // And back to the search, from wherever one is.
    tab.press("/");
    assert_focused(&mut tab, "search");
    assert_eq!(tab.is("document.activeElement.value"), json!(""), "the key that leads there is not typed");
}

/// Everything on the page that can be used with a mouse, from the top to the bottom; frames are counted by themselves.
const STOPS: &str = "window.stops = Array.from(document.querySelectorAll('summary, input, select, button, a'))
    .filter((e) => e.checkVisibility()), window.stops.length";

/// Which of them has the focus; -1 if it is in no element, or in a frame.
const STOP: &str = "(() => {
    const e = document.activeElement;
    if (e === document.body || e.localName === 'iframe') return -1;
    const at = window.stops.indexOf(e);
    return at < 0 ? window.stops.push(e) - 1 : at;
})()";

/// Where the focus is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Element(i64),
    Frame(usize),
}

fn focus(tab: &mut Tab) -> Option<Stop> {
    if let Some(frame) = (0..tab.frames()).find(|frame| tab.is_in_frame(*frame, "document.hasFocus()") == json!(true)) {
        return Some(Stop::Frame(frame));
    }
    tab.is(STOP).as_i64().filter(|at| *at >= 0).map(Stop::Element)
}

/// Where the focus comes to after `last`. A frame is another process: it takes a few questions until both agree.
fn next(tab: &mut Tab, last: Option<Stop>) -> Option<Stop> {
    tab.press("Tab");
    (0..500).find_map(|_| focus(tab).filter(|stop| Some(*stop) != last))
}

#[test]
fn tab_comes_by_everything_in_order_and_is_caught_nowhere() {
    let sealed = Sealed::with_examples();
    assert_eq!(sealed.run("--sandbox plan --html plan.html").exit, 0);
    assert_eq!(sealed.run("--sandbox apply --offer linux-images --auto-approve --html run.html").exit, 0);
    for page in ["plan.html", "run.html"] {
        let frames = sealed.read(page).matches("<iframe").count();
        let Some(mut tab) = Tab::open(&sealed.path(page)) else { return };
        assert_eq!(tab.frames(), frames, "{page}");
        tab.is("document.querySelectorAll('details').forEach((e) => { e.open = true; })");
        let count = tab.is(STOPS).as_i64().unwrap();
        let mut stops = Vec::new();
        while let Some(stop) = next(&mut tab, stops.last().copied()).filter(|stop| !stops.contains(stop)) {
            let is_seen = match stop {
                Stop::Element(_) => tab.is(IS_SEEN),
                Stop::Frame(frame) => tab.is_in_frame(frame, IS_SEEN),
            };
            assert_eq!(is_seen, json!(true), "{page}: {stop:?}");
            stops.push(stop);
        }
        let elements: Vec<Stop> = stops.iter().filter(|stop| matches!(stop, Stop::Element(_))).copied().collect();
        assert_eq!(elements, (0..count).map(Stop::Element).collect::<Vec<_>>(), "{page}: all of them, in order");
        assert_eq!(stops.len() - elements.len(), frames, "{page}: every frame");
    }
}

#[test]
fn a_long_description_is_read_to_its_end_by_keys() {
    let sealed = Sealed::with_examples();
    let long: Vec<String> = (1..=200).map(|number| format!("<p>Paragraph {number}.</p>\n")).collect();
    sealed.write("offers/linux-images/description.html", &long.concat());
    assert_eq!(sealed.run("--sandbox plan --offer linux-images --html plan.html").exit, 0);
    let Some(mut tab) = Tab::open(&sealed.path("plan.html")) else { return };
    tab.is("document.querySelectorAll('details').forEach((e) => { e.open = true; })");
    tab.is(STOPS);
    let mut last = None;
    let mut find = || {
        last = next(&mut tab, last);
        let Some(Stop::Frame(frame)) = last else { return None };
        let is_it = tab.is_in_frame(frame, "document.body.textContent.includes('Paragraph 200.')") == json!(true);
        is_it.then_some(frame)
    };
    let frame = (0..200).find_map(|_| find()).expect("Tab leads to the frame");
    let is_at_the_end = "(() => { const e = document.scrollingElement;
        return e.scrollTop > 0 && e.scrollTop + e.clientHeight >= e.scrollHeight - 1; })()";
    assert_eq!(tab.is_in_frame(frame, is_at_the_end), json!(false));
    let pages = (0..200).find(|_| {
        tab.press("PageDown");
        tab.is_in_frame(frame, is_at_the_end) == json!(true)
    });
    assert!(pages.is_some(), "200 pages further the end is not in sight");
}
