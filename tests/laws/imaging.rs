//! Laws of adding image versions to files: nothing that stands there is lost, and the plan shows exactly the new version.
//!
//! The files are written by this test, line by line, in many styles. `OFFERFORM_IMAGE_FILES` says how many there are (200 unless
//! it is set).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use fastrand::Rng;
use offerform::adopt::{Declared, Rewrite, rewrite};
use offerform::desired::{self, Desired, NoVariables};
use offerform::diff::{Comparison, Operation, compare};
use offerform::image::{Order, Refusal, Source, Texts, add};
use offerform::offer::fields::FieldTable;
use offerform::offer::{Document, IdentityPath};
use offerform::secret::{SecretLocation, SecretReference};
use offerform::source::{MemoryTree, Sources};

const FILES: usize = 200;

/// How many comments were written into the files of one story, and what the files hold.
struct Story {
    files: BTreeMap<String, String>,
    comments: usize,
    /// The SKUs and disk generations that can be named, with how many data disks their images have.
    holders: Vec<(String, usize)>,
}

/// Writes lines, with comments between and behind them.
struct Writer<'r> {
    random: &'r mut Rng,
    text: String,
    comments: &'r mut usize,
}

impl Writer<'_> {
    fn comment(&mut self) -> String {
        *self.comments += 1;
        format!("# comment {} {}", self.comments, ["über", "a: b", "{ x }", "'"][self.random.usize(..4)])
    }

    fn line(&mut self, indent: usize, text: &str) {
        if self.random.u8(..10) == 0 {
            self.text.push('\n');
        }
        if self.random.u8(..5) == 0 {
            let comment = self.comment();
            let _ = writeln!(self.text, "{:indent$}{comment}", "");
        }
        let behind = if self.random.u8(..6) == 0 { format!(" {}", self.comment()) } else { String::new() };
        let _ = writeln!(self.text, "{:indent$}{text}{behind}", "");
    }
}

fn reference(name: &str) -> SecretReference {
    SecretReference { location: SecretLocation::Env(name.to_owned()), version: None }
}

/// The images of one SKU or disk generation, as the members of a mapping below `indent`.
fn images(writer: &mut Writer<'_>, indent: usize, (core, disks): (bool, usize), id: &str) {
    let count = writer.random.usize(1..4);
    let in_brackets = writer.random.bool();
    let mut numbers: Vec<usize> = (0..count).collect();
    match writer.random.u8(..4) {
        0 => writer.random.shuffle(&mut numbers),
        1 | 2 => numbers.reverse(),
        _ => {}
    }
    for number in numbers {
        let key = ["1.0.{}", "2.{}.0"][usize::from(number > 1)].replace("{}", &number.to_string());
        let key = if writer.random.bool() { key } else { format!("\"{key}\"") };
        let secret = format!("{{ $secret: {{ env: VHD_{number} }} }}");
        let data: Vec<String> = (0..disks)
            .map(|lun| format!("{{ lun: {lun}, lunVhdUrl: {{ $secret: {{ env: DATA_{lun} }} }} }}"))
            .collect();
        let data = format!("[{}]", data.join(", "));
        let name = format!("{id}-{number}");
        if in_brackets {
            let more = if core { format!(", label: '{id} it''s', mediaName: {name}") } else { String::new() };
            writer.line(indent, &format!("{key}: {{ osVhdUrl: {secret}, lunVhdDetails: {data}{more} }}"));
            continue;
        }
        writer.line(indent, &format!("{key}:"));
        writer.line(indent + 2, &format!("osVhdUrl: {secret}"));
        if core {
            writer.line(indent + 2, &format!("label: \"{id} 1.0.{number} of 2026-10-13\""));
            writer.line(indent + 2, "description: >-");
            let _ = write!(writer.text, "{0:1$}Two lines\n{0:1$}of text\n", "", indent + 4);
            writer.line(indent + 2, &format!("mediaName: {name}"));
            writer.line(indent + 2, "publishedDate: 10/13/2026");
            writer.line(indent + 2, "showInGui: true");
        }
        writer.line(indent + 2, &format!("lunVhdDetails: {data}"));
    }
}

