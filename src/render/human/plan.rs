//! A plan for people, in the manner of Terraform. Its last line is a contract: others parse it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::Value;

use super::{prices, release, value};
use crate::diff::{Cause, Change, Doubt, Kind, Left, Operation, Sealed};
use crate::plan::release::{Level, Obstacle};
use crate::plan::{Action, Guard, OfferPlan, Plan, PlannedChange, Remedy, Summary};
use crate::render::{Style, visible, words};

/// Texts longer than this are compared word by word.
const LONG_TEXT: usize = 40;

/// Writes the plan.
pub fn plan(plan: &Plan, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let mut page = Page { out, style };
    let is_busy = |offer: &&OfferPlan| !offer.changes.is_empty() || !offer.release.is_empty();
    let (busy, quiet): (Vec<_>, Vec<_>) = plan.offers().iter().partition(is_busy);
    for offer in busy {
        page.offer(offer)?;
    }
    for offer in &quiet {
        let released = match offer.release.to {
            Level::Draft => "",
            Level::Preview => ", and the preview has it",
            Level::Live => ", and customers have it",
        };
        let address = visible(&offer.address().to_string()).into_owned();
        writeln!(page.out, "  {}: no changes{released}", style.strong(address))?;
        page.notes(offer)?;
    }
    if !quiet.is_empty() {
        writeln!(page.out)?;
    }
    if !plan.guards().is_empty() {
        page.guards(plan.guards())?;
        writeln!(page.out)?;
    }
    page.base(plan)?;
    page.verdict(plan)?;
    writeln!(page.out, "{}", last_line(plan.summary()))
}

/// Writes the plan of one offer.
pub(in crate::render) fn offer(offer: &OfferPlan, out: &mut dyn Write, style: Style) -> io::Result<()> {
    Page { out, style }.offer(offer)
}

/// What is to be done with an offer, in a word or two.
pub(in crate::render) fn word(offer: &OfferPlan) -> &'static str {
    match offer.action {
        Action::Create => "create",
        Action::Update => "update",
        Action::None if !offer.release.steps.is_empty() => "release",
        Action::None => "no changes",
    }
}

/// The last line of every human plan.
#[must_use]
pub fn last_line(summary: Summary) -> String {
    let Summary { create, update, release, unchanged, blocked: _ } = summary;
    format!("Plan: {create} to create, {update} to update, {release} to release, {unchanged} unchanged.")
}

pub(super) struct Page<'w> {
    pub(super) out: &'w mut dyn Write,
    pub(super) style: Style,
}

