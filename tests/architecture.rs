//! Holds the table of rooms in docs/architecture.md: who may use whom, what crosses to the outside and where, and that
//! every test file is listed.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rooms, lowest first, each with the rooms it may use.
const ROOMS: [(&str, &[&str]); 35] = [
    ("text", &[]),
    ("file", &[]),
    ("git", &[]),
    ("tls", &[]),
    ("source", &["file", "git"]),
    ("clock", &[]),
    ("yaml", &["text"]),
    ("secret", &[]),
    ("diagnostic", &["source"]),
    ("offer", &["secret"]),
    ("manifest", &["text", "source", "diagnostic", "secret", "offer"]),
    ("desired", &["source", "diagnostic", "secret", "offer", "manifest"]),
    ("rules", &["text", "diagnostic", "secret", "offer", "manifest", "desired"]),
    ("record", &["text", "file", "git", "secret", "offer"]),
    ("diff", &["secret", "offer", "record"]),
    ("backend", &["clock", "offer"]),
    ("import", &["source", "diagnostic", "yaml", "secret", "offer", "manifest", "desired", "rules", "record", "diff"]),
    ("migrate", &["secret", "offer", "manifest", "desired", "import"]),
    ("adopt", &["source", "diagnostic", "yaml", "secret", "offer", "manifest", "desired", "diff"]),
    ("image", &["text", "diagnostic", "secret", "offer", "desired"]),
    (
        "plan",
        &[
            "text",
            "source",
            "diagnostic",
            "secret",
            "offer",
            "manifest",
            "desired",
            "rules",
            "record",
            "diff",
            "backend",
        ],
    ),
    ("contents", &["secret", "offer", "image", "plan"]),
    (
        "workspace",
        &["text", "file", "source", "diagnostic", "secret", "offer", "manifest", "desired", "rules", "record", "plan"],
    ),
    ("artifact", &["text", "tls", "secret"]),
    ("auth", &["text", "clock", "secret"]),
    ("api", &["tls", "clock", "secret", "offer", "auth", "backend"]),
    ("storage", &["text", "clock", "secret", "auth", "api"]),
    ("portal", &["clock", "offer", "backend", "api"]),
    ("ingestion", &["clock", "secret", "offer", "auth", "record", "backend", "api"]),
    ("live", &["offer", "backend"]),
    ("apply", &["text", "secret", "offer", "diff", "plan", "backend"]),
    (
        "reconcile",
        &[
            "text",
            "source",
            "clock",
            "secret",
            "diagnostic",
            "offer",
            "desired",
            "rules",
            "record",
            "diff",
            "adopt",
            "image",
            "plan",
            "contents",
            "workspace",
            "artifact",
            "backend",
            "live",
            "apply",
        ],
    ),
    (
        "render",
        &[
            "text",
            "source",
            "diagnostic",
            "secret",
            "offer",
            "diff",
            "plan",
            "apply",
            "rules",
            "adopt",
            "image",
            "contents",
            "backend",
            "record::Record",
        ],
    ),
    ("simulator", &["file", "clock"]),
    (
        "cli",
        &[
            "text",
            "file",
            "git",
            "source",
            "clock",
            "secret",
            "diagnostic",
            "offer",
            "manifest",
            "desired",
            "rules",
            "record",
            "diff",
            "backend",
            "import",
            "migrate",
            "adopt",
            "image",
            "plan",
            "workspace",
            "artifact",
            "auth",
            "api",
            "storage",
            "portal",
            "ingestion",
            "apply",
            "reconcile",
            "render",
            "simulator",
        ],
    ),
];

/// What reaches outside the program or belongs to one front, and the rooms that may use it.
const OUTSIDE: [(&str, &[&str]); 14] = [
    ("reqwest::", &["api", "artifact", "auth"]),
    ("azure_core::", &["auth", "cli"]),
    ("azure_identity::", &["auth"]),
    ("hyper::", &["simulator"]),
    ("tokio::", &["clock", "artifact", "auth", "live", "reconcile", "simulator", "cli"]),
    ("std::net::", &["artifact", "simulator", "cli"]),
    ("std::env::", &["cli"]),
    ("std::process", &["git", "cli"]),
    ("std::fs::", &["file", "source", "cli"]),
    ("io::stdout()", &["cli"]),
    ("io::stderr()", &["cli"]),
    ("println!(", &[]),
    ("print!(", &[]),
    ("dbg!(", &[]),
];