fn story(random: &mut Rng) -> Story {
    let core = random.bool();
    let space = if core { "microsoft-azure-corevm" } else { "microsoft-azure-virtualmachines" };
    let key = if core { "vmImagesPublicAzure" } else { "vmImages" };
    let (mut comments, mut files, mut holders) = (0, BTreeMap::new(), Vec::new());
    let crlf = random.u8(..5) == 0;
    let text = {
        let mut writer = Writer { random, text: String::new(), comments: &mut comments };
        writer.line(0, "publisherId: contoso");
        writer.line(0, "id: firewall");
        writer.line(0, &format!("offerTypeId: {space}"));
        writer.line(0, "definition:");
        writer.line(2, "displayText: \"Firewall\"");
        writer.line(2, "plans:");
        for sku in 0..writer.random.usize(1..4) {
            let (id, disks) = (format!("sku{sku}"), writer.random.usize(..3).saturating_sub(1));
            holders.push((id.clone(), disks));
            writer.line(2, &format!("- planId: {id}"));
            writer.line(4, "regions: [NO, DE]");
            match writer.random.u8(..4) {
                0 => {
                    writer.line(4, &format!("{space}.{key}:"));
                    images(&mut writer, 6, (core, disks), &id);
                }
                1 => {
                    writer.line(4, &format!("{space}:"));
                    writer.line(6, "skuTitle: It's a SKU");
                    writer.line(6, &format!("{key}: {{ $file: parts/{id}.yaml }}"));
                    let text = std::mem::take(&mut writer.text);
                    images(&mut writer, 0, (core, disks), &id);
                    files.insert(format!("parts/{id}.yaml"), std::mem::replace(&mut writer.text, text));
                }
                2 => {
                    writer.line(4, &format!("{space}:"));
                    writer.line(6, "skuTitle: It's a SKU");
                    // None yet: in brackets, or not at all.
                    if writer.random.bool() {
                        writer.line(6, &format!("{key}: {{}}"));
                    }
                    holders.last_mut().unwrap().1 = 0;
                }
                _ => {
                    writer.line(4, &format!("{space}:"));
                    writer.line(6, &format!("{key}:"));
                    images(&mut writer, 8, (core, disks), &id);
                    writer.line(6, "skuTitle: It's a SKU");
                }
            }
            if core && writer.random.bool() {
                writer.line(4, "diskGenerations:");
                writer.line(4, &format!("- planId: {id}-gen2"));
                writer.line(6, &format!("{space}.{key}:"));
                images(&mut writer, 8, (core, 0), &format!("{id}-gen2"));
                holders.push((format!("{id}-gen2"), 0));
            }
        }
        if writer.random.bool() {
            writer.line(0, "reconcile:");
            writer.line(2, "release: draft");
        }
        writer.text
    };
    files.insert("offer.yaml".to_owned(), text);
    if crlf {
        for text in files.values_mut() {
            *text = text.replace('\n', "\r\n");
        }
    }
    Story { files, comments, holders }
}

fn tree(files: &BTreeMap<String, String>) -> MemoryTree {
    files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(path, text.as_str()))
}

fn loaded(files: &BTreeMap<String, String>) -> (Arc<Desired>, Sources) {
    let mut loaded = desired::load(&tree(files), &["offer.yaml".to_owned()], &NoVariables);
    assert!(!loaded.diagnostics.has_errors(), "{:?}\n{files:#?}", loaded.diagnostics);
    (Arc::new(loaded.desired.remove(0)), loaded.sources)
}

/// The files with the ordered version.
fn edited(files: &BTreeMap<String, String>, order: &Order) -> Result<BTreeMap<String, String>, Refusal> {
    let (desired, sources) = loaded(files);
    let added = add(&desired, order)?;
    let (tree, selection, offers) = (tree(files), ["offer.yaml".to_owned()], [Arc::clone(&desired)]);
    let declared =
        Declared { tree: &tree, offers: &offers, sources: &sources, selection: &selection, environment: &NoVariables };
    let texts = rewrite(declared, &[Rewrite { desired, document: added.document }])
        .unwrap_or_else(|obstacles| panic!("{obstacles:?}\n{files:#?}"));
    let mut next = files.clone();
    next.extend(texts.into_iter().map(|(path, text)| (path.to_string(), text)));
    Ok(next)
}

/// Whether all lines of `old` are in `new`, in their order; only an empty pair of brackets may have got something in it.
fn keeps_lines(old: &str, new: &str) -> bool {
    let mut rest = new.split('\n');
    old.split('\n').all(|line| {
        let filled = |other: &str| {
            let (before, after) = line.split_once("{}")?;
            Some(other.starts_with(before.trim_end()) && (other.ends_with(after) || after.trim().is_empty()))
        };
        rest.any(|other| other == line || filled(other).unwrap_or(false))
    })
}

/// The versions of each SKU and disk generation, as its file has them.
fn versions(offer: &Desired) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    let plans = offer.document.content()["definition"]["plans"].as_array().unwrap();
    let generations = plans.iter().flat_map(|plan| plan["diskGenerations"].as_array().into_iter().flatten());
    for one in plans.iter().chain(generations) {
        let images = one.as_object().unwrap().iter().find(|(key, _)| key.contains(".vmImages"));
        let keys = images.map(|(_, images)| images.as_object().unwrap().keys().cloned().collect());
        found.insert(one["planId"].as_str().unwrap().to_owned(), keys.unwrap_or_default());
    }
    found
}

