//! From differences to the new texts of all files at once.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::differences::{Difference, between};
use super::edit::{self, Edit};
use super::ends::with_ends_of;
use super::file::{File, Stop, members};
use super::{Blame, Declared, Meant, Why};
use crate::desired::{Desired, Places};
use crate::manifest::{self, Library, Node};
use crate::offer::{OfferPart, Pointer};
use crate::source::{FILE_LIMIT, RelativePath, SourceId, Span};

/// Which text of which file.
type Spot = (RelativePath, usize, usize);

/// Whose edit it is: the number of the subject, the place in its document, and whether something is put inside of that.
type Owner = (usize, Pointer, bool);

/// What came of trying to write all differences.
pub(super) enum Attempt {
    /// The edits fit: the new texts of the files.
    Written(BTreeMap<RelativePath, String>),
    /// What is in the way.
    Blocked(Vec<Blame>),
}

/// The files, and how often each of their values is used.
pub(super) struct Texts<'a> {
    declared: Declared<'a>,
    uses: BTreeMap<Spot, usize>,
    /// How often a text file is used.
    text_uses: BTreeMap<RelativePath, usize>,
    files: RefCell<BTreeMap<RelativePath, Option<Rc<File>>>>,
}

/// An edit of a file, or a new text for a text file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Work {
    Edit { file: RelativePath, edit: Edit, spot: (usize, usize) },
    Text { file: RelativePath, content: String },
}

impl<'a> Texts<'a> {
    pub(super) fn new(declared: Declared<'a>) -> Self {
        let files = RefCell::default();
        let mut texts = Self { declared, uses: BTreeMap::new(), text_uses: BTreeMap::new(), files };
        for offer in declared.offers {
            texts.count(offer);
        }
        texts
    }

    fn count(&mut self, offer: &Desired) {
        for span in offer.origins.places().values() {
            let Some(path) = self.path(span.source) else { continue };
            let range = span.range();
            *self.uses.entry((path.clone(), range.start, range.end)).or_default() += 1;
            let slice = self.declared.sources.slice(span);
            // A directive is short.
            if slice.len() < 2000 && slice.contains("$file") {
                let target = self.file(&path).and_then(|file| {
                    let way = file.find(&range)?;
                    text_target(&file, way.last()?.node)
                });
                if let Some(target) = target {
                    *self.text_uses.entry(target).or_default() += 1;
                }
            }
        }
    }