/// Everything in tests/ that is a test program: a file, or a folder with a `main.rs`.
const TESTS: [&str; 27] = [
    "architecture.rs",
    "artifacts",
    "auth",
    "base.rs",
    "cli",
    "contract",
    "corpus.rs",
    "examples.rs",
    "examples_load.rs",
    "file_schemas",
    "git",
    "guards.rs",
    "hardening",
    "ingestion",
    "ingestion_simulator",
    "laws",
    "licences.rs",
    "loader.rs",
    "no_secret_leaks.rs",
    "packaging.rs",
    "pipelines",
    "readme.rs",
    "scenarios",
    "schemas",
    "simulation",
    "story.rs",
    "words.rs",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The packages with their folders of sources. Each holds several rooms, or is the room that is named.
const PACKAGES: [(&str, &str, Option<&str>); 5] = [
    ("offerform", "src", None),
    ("engine", "crates/engine/src", None),
    ("services", "crates/services/src", None),
    ("system", "crates/system/src", None),
    ("simulator", "crates/simulator/src", Some("simulator")),
];

/// Every source file of the program, with its room, its path from the folder that holds the rooms, and its text without
/// comments and tests. Rooms of other packages are named as those of the program are: `crate::clock`.
fn sources() -> Vec<(String, PathBuf, String)> {
    PACKAGES.into_iter().flat_map(|(_, folder, room)| sources_below(&root().join(folder), room)).collect()
}

fn sources_below(folder: &Path, whole_room: Option<&str>) -> Vec<(String, PathBuf, String)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.unwrap());
    files
        .map(|entry| entry.path().strip_prefix(folder).unwrap().to_path_buf())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| !path.iter().any(|part| matches!(part.to_str(), Some("tests" | "tests.rs" | "testing.rs"))))
        .map(|path| {
            let text = String::from_utf8(std::fs::read(folder.join(&path)).unwrap()).unwrap();
            let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let lines = program.lines().filter(|line| !line.trim_start().starts_with("//"));
            let text = lines.collect::<Vec<_>>().join("\n");
            match whole_room {
                None => {
                    let first = path.iter().next().unwrap().to_str().unwrap();
                    (first.trim_end_matches(".rs").to_owned(), path.clone(), text)
                }
                Some(room) => {
                    let path = if path == Path::new("lib.rs") { PathBuf::from("mod.rs") } else { path };
                    let text =
                        text.replace("crate::", &format!("crate::{room}::")).replace("offerform_system::", "crate::");
                    (room.to_owned(), Path::new(room).join(path), text)
                }
            }
        })
        .collect()
}

/// The paths below the root of the crate that `text` names: two parts of each, such as `api::RequestRecord`.
fn used(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in text.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let group: String = group.chars().take_while(|c| *c != '}').collect();
            assert!(!group.contains('{'), "nested braces after `crate::` are not understood here: {group}");
            found.extend(group.split(',').map(|path| path.trim().to_owned()).filter(|path| !path.is_empty()));
        } else {
            let path: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
            found.push(path.split("::").take(2).collect::<Vec<_>>().join("::").trim_end_matches(':').to_owned());
        }
    }
    found
}