/// Whether a new version stands first where the newest one comes first, and last elsewhere. The versions of these files are such that
/// their order is that of their text. One that stands alone follows the order of the others, if they all have the same.
fn in_order(before: &Desired, after: &Desired, skus: &[String]) -> Result<(), String> {
    let (before, after) = (versions(before), versions(after));
    let up = |all: &[String]| all.windows(2).all(|pair| pair[0] < pair[1]);
    let down = |all: &[String]| all.windows(2).all(|pair| pair[0] > pair[1]);
    let sorted: Vec<bool> =
        before.values().filter(|all| all.len() > 1 && (up(all) || down(all))).map(|all| down(all)).collect();
    for sku in skus {
        let old = &before[sku];
        let newest_first = match old.len() {
            0 => false,
            1 => !sorted.is_empty() && sorted.iter().all(|down| *down),
            _ => down(old),
        };
        let mut expected = old.clone();
        expected.insert(if newest_first { 0 } else { old.len() }, "10.0.0".to_owned());
        if after[sku] != expected {
            return Err(format!("{sku}: {:?} and not {expected:?}", after[sku]));
        }
    }
    Ok(())
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how many files is asked of the environment")]
fn a_new_version_loses_nothing_and_is_all_that_a_plan_shows() {
    let count = std::env::var("OFFERFORM_IMAGE_FILES").ok().and_then(|text| text.parse().ok()).unwrap_or(FILES);
    for seed in 0..count {
        let mut random = Rng::with_seed(seed as u64);
        let Story { files, comments, holders } = story(&mut random);
        let (id, disks) = holders[random.usize(..holders.len())].clone();
        let also = holders.iter().filter(|(other, others)| *other != id && *others == disks);
        let also: Vec<String> = also.map(|(id, _)| id.clone()).filter(|_| random.bool()).collect();
        let skus: Vec<String> = [vec![id], also].concat();
        let order = Order {
            version: "10.0.0".to_owned(),
            skus: skus.clone(),
            generations: Vec::new(),
            source: Source::Disk(reference("NEW_VHD")),
            data_disks: (0..u8::try_from(disks).unwrap()).map(|lun| (lun, reference("NEW_DATA"))).collect(),
            from: None,
            texts: Texts::default(),
            today: "2026-11-28".parse().unwrap(),
        };
        let next = edited(&files, &order).unwrap_or_else(|refusal| panic!("seed {seed}: {refusal}\n{files:#?}"));

        let found: usize = next.values().map(|text| text.matches("# comment ").count()).sum();
        assert_eq!(found, comments, "seed {seed}: comments are lost\n{next:#?}");
        for (path, text) in &files {
            assert!(keeps_lines(text, &next[path]), "seed {seed}: {path}\n{text}\n---\n{}", next[path]);
            assert_eq!(text.contains("\r\n"), next[path].contains("\r\n"));
        }
        let ((before, _), (after, _)) = (loaded(&files), loaded(&next));
        in_order(&before, &after, &skus).unwrap_or_else(|why| panic!("seed {seed}: {why}\n{files:#?}\n{next:#?}"));
        // The portal as it is if what was declared before is applied.
        let live = Document::new(before.document.working_copy().content().clone());
        let plain = Comparison::plain(FieldTable::of(&after.offer_type), &after.document, &live);
        let changes = compare(plain).changes;
        let new = |place: &IdentityPath| {
            let tokens: Vec<String> = place.tokens().collect();
            let holder = tokens.iter().rev().find(|token| token.starts_with("sku") && !token.contains('.')).cloned();
            holder.filter(|_| tokens.iter().any(|token| token == "10.0.0" || token.contains("vmImages")))
        };
        let mut shown: Vec<String> = changes
            .iter()
            .filter(|change| change.operation == Operation::Add)
            .filter_map(|change| new(&change.identity))
            .collect();
        shown.sort();
        shown.dedup();
        let mut expected = skus.clone();
        expected.sort();
        assert_eq!(shown, expected, "seed {seed}\n{next:#?}");
        let others: Vec<&IdentityPath> = changes
            .iter()
            .filter(|change| change.is_determined() && new(&change.identity).is_none())
            .map(|change| &change.identity)
            .collect();
        assert!(others.is_empty(), "seed {seed}: {others:?}\n{next:#?}");
        let again = edited(&next, &order);
        assert!(matches!(again, Err(Refusal::Exists { .. })), "seed {seed}: {again:?}");
    }
}