    /// What all of this is about.
    pub(super) fn declared(&self) -> Declared<'a> {
        self.declared
    }

    /// The text file that a value is in, if it is in one of its own.
    pub(super) fn text_file(&self, value: Span) -> Option<RelativePath> {
        let file = self.file(&self.path(value.source)?)?;
        let way = file.find(&value.range())?;
        text_target(&file, way.last()?.node)
    }

    fn path(&self, source: SourceId) -> Option<RelativePath> {
        self.declared.tree.locate(self.declared.sources.name(source)).ok()
    }

    /// The file as it is written; `None` if it cannot be read any more.
    fn file(&self, path: &RelativePath) -> Option<Rc<File>> {
        if let Some(known) = self.files.borrow().get(path) {
            return known.clone();
        }
        let read = || {
            let text = String::from_utf8(self.declared.tree.read(path, FILE_LIMIT).ok()?).ok()?;
            let library = Library::new(self.declared.tree);
            let documents = library.parsed(path).ok()?.documents.clone();
            Some(Rc::new(File { path: path.clone(), text, documents }))
        };
        let file = read();
        self.files.borrow_mut().insert(path.clone(), file.clone());
        file
    }

    /// The new texts of all files if each offer is to declare what is meant.
    pub(super) fn attempt(&self, meant: &[Meant<'_>]) -> Attempt {
        let mut work: BTreeMap<Work, BTreeSet<Owner>> = BTreeMap::new();
        let mut blocked = Vec::new();
        for meant in meant {
            let places = meant.desired.origins.places();
            let document = meant.desired.document.working_copy();
            let differences = between(document.content(), meant.content);
            for (index, difference) in differences.iter().enumerate() {
                let owner = (meant.subject, difference.place().clone(), difference.is_inside());
                match self.work(meant, &places, index, &differences) {
                    Ok(found) => drop(work.entry(found).or_default().insert(owner)),
                    Err(why) => blocked.push(blame(&owner, &why)),
                }
            }
        }
        blocked.extend(self.in_the_way(&work));
        if blocked.is_empty() { Attempt::Written(self.written(work.into_keys())) } else { Attempt::Blocked(blocked) }
    }

    fn work(&self, meant: &Meant<'_>, places: &Places, index: usize, all: &[Difference]) -> Result<Work, Why> {
        let difference = &all[index];
        let document = meant.desired.document.working_copy();
        let origin = places.get(difference.place()).ok_or(Why::NoPlace)?;
        let file = self.file(&self.path(origin.value.source).ok_or(Why::NoPlace)?).ok_or(Why::NoPlace)?;
        let range = origin.value.range();
        let mut way = file.find(&range).ok_or(Why::ByHand)?;
        let mut spot = (range.start, range.end);
        let edit = match difference {
            Difference::Replace(at, value) => {
                let node = way.last().ok_or(Why::NoPlace)?.node;
                match directive(node) {
                    Some("$file") => {
                        let declared = document.content().pointer(difference.place().as_str());
                        return self.text(&file, node, (declared, value));
                    }
                    Some("$env") => return Err(Why::Variable),
                    Some("$secret" | "$sas") => return Err(Why::Secret),
                    _ => edit::replace(&file, &way, &written(value, at, &meant.directives))?,
                }
            }
            Difference::Remove(at) => edit::remove(&file, &way, head(all, at))?,
            Difference::AddElement(at, position, value) => {
                let value = written(value, &at.index(*position), &meant.directives);
                edit::add_element(&file, &way, (*position, head(all, &at.index(0))), &value)?
            }
            Difference::AddMember(at, key, value, next) => {
                let value = &written(value, &at.key(key), &meant.directives);
                let offer_type = meant.desired.offer_type.as_str();
                let space = manifest::split(key, offer_type).and_then(|(space, rest)| {
                    let stop = namespace(way.last()?, space).filter(|_| is_namespaced(at))?;
                    // If all in it goes, it goes itself.
                    let goes = |name: &String| all.contains(&Difference::Remove(at.key(&format!("{space}.{name}"))));
                    let stays = stop.node.as_mapping()?.members.keys().any(|name| !goes(name));
                    stays.then_some((stop, rest))
                });
                match space {
                    Some((stop, rest)) => {
                        // How often the namespace is used is known of what stands in it.
                        spot = stop.node.as_mapping().and_then(|inner| inner.members.values().next()).map_or(
                            spot,
                            |member| {
                                let range = member.value.span.range();
                                (range.start, range.end)
                            },
                        );
                        way.push(stop);
                        let next = next.as_ref().and_then(|next| manifest::split(next, offer_type));
                        let next = next.filter(|(other, _)| Some(*other) == way.last().and_then(|it| Some(it.key?.0)));
                        edit::add_member(&file, &way, (rest, next.map(|(_, next)| next)), value)?
                    }
                    None => edit::add_member(&file, &way, (key, next.as_deref()), value)?,
                }
            }
        };
        let order =
            all[..index].iter().filter(|other| other.is_inside() && other.place() == difference.place()).count();
        Ok(Work::Edit { file: file.path.clone(), edit: Edit { order: (Reverse(way.len()), order), ..edit }, spot })
    }

    /// A new content for the text file that a directive names.
    fn text(&self, file: &File, node: &Node, (declared, value): (Option<&Value>, &Value)) -> Result<Work, Why> {
        let target = text_target(file, node).ok_or(Why::ByHand)?;
        let text = value.as_str().ok_or(Why::ByHand)?;
        if text.contains(['\r', '\0']) || text.starts_with('\u{feff}') {
            return Err(Why::NotAText);
        }
        let bytes = self.declared.tree.read(&target, FILE_LIMIT).map_err(|_| Why::NoPlace)?;
        let old = String::from_utf8(bytes).map_err(|_| Why::NotAText)?;
        if declared.and_then(Value::as_str) != Some(manifest::content(&old).as_str()) {
            return Err(Why::Meanwhile);
        }
        let mark = if old.starts_with('\u{feff}') { "\u{feff}" } else { "" };
        let end = if old.ends_with('\n') || text.ends_with('\n') || text.is_empty() { "\n" } else { "" };
        let content = with_ends_of(&old, &format!("{mark}{text}{end}"));
        Ok(Work::Text { file: target, content })
    }

    /// Edits of what other places use, too, and edits that lie in each other.
    fn in_the_way(&self, work: &BTreeMap<Work, BTreeSet<Owner>>) -> Vec<Blame> {
        let mut blocked = Vec::new();
        let mut block = |owners: &BTreeSet<Owner>, why: &Why| {
            blocked.extend(owners.iter().map(|owner| blame(owner, why)));
        };
        let mut last: BTreeMap<&RelativePath, (usize, &BTreeSet<Owner>)> = BTreeMap::new();
        let mut contents: BTreeMap<&RelativePath, (&String, &BTreeSet<Owner>)> = BTreeMap::new();
        for (work, owners) in work {
            let uses = match work {
                Work::Edit { file, spot, .. } => self.uses.get(&(file.clone(), spot.0, spot.1)),
                Work::Text { file, .. } => self.text_uses.get(file),
            };
            if uses.is_some_and(|uses| *uses > owners.len()) {
                block(owners, &Why::Shared);
            }
            match work {
                // They are sorted by file and by where they begin.
                Work::Edit { file, edit, .. } => {
                    if let Some((end, others)) = last.get(file)
                        && edit.start < *end
                    {
                        block(owners, &Why::ByHand);
                        block(others, &Why::ByHand);
                    }
                    last.insert(file, (edit.end, owners));
                }
                Work::Text { file, content } => {
                    if let Some((other, others)) = contents.insert(file, (content, owners))
                        && other != content
                    {
                        block(owners, &Why::Shared);
                        block(others, &Why::Shared);
                    }
                }
            }
        }
        blocked
    }

    fn written(&self, work: impl Iterator<Item = Work>) -> BTreeMap<RelativePath, String> {
        let mut edits: BTreeMap<RelativePath, Vec<Edit>> = BTreeMap::new();
        let mut written = BTreeMap::new();
        for work in work {
            match work {
                Work::Edit { file, edit, .. } => edits.entry(file).or_default().push(edit),
                Work::Text { file, content } => drop(written.insert(file, content)),
            }
        }
        for (path, mut edits) in edits {
            let Some(file) = self.file(&path) else { continue };
            let mut text = file.text.clone();
            edits.sort();
            edits.dedup();
            for edit in edits.iter().rev() {
                text.replace_range(edit.start..edit.end, &edit.text);
            }
            written.insert(path, text);
        }
        written
    }
}