#[test]
fn a_room_uses_only_the_rooms_below_it_that_its_row_names() {
    let mut breaches = Vec::new();
    for (room, path, text) in sources() {
        if matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            breaches.push(format!("{}: the room `{room}` has no row", path.display()));
            continue;
        };
        for used in used(&text) {
            let other = used.split("::").next().unwrap();
            let fine = other == room || allowed.iter().any(|name| *name == other || *name == used);
            if !fine {
                breaches.push(format!("{}: `{room}` uses `{used}`", path.display()));
            }
        }
        let depth = path.iter().count() - usize::from(path.ends_with("mod.rs"));
        if text.replace("pub(in super::super)", "").contains(&"super::".repeat(depth)) {
            breaches.push(format!("{}: leaves its room through `super`", path.display()));
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn the_rows_stand_in_order_and_are_those_of_the_documentation() {
    let page = String::from_utf8(std::fs::read(root().join("docs/architecture.md")).unwrap()).unwrap();
    let table = page.split("## Rooms").nth(1).unwrap().split("\n## ").next().unwrap();
    let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let rows: Vec<(String, Vec<String>)> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| (quoted(line)[0].clone(), quoted(line.trim_end_matches(" |").rsplit_once(" | ").unwrap().1)))
        .collect();
    let rooms: Vec<&str> = ROOMS.iter().map(|(name, _)| *name).collect();
    assert_eq!(rows.iter().map(|(room, _)| room).collect::<Vec<_>>(), rooms);
    for ((room, mut said), (_, allowed)) in rows.into_iter().zip(ROOMS) {
        let mut allowed = allowed.to_vec();
        allowed.sort_unstable();
        said.sort_unstable();
        assert_eq!(said, allowed, "`{room}`");
    }
    for (position, (room, allowed)) in ROOMS.iter().enumerate() {
        for other in allowed.iter().map(|name| name.split("::").next().unwrap()) {
            assert!(rooms[..position].contains(&other), "`{room}` names `{other}`, which is not below it");
            assert!(*room == "cli" || other != "simulator", "`{room}` uses the simulator");
        }
    }
    for (package, folder, whole_room) in PACKAGES {
        let inside = sources_below(&root().join(folder), whole_room);
        let inside: BTreeSet<&str> = inside.iter().map(|(room, ..)| room.as_str()).collect();
        let said = table.lines().filter(|line| line.starts_with("| `"));
        let said = said.filter(|line| line.split(" | ").nth(1) == Some(package));
        let said: BTreeSet<String> = said.map(|line| quoted(line).swap_remove(0)).collect();
        let said: BTreeSet<&str> = said.iter().map(String::as_str).collect();
        assert_eq!(said, inside.into_iter().filter(|name| !matches!(*name, "lib" | "main")).collect(), "{package}");
    }
}

#[test]
fn only_some_rooms_reach_outside() {
    let mut breaches = Vec::new();
    for (room, path, text) in sources().iter().filter(|(room, ..)| room != "main" && room != "lib") {
        for (what, allowed) in OUTSIDE {
            if text.contains(what) && !allowed.contains(&room.as_str()) {
                breaches.push(format!("{}: `{room}` uses `{what}`", path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn no_crate_below_the_engine_opens_a_connection() {
    let lock = String::from_utf8(std::fs::read(root().join("Cargo.lock")).unwrap()).unwrap();
    let named = |line: &str| line.split('"').nth(1).unwrap().split(' ').next().unwrap().to_owned();
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let name = named(package.lines().find(|line| line.starts_with("name = ")).unwrap());
        let needed = package.lines().filter(|line| line.starts_with(" \"")).map(named);
        // Several versions of a package count as one that needs whatever any of them needs.
        needs.entry(name).or_default().extend(needed);
    }
    let uses = needs.iter().map(|(name, needed)| (name.as_str(), needed.clone())).collect();
    let connecting = ["azure_core", "azure_identity", "hyper", "hyper-util", "reqwest", "rustls"];
    for package in ["offerform-engine", "offerform-system"] {
        let reached = reach(package, &uses);
        assert!(reached.contains("thiserror"), "{reached:?}");
        let breaches: Vec<_> = connecting.iter().filter(|name| reached.contains(**name)).collect();
        assert!(breaches.is_empty(), "{package} needs {breaches:?}");
    }
    assert!(connecting.iter().all(|name| reach("offerform", &uses).contains(*name)), "a name is out of date");
}

#[test]
fn what_is_not_optimised_while_trying_is_built_small_for_shipping() {
    let cargo = String::from_utf8(std::fs::read(root().join("Cargo.toml")).unwrap()).unwrap();
    let section =
        |name: &str| cargo.split(&format!("\n[{name}]\n")).nth(1).unwrap().split("\n[").next().unwrap().to_owned();
    let packages = |name: &str, level: &str| -> Vec<String> {
        let named = section(name);
        named.lines().filter_map(|line| line.strip_suffix(level)).map(str::to_owned).collect()
    };
    let unoptimised = packages("profile.release.package", ".opt-level = 0");
    assert!(unoptimised.len() > 20, "{unoptimised:?}");
    assert_eq!(packages("profile.dist.package", ".opt-level = \"s\""), unoptimised);
}

#[test]
fn every_test_program_is_listed() {
    let mut found: Vec<String> = std::fs::read_dir(root().join("tests"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            Path::new(name).extension().is_some() || root().join("tests").join(name).join("main.rs").exists()
        })
        .collect();
    found.sort();
    assert_eq!(found, TESTS);
}

#[test]
fn the_files_of_a_room_do_not_use_each_other_in_a_circle() {
    let modules = modules();
    let uses: BTreeMap<&str, BTreeSet<String>> =
        modules.iter().map(|(name, text)| (name.as_str(), used_within_room(name, text, &modules))).collect();
    // A file is in a circle with every other one that it reaches and that reaches it.
    let reached: BTreeMap<&String, BTreeSet<String>> = modules.keys().map(|name| (name, reach(name, &uses))).collect();
    let mut circles = BTreeSet::new();
    for (name, reachable) in &reached {
        let mut circle: Vec<&str> = reachable
            .iter()
            .filter(|other| *other != *name && reached[*other].contains(*name))
            .map(String::as_str)
            .collect();
        if !circle.is_empty() {
            circle.push(name);
            circle.sort_unstable();
            circles.insert(circle);
        }
    }
    assert!(circles.is_empty(), "{circles:?}");
}

/// Everything that is reached from `start` by uses.
fn reach(start: &str, uses: &BTreeMap<&str, BTreeSet<String>>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start.to_owned()];
    while let Some(name) = open.pop() {
        for used in &uses[name.as_str()] {
            if reached.insert(used.clone()) {
                open.push(used.clone());
            }
        }
    }
    reached
}

/// The text of each module, by its path with slashes.
fn modules() -> BTreeMap<String, String> {
    let name = |path: &Path| {
        let name = path.with_extension("").to_str().unwrap().to_owned();
        name.strip_suffix("/mod").map(ToOwned::to_owned).unwrap_or(name)
    };
    let all = sources().into_iter().map(|(_, path, text)| (name(&path), text));
    all.filter(|(name, _)| !matches!(name.as_str(), "lib" | "main")).collect()
}

/// The modules of the same room that `text`, the text of the module `name`, uses by `super::` or `crate::`.
fn used_within_room(name: &str, text: &str, modules: &BTreeMap<String, String>) -> BTreeSet<String> {
    let room = name.split('/').next().unwrap();
    let mut found = BTreeSet::new();
    for (start, steps_up) in starts(text) {
        let base = match steps_up {
            None => String::new(),
            Some(up) => {
                let parts: Vec<&str> = name.split('/').collect();
                parts[..parts.len().saturating_sub(up)].join("/")
            }
        };
        for path in paths(&text[start..]) {
            let module = resolved(&base, &path, modules);
            if module != name && module.split('/').next() == Some(room) {
                found.insert(module);
            }
        }
    }
    found
}

/// Where paths begin in `text`, after `crate::` (`None`) or after one or more `super::` (how many).
fn starts(text: &str) -> Vec<(usize, Option<usize>)> {
    let is_whole = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    let mut found: Vec<(usize, Option<usize>)> = text
        .match_indices("crate::")
        .filter(|(at, _)| is_whole(*at))
        .map(|(at, word)| (at + word.len(), None))
        .collect();
    for (at, word) in text.match_indices("super::").filter(|(at, _)| is_whole(*at)) {
        let (mut end, mut up) = (at + word.len(), 1);
        while text[end..].starts_with(word) {
            (end, up) = (end + word.len(), up + 1);
        }
        found.push((end, Some(up)));
    }
    found
}

/// The paths at the beginning of `text`: one, or those of a group in braces.
fn paths(text: &str) -> Vec<Vec<String>> {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let rest = &text[word.len()..];
    if let Some(group) = text.strip_prefix('{') {
        let (mut depth, mut from, mut found) = (0, 0, Vec::new());
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    found.extend(paths(group[from..at].trim_start()));
                    from = at + 1;
                    if c == '}' {
                        break;
                    }
                }
                _ => {}
            }
        }
        return found;
    }
    match rest.strip_prefix("::") {
        Some(rest) if !word.is_empty() => paths(rest)
            .into_iter()
            .map(|mut path| {
                path.insert(0, word.clone());
                path
            })
            .collect(),
        _ => vec![vec![word]],
    }
}

/// The module that a path leads to from the module `base`; a name that a module takes over from one of its own leads there.
fn resolved(base: &str, path: &[String], modules: &BTreeMap<String, String>) -> String {
    let mut module = base.to_owned();
    let below = |module: &str, name: &str| if module.is_empty() { name.to_owned() } else { format!("{module}/{name}") };
    for part in path.iter().filter(|part| !matches!(part.as_str(), "self" | "")) {
        let next = below(&module, part);
        if modules.contains_key(&next) {
            module = next;
            continue;
        }
        if let Some(text) = modules.get(&module) {
            let whole = text.split(';').map(str::trim).filter_map(|item| {
                let visible =
                    item.strip_prefix("pub").map_or(item, |rest| rest.split_once(") ").map_or(rest, |(_, rest)| rest));
                visible.trim_start().strip_prefix("use ")
            });
            let from = whole
                .filter(|path| path.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == part))
                .filter_map(|path| path.split("::").next())
                .map(|head| below(&module, head))
                .find(|module| modules.contains_key(module));
            if let Some(from) = from {
                module = from;
            }
        }
        break;
    }
    module
}

/// What only the rooms below `backend` and the layout of an offer (`offer`) may spell, as it stands in program text.
const SERVICE_WORDS: [&str; 25] = [
    "http://",
    "https://",
    "If-Match",
    "ETag",
    "etag",
    "x-ms-",
    "ubmission",
    "golive",
    "waitingForPublisherReview",
    "inProgress",
    "notStarted",
    "neverPublished",
    "canCancel",
    "microsoft-azure-",
    "\"definition",
    "/definition",
    "\"plans\"",
    "\"planId",
    "offerTypeId",
    "publisherId",
    "diskGenerations",
    "MachinePricing",
    "SheetPricing",
    "changedTime",
    "pcMigrationStatus",
];

/// The files above `backend` that spell one of them all the same, with the reason.
const SPELLED: [(&str, &str); 12] = [
    ("cli/arguments/files.rs", "examples in the help show what a user types"),
    ("cli/arguments/image.rs", "examples in the help show what a user types"),
    ("cli/arguments/sandbox.rs", "examples in the help show what a user types"),
    ("cli/sandbox.rs", "tells where the sandbox is served"),
    ("cli/schemas.rs", "the names under which schemas are asked for"),
    ("cli/secrets.rs", "makes addresses for the secrets of the sandbox"),
    ("cli/service.rs", "connects to a sandbox that is served"),
    ("import/tree.rs", "tells addresses from other texts"),
    ("plan/guard/catalogue.rs", "tells the reader of a guard which field of the file is meant"),
    ("plan/guard/ingestion/mod.rs", "brings documents of one API into the form of the other"),
    ("render/human/guards.rs", "names the public source of a guard"),
    ("render/validation/sarif.rs", "names the schema of SARIF"),
];

#[test]
fn only_the_rooms_below_backend_spell_words_of_the_service() {
    let below = ["backend", "api", "portal", "ingestion", "storage", "auth", "artifact", "tls", "simulator"];
    let first = ROOMS.iter().position(|(name, _)| *name == "backend").unwrap();
    let above: Vec<&str> = ROOMS[first..].iter().map(|(name, _)| *name).filter(|name| !below.contains(name)).collect();
    let mut found = BTreeSet::new();
    for (_, path, text) in sources().iter().filter(|(room, ..)| above.contains(&room.as_str())) {
        for word in SERVICE_WORDS.into_iter().filter(|word| text.contains(*word)) {
            found.insert((path.to_str().unwrap().to_owned(), word));
        }
    }
    let excepted: BTreeSet<&str> = SPELLED.iter().map(|(path, _)| *path).collect();
    let breaches: Vec<_> = found.iter().filter(|(path, _)| !excepted.contains(path.as_str())).collect();
    assert!(breaches.is_empty(), "{breaches:#?}");
    let idle: Vec<_> = SPELLED.iter().filter(|(path, _)| !found.iter().any(|(found, _)| found == path)).collect();
    assert!(idle.is_empty(), "these spell no word of the service any more: {idle:#?}");
}

/// The files that may name what writes to a service. Everything else, and so all planning, can only read.
const WRITING: [&str; 12] = [
    "backend/mod.rs",
    "backend/router.rs",
    "backend/writer.rs",
    "cli/apply.rs",
    "cli/release.rs",
    "cli/service.rs",
    "ingestion/mod.rs",
    "ingestion/writer.rs",
    "portal/mod.rs",
    "portal/writer.rs",
    "reconcile/apply.rs",
    "reconcile/release/mod.rs",
];

#[test]
fn only_what_carries_out_an_approved_plan_or_a_step_by_hand_can_write() {
    let words = ["dyn Writer", "trait Writer", "PortalWriter", "IngestionWriter", "WriterRouter", ".writing()"];
    let named: BTreeSet<String> = sources()
        .into_iter()
        .filter(|(.., text)| words.iter().any(|word| text.contains(word)))
        .map(|(_, path, _)| path.to_str().unwrap().to_owned())
        .collect();
    assert_eq!(named.iter().map(String::as_str).collect::<Vec<_>>(), WRITING);
}
