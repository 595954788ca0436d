//! A plan for people, in the manner of Terraform. Its last line is a contract: others parse it.

use std::io::{self, Write};

use super::changes::{Differences, Newer};
use super::{prices, release, verdict};
use crate::plan::release::Level;
use crate::plan::{Action, Guard, OfferPlan, Plan, Summary};
use crate::render::outline::{self, Outline};
use crate::render::{Style, visible, words};

/// Writes a plan for people; the last line is the summary.
pub fn plan(plan: &Plan, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let mut page = Page { out, style };
    let (busy, quiet): (Vec<_>, Vec<_>) = plan.offers().iter().partition(|offer| outline::is_busy(offer));
    for offer in busy {
        page.offer(offer)?;
    }
    for offer in &quiet {
        page.quiet(offer)?;
    }
    if !quiet.is_empty() {
        writeln!(page.out)?;
    }
    if !plan.guards().is_empty() {
        page.all_guards(None, plan.guards())?;
        writeln!(page.out)?;
    }
    page.base(plan)?;
    verdict::write(plan, page.out, style)?;
    writeln!(page.out, "{}", last_line(plan.summary()))
}

/// What is to be done with an offer, in a word or two.
pub(in crate::render) fn word(offer: &OfferPlan) -> &'static str {
    match offer.action() {
        Action::Create => "create",
        Action::Update => "update",
        Action::None if !offer.release().steps.is_empty() => "release",
        Action::None => "no changes",
    }
}

/// The last line of every human plan.
#[must_use]
pub fn last_line(summary: Summary) -> String {
    let Summary { create, update, release, unchanged, blocked: _, kept: _ } = summary;
    format!("Plan: {create} to create, {update} to update, {release} to release, {unchanged} unchanged.")
}

pub(super) struct Page<'w> {
    pub(super) out: &'w mut dyn Write,
    pub(super) style: Style,
}

impl Page<'_> {
    fn offer(&mut self, offer: &OfferPlan) -> io::Result<()> {
        let style = self.style;
        let symbol = match offer.action() {
            Action::Create => style.added("+").to_string(),
            Action::Update => style.changed("~").to_string(),
            Action::None if !offer.release().steps.is_empty() => style.changed(">").to_string(),
            Action::None => " ".to_owned(),
        };
        let address = visible(&offer.address().to_string()).into_owned();
        let kind = format!("({})", visible(offer.offer_type().as_str()));
        writeln!(self.out, "{symbol} {}: {} {}", style.strong(address), word(offer), style.faint(kind))?;
        writeln!(self.out, "  {}", style.faint(format!("from {}", visible(&offer.desired().file))))?;
        self.all_guards(Some(offer), offer.guards())?;
        let outline = Outline::of(offer.changes(), offer.prices());
        self.differences(offer, Newer::Files).outline(&outline)?;
        prices::table(offer, self.out, style)?;
        release::plan(offer.release(), self.out, style)?;
        self.notes(offer)?;
        writeln!(self.out)
    }

    /// An offer that nothing happens to: a line, and what could not be compared.
    fn quiet(&mut self, offer: &OfferPlan) -> io::Result<()> {
        let released = match offer.release().to {
            Level::Draft => "",
            Level::Preview => ", and the preview has it",
            Level::Live => ", and customers have it",
        };
        let compared = if outline::is_in_doubt(offer) { " in what could be compared" } else { "" };
        let address = visible(&offer.address().to_string()).into_owned();
        writeln!(self.out, "  {}: no changes{compared}{released}", self.style.strong(address))?;
        self.differences(offer, Newer::Files).not_compared(&Outline::of(offer.changes(), offer.prices()))?;
        self.notes(offer)
    }

    /// What writes the differences of an offer.
    pub(super) fn differences<'a>(&'a mut self, offer: &'a OfferPlan, newer: Newer) -> Differences<'a> {
        Differences { out: self.out, style: self.style, file: &offer.desired().file, newer }
    }

    /// Guards, those of one kind together: of an offer, or of all.
    fn all_guards(&mut self, offer: Option<&OfferPlan>, guards: &[Guard]) -> io::Result<()> {
        guards.chunk_by(|one, two| one.code == two.code).try_for_each(|alike| self.guards(offer, alike))
    }

    /// Guards of one kind: what they say together is said once.
    fn guards(&mut self, offer: Option<&OfferPlan>, alike: &[Guard]) -> io::Result<()> {
        let style = self.style;
        let space = style.width.saturating_sub(6);
        let mut detail = "";
        for guard in alike {
            let state = match &guard.consent {
                Some(consent) => format!(" (allowed in {}:{})", consent.origin.file, consent.origin.line),
                None if guard.allowed => " (allowed)".to_owned(),
                None => String::new(),
            };
            let target = visible(&guard.target).into_owned();
            let head = format!("! {} {}: {target}{state}", guard.level, guard.code);
            let head = if guard.refuses() { style.removed(head) } else { style.changed(head) };
            writeln!(self.out, "    {head}")?;
            if let Some(consent) = &guard.consent {
                let text = format!("allowed because: {}", consent.reason);
                words::wrapped(&visible(&text), space)
                    .into_iter()
                    .try_for_each(|line| writeln!(self.out, "      {line}"))?;
            }
            let of_guard = outline::detail(guard, offer);
            if of_guard != detail {
                detail = of_guard;
                let lines = words::wrapped(&visible(detail), space);
                lines.into_iter().try_for_each(|line| writeln!(self.out, "      {line}"))?;
            }
        }
        let Some(Guard { reason, source, .. }) = alike.first() else { return Ok(()) };
        words::wrapped(reason, space).into_iter().try_for_each(|line| writeln!(self.out, "      {line}"))?;
        source.split("; ").try_for_each(|one| writeln!(self.out, "      {}", style.faint(format!("source: {one}"))))
    }

    fn notes(&mut self, offer: &OfferPlan) -> io::Result<()> {
        for note in offer.notes().iter().filter(|note| !outline::says(note)) {
            let lines = words::wrapped(&visible(&note.text), self.style.width.saturating_sub(10));
            for (position, line) in lines.into_iter().enumerate() {
                let lead = if position == 0 { "note: " } else { "      " };
                writeln!(self.out, "    {}", self.style.faint(format!("{lead}{line}")))?;
            }
        }
        Ok(())
    }

    fn base(&mut self, plan: &Plan) -> io::Result<()> {
        let Some(base) = plan.base() else { return Ok(()) };
        for (address, file) in &base.no_longer_managed {
            let (address, file) = (visible(&address.to_string()).into_owned(), visible(file).into_owned());
            writeln!(self.out, "  {address}: no longer managed; it stays in the portal as it is (was in {file})")?;
        }
        let commit = base.commit.get(..10).unwrap_or(&base.commit);
        writeln!(self.out, "{}", self.style.faint(format!("compared with commit {commit}")))
    }
}

/// Writes the guards of a step by hand.
pub fn guards_of(guards: &[Guard], out: &mut dyn Write, style: Style) -> io::Result<()> {
    Page { out, style }.all_guards(None, guards)
}