fn blame((subject, place, inside): &Owner, why: &Why) -> Blame {
    Blame { subject: *subject, place: place.clone(), inside: *inside, why: why.clone() }
}

/// A new value as it has to be written: keys escaped, and directives in the places of secrets.
fn written(value: &Value, at: &Pointer, directives: &BTreeMap<Pointer, Value>) -> Value {
    if let Some(directive) = directives.get(at) {
        return directive.clone();
    }
    match value {
        Value::Object(all) => all
            .iter()
            .map(|(key, member)| (manifest::escaped(key), written(member, &at.key(key), directives)))
            .collect(),
        Value::Array(elements) => {
            elements.iter().enumerate().map(|(index, element)| written(element, &at.index(index), directives)).collect()
        }
        scalar => scalar.clone(),
    }
}

/// How many elements at the beginning of the list of `at` are removed.
fn head(all: &[Difference], at: &Pointer) -> usize {
    let list = at.parent().unwrap_or_default();
    (0..all.len()).take_while(|index| all.contains(&Difference::Remove(list.index(*index)))).count()
}

/// The directive that a value is, if it is one.
fn directive(node: &Node) -> Option<&str> {
    let mapping = node.as_mapping()?;
    let (key, _) = mapping.members.first().filter(|_| mapping.members.len() == 1)?;
    (key.starts_with('$') && !key.starts_with("$$")).then_some(key.as_str())
}

/// The text file that a `$file` directive names; `None` if it is none, or names a part.
fn text_target(file: &File, node: &Node) -> Option<RelativePath> {
    let target = node.as_mapping().filter(|_| directive(node) == Some("$file"))?.get("$file")?.value.as_text()?;
    let path = file.path.parent().join(target).ok()?;
    (!matches!(path.extension().as_str(), "yaml" | "yml" | "json")).then_some(path)
}

/// The mapping of a namespace inside of the mapping at a stop.
fn namespace<'f>(stop: &Stop<'f>, space: &str) -> Option<Stop<'f>> {
    let mapping = stop.node.as_mapping()?;
    let (name, key, node) = members(mapping).find(|(name, key, node)| {
        *name == space && node.as_mapping().is_some() && node.span.range().start >= key.end
    })?;
    Some(Stop { node, key: Some((name, key.start, key.end)) })
}

/// Whether keys below here may stand below their namespace.
fn is_namespaced(at: &Pointer) -> bool {
    let (part, rest) = OfferPart::of(at);
    part.has_namespaces() && rest.is_empty()
}