impl Page<'_> {
    fn offer(&mut self, offer: &OfferPlan) -> io::Result<()> {
        let style = self.style;
        let symbol = match offer.action {
            Action::Create => style.added("+").to_string(),
            Action::Update => style.changed("~").to_string(),
            Action::None if !offer.release.steps.is_empty() => style.changed(">").to_string(),
            Action::None => " ".to_owned(),
        };
        let address = visible(&offer.address().to_string()).into_owned();
        let kind = format!("({})", visible(offer.offer_type().as_str()));
        writeln!(self.out, "{symbol} {}: {} {}", style.strong(address), word(offer), style.faint(kind))?;
        writeln!(self.out, "  {}", style.faint(format!("from {}", visible(&offer.desired.file))))?;
        for alike in offer.guards.chunk_by(|one, two| one.code == two.code) {
            self.guards(alike)?;
        }
        self.changes(offer)?;
        prices::table(&offer.prices, self.out, style)?;
        release::plan(&offer.release, self.out, style)?;
        self.notes(offer)?;
        writeln!(self.out)
    }

    /// The changes of an offer, those of a SKU together.
    pub(super) fn changes(&mut self, offer: &OfferPlan) -> io::Result<()> {
        self.differences(&offer.desired.file, &offer.changes)
    }

    /// Changes that are declared in `file`, or nowhere; those of a SKU together.
    pub(super) fn differences(&mut self, file: &str, changes: &[PlannedChange]) -> io::Result<()> {
        let mut groups: BTreeMap<Option<&str>, Vec<&PlannedChange>> = BTreeMap::new();
        for planned in changes {
            groups.entry(planned.change.sku.as_deref()).or_default().push(planned);
        }
        for (sku, mut changes) in groups {
            changes.sort_by(|one, two| one.change.identity.cmp(&two.change.identity));
            self.group(file, sku, &changes)?;
        }
        Ok(())
    }

    /// Guards of one kind: what they say together is said once.
    fn guards(&mut self, alike: &[Guard]) -> io::Result<()> {
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
            if guard.detail != detail {
                detail = &guard.detail;
                let lines = words::wrapped(&visible(detail), space);
                lines.into_iter().try_for_each(|line| writeln!(self.out, "      {line}"))?;
            }
        }
        let Some(Guard { reason, source, .. }) = alike.first() else { return Ok(()) };
        words::wrapped(reason, space).into_iter().try_for_each(|line| writeln!(self.out, "      {line}"))?;
        source.split("; ").try_for_each(|one| writeln!(self.out, "      {}", style.faint(format!("source: {one}"))))
    }

    fn group(&mut self, file: &str, sku: Option<&str>, changes: &[&PlannedChange]) -> io::Result<()> {
        let Some(sku) = sku else {
            return changes.iter().try_for_each(|planned| self.change(file, planned, "", 4));
        };
        let whole = format!("/definition/plans/{}", sku.replace('~', "~0").replace('/', "~1"));
        if let [planned] = changes
            && planned.change.identity.as_str() == whole
        {
            return self.change(file, planned, &whole, 4);
        }
        writeln!(self.out, "    {}", self.style.strong(format!("SKU {}", visible(sku))))?;
        changes.iter().try_for_each(|planned| self.change(file, planned, &format!("{whole}/"), 6))
    }

    fn change(&mut self, file: &str, planned: &PlannedChange, below: &str, indent: usize) -> io::Result<()> {
        let change = &planned.change;
        let pad = " ".repeat(indent);
        let head = format!("{} {}", self.symbol(change), label(change, below));
        let remark = self.style.faint(remark(file, planned)).to_string();
        if matches!(change.cause, Cause::Undetermined(_)) {
            return writeln!(self.out, "{pad}{head}{remark}");
        }
        let space = self.style.width.saturating_sub(indent + 2);
        match (shown(change.before.as_ref()), shown(change.after.as_ref())) {
            (Some(before), Some(after)) if change.cause == Cause::Unmanaged && before == after => {
                self.one_side(&pad, &head, &before, ("=", &remark), space)
            }
            (Some(before), Some(after)) => self.both_sides(change, (&pad, &head, &remark), (&before, &after), space),
            (Some(value), None) => self.one_side(&pad, &head, &readable(change, value), ("-", &remark), space),
            (None, Some(value)) => self.one_side(&pad, &head, &readable(change, value), ("+", &remark), space),
            (None, None) => writeln!(self.out, "{pad}{head}{remark}"),
        }
    }

    /// A value that appears or goes away.
    fn one_side(
        &mut self,
        pad: &str,
        head: &str,
        value: &Value,
        (sign, remark): (&str, &str),
        space: usize,
    ) -> io::Result<()> {
        let flat = value::one_line(value);
        let scalar = !matches!(value, Value::Object(_) | Value::Array(_));
        if scalar && flat.chars().count() + width(head) + width(remark) <= space {
            return writeln!(self.out, "{pad}{head}: {flat}{remark}");
        }
        writeln!(self.out, "{pad}{head}{remark}")?;
        let lines = match value {
            Value::String(text) => text.lines().flat_map(|line| words::wrapped(&visible(line), space - 4)).collect(),
            other => value::lines(other),
        };
        lines.into_iter().try_for_each(|line| self.signed(pad, sign, &line))
    }

    fn both_sides(
        &mut self,
        change: &Change,
        (pad, head, remark): (&str, &str, &str),
        (before, after): (&Value, &Value),
        space: usize,
    ) -> io::Result<()> {
        if let (Value::String(old), Value::String(new)) = (before, after)
            && (change.kind == Kind::Html || old.chars().count().min(new.chars().count()) > LONG_TEXT)
        {
            writeln!(self.out, "{pad}{head}{remark}")?;
            return self.texts(change, pad, (old, new), space);
        }
        let (old, new) = (value::one_line(before), value::one_line(after));
        if old.chars().count() + new.chars().count() + width(head) + width(remark) + 6 <= space {
            return writeln!(self.out, "{pad}{head}: {old} -> {new}{remark}");
        }
        writeln!(self.out, "{pad}{head}{remark}")?;
        self.sequence(pad, (before, after))
    }

    /// Lists and other values line by line, unchanged lines left out.
    fn sequence(&mut self, pad: &str, (before, after): (&Value, &Value)) -> io::Result<()> {
        let (old, new) = (value::lines(before).join("\n"), value::lines(after).join("\n"));
        let diff = similar::TextDiff::from_lines(&old, &new);
        for change in diff.iter_all_changes() {
            let sign = match change.tag() {
                similar::ChangeTag::Delete => "-",
                similar::ChangeTag::Insert => "+",
                similar::ChangeTag::Equal => continue,
            };
            self.signed(pad, sign, change.value().trim_end_matches('\n'))?;
        }
        Ok(())
    }

    fn texts(&mut self, change: &Change, pad: &str, (old, new): (&str, &str), space: usize) -> io::Result<()> {
        let (old_text, new_text) = match change.kind {
            Kind::Html => (words::html_text(old), words::html_text(new)),
            Kind::Value | Kind::File | Kind::Secret => (old.to_owned(), new.to_owned()),
        };
        let lines = if old_text == new_text {
            writeln!(self.out, "{pad}    {}", self.style.faint("(the text is the same; only its markup differs)"))?;
            words::compare(old, new, self.style, space - 4)
        } else {
            words::compare(&old_text, &new_text, self.style, space - 4)
        };
        lines.into_iter().try_for_each(|line| writeln!(self.out, "{pad}    {line}"))
    }

    fn signed(&mut self, pad: &str, sign: &str, line: &str) -> io::Result<()> {
        for line in words::hanging(line, self.style.width.saturating_sub(pad.len() + 6)) {
            let line = format!("{sign} {line}");
            match sign {
                "+" => writeln!(self.out, "{pad}    {}", self.style.added(line))?,
                "-" => writeln!(self.out, "{pad}    {}", self.style.removed(line))?,
                _ => writeln!(self.out, "{pad}    {}", self.style.faint(line))?,
            }
        }
        Ok(())
    }

    fn symbol(&self, change: &Change) -> String {
        match (&change.cause, change.operation) {
            (Cause::Undetermined(_), _) => self.style.faint("?").to_string(),
            (Cause::Unmanaged, _) => self.style.faint("=").to_string(),
            (_, Operation::Add) => self.style.added("+").to_string(),
            (_, Operation::Replace) => self.style.changed("~").to_string(),
            (_, Operation::Remove) => self.style.removed("-").to_string(),
        }
    }

    fn notes(&mut self, offer: &OfferPlan) -> io::Result<()> {
        for note in &offer.notes {
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

    fn verdict(&mut self, plan: &Plan) -> io::Result<()> {
        let guards = plan.guards().iter().chain(plan.offers().iter().flat_map(|offer| &offer.guards));
        let refusing: Vec<&Guard> = guards.filter(|guard| guard.refuses()).collect();
        let conflicts: Vec<(&OfferPlan, &PlannedChange)> =
            plan.offers().iter().flat_map(|offer| offer.conflicts().map(move |planned| (offer, planned))).collect();
        let obstacles: Vec<(&OfferPlan, &Obstacle)> =
            plan.offers().iter().filter_map(|offer| Some((offer, offer.release.obstacle.as_ref()?))).collect();
        if refusing.is_empty() && conflicts.is_empty() && obstacles.is_empty() {
            return if plan.is_empty() {
                writeln!(self.out, "No changes: the portal has what the files declare.")
            } else {
                Ok(())
            };
        }
        let refused = plan.offers().iter().any(|offer| match &offer.release.obstacle {
            Some(Obstacle::Failed(_)) | None => {
                offer.guards.iter().any(Guard::refuses) || offer.conflicts().next().is_some()
            }
            Some(Obstacle::Busy(_)) => true,
        });
        let head = if refused { "apply will refuse this plan:" } else { "apply will fail on this plan:" };
        writeln!(self.out, "{}", self.style.removed(head))?;
        for guard in refusing {
            let name = visible(&guard.name()).into_owned();
            let remedy = match guard.remedy {
                Remedy::None => "cannot be allowed".to_owned(),
                Remedy::Allow | Remedy::NotNeeded => format!("allow it with --allow {name}"),
            };
            writeln!(self.out, "  {name} ({remedy})")?;
        }
        for (offer, planned) in conflicts {
            let place = format!("conflict: {} {}", offer.address(), planned.change.identity);
            writeln!(self.out, "  {} (settle it in the files, or --overwrite-conflicts)", visible(&place))?;
        }
        for (offer, obstacle) in obstacles {
            let (what, remedy) = match obstacle {
                Obstacle::Busy(_) => ("busy", "--if-publishing wait, skip or cancel"),
                Obstacle::Failed(_) => ("failed release", "correct it, or --retry-publish"),
            };
            writeln!(self.out, "  {what}: {} ({remedy})", visible(&offer.address().to_string()))?;
        }
        writeln!(self.out)
    }
}

fn shown(sealed: Option<&Sealed>) -> Option<Value> {
    sealed.map(|sealed| sealed.value().clone())
}

/// The field as a path below the SKU or the offer.
pub(in crate::render) fn label(change: &Change, below: &str) -> String {
    let path = change.identity.as_str();
    let path = set_of(change).unwrap_or(path);
    if path == below {
        return format!("SKU {}", visible(change.sku.as_deref().unwrap_or_default()));
    }
    let short = path.strip_prefix(below).filter(|_| !below.is_empty());
    let short = short.or_else(|| path.strip_prefix("/definition/offer/")).or_else(|| path.strip_prefix('/'));
    visible(&short.unwrap_or(path).replace("~1", "/").replace("~0", "~")).into_owned()
}

/// HTML that comes or goes is shown as the text it makes; the JSON has it as it is.
fn readable(change: &Change, value: Value) -> Value {
    match value {
        Value::String(html) if change.kind == Kind::Html => Value::String(words::html_text(&html)),
        other => other,
    }
}

/// The path of the set that a change adds an element to or takes one from: the element itself is shown as the value.
fn set_of(change: &Change) -> Option<&str> {
    let (path, last) = change.identity.as_str().rsplit_once('/')?;
    let value = match (&change.before, &change.after) {
        (Some(sealed), None) | (None, Some(sealed)) => sealed.value().as_str()?,
        _ => return None,
    };
    (last.replace("~1", "/").replace("~0", "~") == value).then_some(path)
}

/// Where it comes from and what is special about it, behind two spaces.
fn remark(file: &str, planned: &PlannedChange) -> String {
    let parts = remarks(file, planned);
    if parts.is_empty() { String::new() } else { format!("  # {}", parts.join(", ")) }
}

/// Where it comes from and what is special about it.
pub(in crate::render) fn remarks(file: &str, planned: &PlannedChange) -> Vec<String> {
    let mut parts = Vec::new();
    match &planned.change.cause {
        Cause::Declared => {}
        Cause::Drift => parts.push("edited in the portal".to_owned()),
        Cause::Conflict => parts.push("conflict: changed here and in the portal".to_owned()),
        Cause::Undetermined(Doubt::Hosted) => parts.push("hosted copy".to_owned()),
        Cause::Undetermined(Doubt::Dropped) => parts.push("dropped by the service".to_owned()),
        Cause::Undetermined(Doubt::SecretNotSet(reference)) => parts.push(format!("{reference} is not set")),
        Cause::Unmanaged => parts.push("not in git".to_owned()),
    }
    if !planned.change.displaced_by.is_empty() {
        parts.push("it would contradict what changes beside it".to_owned());
    }
    match planned.change.left {
        Some(Left::KeptDrift) => parts.push("left as it is".to_owned()),
        Some(Left::Ignored) => parts.push("ignored".to_owned()),
        None => {}
    }
    if planned.change.kind == Kind::File {
        parts.push("other content than the hosted copy".to_owned());
    }
    if planned.change.is_sensitive() && planned.change.is_determined() && planned.change.kind != Kind::Secret {
        parts.push("signature or secret left out".to_owned());
    }
    if let Some(origin) = &planned.origin {
        let place = if origin.file == file {
            format!("line {}", origin.line)
        } else {
            format!("{}:{}", visible(&origin.file), origin.line)
        };
        parts.push(place);
    }
    parts
}

/// How many columns a text takes, colour codes left out.
fn width(text: &str) -> usize {
    textwrap::core::display_width(text)
}
