//! Drift for people.

use std::io::{self, Write};

use super::changes::Newer;
use super::plan::Page;
use super::release;
use crate::plan::Action;
use crate::render::drift::Drift;
use crate::render::outline::Outline;
use crate::render::{Style, visible, words};

/// Writes what differs, what only the portal has, and a last line that counts.
pub fn drift(drift: &Drift, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let mut page = Page { out, style };
    for offer in drift.listed() {
        let address = visible(&offer.address().to_string()).into_owned();
        let what = match drift.unapplied_and_edited(offer) {
            _ if offer.action() == Action::Create => "is not in the portal",
            _ if offer.action() == Action::None => "the draft is released less far than declared",
            (1.., 0) => "HEAD is not what was applied or adopted last; the portal was not edited since",
            (1.., 1..) => "the portal differs; values not marked as edited were committed but not applied",
            _ => "the portal differs",
        };
        let changed =
            offer.changed_time().map_or(String::new(), |time| format!(" (changed {})", visible(&words::moment(time))));
        writeln!(page.out, "{} {}: {what}{}", style.changed("!"), style.strong(address), style.faint(changed))?;
        writeln!(page.out, "  {}", style.faint(format!("from {}", visible(&offer.desired().file))))?;
        if offer.action() == Action::Update {
            let outline = Outline::of(offer.changes(), &[]);
            page.differences(offer, Newer::Portal).outline(&outline)?;
        }
        if offer.action() == Action::None {
            release::plan(offer.release(), page.out, style)?;
        }
        writeln!(page.out)?;
    }
    if drift.listed().any(|offer| offer.action() == Action::Update) {
        writeln!(page.out, "{}", style.faint("`-` is in git, `+` is in the portal"))?;
    }
    for (address, note) in drift.signatures() {
        let text = format!("{address}: {}", note.text);
        let lines = words::wrapped(&visible(&text), style.width.saturating_sub(2));
        lines
            .into_iter()
            .enumerate()
            .try_for_each(|(position, line)| writeln!(page.out, "{}{line}", if position == 0 { "" } else { "  " }))?;
    }
    for address in &drift.unknown {
        writeln!(page.out, "{}: only in the portal, in no file", visible(&address.to_string()))?;
    }
    if let Some(compared) = drift.compared_as_they_are() {
        writeln!(page.out, "{}", visible(&compared))?;
    }
    if !drift.uncommitted.is_empty() {
        let files: Vec<_> = drift.uncommitted.iter().take(5).map(|file| visible(file)).collect();
        let more = drift.uncommitted.len() - files.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(page.out, "{}", style.faint(format!("not committed, so not compared: {}{more}", files.join(", "))))?;
    }
    writeln!(page.out, "{}", last_line(drift))
}

/// The last line of what drift says.
#[must_use]
pub fn last_line(drift: &Drift) -> String {
    let differ = drift.drifted().count();
    let (in_sync, unknown) = (drift.plan.offers().len() - differ, drift.unknown.len());
    format!("Drift: {differ} differ, {in_sync} in sync, {unknown} only in the portal.")
}
