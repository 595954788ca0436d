//! The words for people keep up with the code: links lead somewhere, every dependency has its reason, and every code
//! of a finding or a guard its meaning.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

use std::path::{Path, PathBuf};

use offerform::diagnostic::Severity;
use offerform::plan::Remedy;
use offerform::plan::guard::{GuardKind, KINDS, Publication, Scope, SourceAgreement};
use offerform::rules::{self, Basis, CheckedBy, Confidence, PUBLIC_STATEMENTS, PublicStatement, Rule};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8(bytes).unwrap()
}

/// Every Markdown file of the repository.
fn pages() -> Vec<PathBuf> {
    ["crates", "docs", "examples", "src"]
        .iter()
        .flat_map(|folder| walkdir::WalkDir::new(root().join(folder)))
        .chain(walkdir::WalkDir::new(root()).max_depth(1))
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

/// The targets of links, without those to other sites.
fn links(page: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in page.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if !fenced {
            found.extend(line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target));
        }
    }
    found.retain(|target| !target.contains("://"));
    found
}

/// The anchors of a page: its headings, as GitHub names them.
fn anchors(page: &str) -> Vec<String> {
    page.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

#[test]
fn every_link_of_the_documentation_leads_somewhere() {
    let pages = pages();
    assert!(pages.len() > 10, "{pages:?}");
    let mut broken = Vec::new();
    for page in pages {
        let text = read(&page);
        for link in links(&text) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            if !target.exists() || !anchor.is_empty() && !anchors(&read(&target)).iter().any(|found| found == anchor) {
                broken.push(format!("{}: {link}", page.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}

#[test]
fn every_dependency_has_a_reason() {
    let packages = ["", "crates/engine/", "crates/services/", "crates/simulator/", "crates/system/"];
    let cargo: String = packages.iter().map(|package| read(&root().join(format!("{package}Cargo.toml")))).collect();
    let reasons = read(&root().join("docs/decisions/dependencies.md"));
    let mut section = "";
    let mut unexplained = Vec::new();
    for line in cargo.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]")
            && let Some((name, _)) = line.split_once(" = ")
        {
            let name = name.trim_end_matches(".workspace");
            if !name.starts_with("offerform-") && !reasons.contains(&format!("`{name}`")) {
                unexplained.push(name);
            }
        }
    }
    assert!(unexplained.is_empty(), "not in docs/decisions/dependencies.md: {unexplained:?}");
}

#[test]
fn every_code_of_a_finding_is_explained() {
    let page = read(&root().join("docs/errors-and-exit-codes.md"));
    let mut codes = Vec::new();
    let folders = ["src", "crates"].map(|folder| walkdir::WalkDir::new(root().join(folder)));
    for entry in folders.into_iter().flatten() {
        let path = entry.unwrap().into_path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = read(&path);
            let (code, _) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
            for start in ["Diagnostic::error(\"", "Diagnostic::warning(\""] {
                codes.extend(code.split(start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
    }
    codes.sort();
    codes.dedup();
    assert!(codes.len() > 10, "{codes:?}");
    codes.retain(|code| !page.contains(&format!("`{code}`")));
    assert!(codes.is_empty(), "not in docs/errors-and-exit-codes.md: {codes:?}");
}

/// The page on guards as the catalogue has it.
fn page_on_guards() -> String {
    let sections: Vec<String> = KINDS.iter().map(section_on).collect();
    format!("{GUARDS_INTRODUCTION}{}\n", sections.join("\n\n"))
}

fn section_on(kind: &GuardKind) -> String {
    let GuardKind { code, level, when, reason, source, sources_of_types, publication, agreement, scope } = kind;
    let mut points = vec![match kind.remedy() {
        Remedy::NotNeeded => "only warns".to_owned(),
        Remedy::Allow => format!("can be allowed: `--allow {code}:TARGET`"),
        Remedy::None => "cannot be allowed".to_owned(),
    }];
    points.push(match scope {
        Scope::Both => "both APIs".to_owned(),
        Scope::Portal(why) => format!("Cloud Partner Portal API only; of the Product Ingestion API: {why}"),
        Scope::Ingestion => "Product Ingestion API only".to_owned(),
    });
    if let SourceAgreement::Disputed(why) = agreement {
        points.push(format!("disputed: {why}"));
    }
    if *publication == Publication::Matters {
        points.push("only a note if the value was never published".to_owned());
    }
    let sources: Vec<String> = source.split("; ").map(|path| format!("`{path}`")).collect();
    points.push(format!("source: {}", sources.join(", ")));
    for (name, source) in *sources_of_types {
        let sources: Vec<String> = source.split("; ").map(|path| format!("`{path}`")).collect();
        points.push(format!("source for offers of type `{name}`: {}", sources.join(", ")));
    }
    format!("### {code}\n\n**{level}**, when {when}.\n\n{}.\n\n* {}", sentence(reason), points.join("\n* "))
}

const GUARDS_INTRODUCTION: &str = "\
# Guards

A guard is a reason for `apply` to refuse a plan: exit code 3, nothing written. A plan shows each guard with its
reason, source and target. To allow a guard, give its code *and* target, as the plan shows
them: `--allow sku-removal:contoso/firewall/byol`. There is no option that allows all guards. You can also allow a guard in the
offer's file, with a reason: `reconcile.allow` ([offer files](offer-file.md)). `offerform explain CODE`
shows the same text as this page.

| level | meaning | can be allowed |
|---|---|---|
| BLOCK | the service refuses the change, or the API cannot express it | no; yes if the sources disagree |
| ONE-WAY | the change cannot be undone | yes |
| CUSTOMER | the change affects customers who already bought the offer | yes |
| TIME | the change causes another certification, or a wait | not needed, it only warns |

**What counts as published.** A guard checks what the plan changes in the draft against what
customers have: the `production` slot. That slot is read once, and only for an offer with a guard that depends on it; other
offers take a single request. If the slot cannot be read, everything counts as published. For an offer that was never
published, most guards become notes. A draft that already differs from production does not trigger
a guard, and neither does a plan that restores what production has.

**Offers of the Product Ingestion API** have the same guards; each entry names the API if there is only one. Targets use the
words of the service: `publisher/offer`, the `planId`, and behind it a market (`no`, or `allMarkets`), a cloud (`azureGlobal`), the id
of an audience, or an image version. The versions of the image whose `skuId` is the `planId` stand directly behind the plan, as in
`image-removal:contoso/firewall/standard/1.0.0`; those of another element of `skus` stand behind its `skuId`, as in
`image-removal:contoso/firewall/standard/standard-gen2/1.0.0`; the bundles of a container stand behind the plan as `repository:tag`.
A `lifecycleState` other than `generallyAvailable` counts as a removal, and so does a `deprecationSchedule`. No guard compares
`userLimits`, the `trial` of other offers than SaaS, the `securityType` of an element of `skus`, or a test drive.

Sources are paths in <https://github.com/MicrosoftDocs/azure-docs>, from before these pages moved.

This page is generated from `crates/engine/src/plan/guard/catalogue.rs`; `tests/words.rs` compares.

## All guards

";

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The page on rules as the code has it.
fn page_on_rules() -> String {
    let rows: Vec<String> = rules::all().map(row_on).collect();
    let statements: Vec<String> = PUBLIC_STATEMENTS.iter().map(row_on_statement).collect();
    format!("{RULES_INTRODUCTION}{}\n\n{STATEMENTS_INTRODUCTION}{}\n", rows.join("\n"), statements.join("\n"))
}

fn row_on(rule: &Rule) -> String {
    let severity = match (rule.severity, rule.written) {
        (Severity::Error, _) => "error",
        (_, Severity::Error) => "warning, error in a plan",
        _ => "warning",
    };
    let types = match rule.types.kinds().len() {
        5 => "all, of both APIs".to_owned(),
        4 => "all".to_owned(),
        _ => rule.types.kinds().iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let whole = match rule.basis {
        Basis::Declared => "",
        Basis::Whole => ", of whole offers",
        Basis::File => ", of files",
    };
    let sure = if rule.confidence == Confidence::Inferred { ", inferred" } else { "" };
    let source = rule.source.replace("; ", "`, `");
    format!("| `{}` | {severity}{sure} | {types}{whole} | {} | `{source}` |", rule.id, rule.says)
}

fn row_on_statement(said: &PublicStatement) -> String {
    let holder = match said.checked_by {
        CheckedBy::Guard(code) => format!("the guard [`{code}`](guards.md#{code})"),
        CheckedBy::Loader(code) => format!("the finding [`{code}`](errors-and-exit-codes.md#codes-of-findings)"),
        CheckedBy::Comparison => "the comparison".to_owned(),
        CheckedBy::Release => "the plan of a release".to_owned(),
        CheckedBy::UnknownType => "nothing: the id of this offer type is not public".to_owned(),
        CheckedBy::UnknownKey => "nothing: its form in the API is not public".to_owned(),
        CheckedBy::Advice => "nothing: not visible in a file".to_owned(),
    };
    format!("| `{}` | {} | {holder} |", said.id, said.says)
}

const RULES_INTRODUCTION: &str = "\
# Rules

`offerform validate` applies these rules to the files, without a network or an account. `plan` and `apply` apply them,
too. `offerform explain RULE` shows the same text as this page.

* An **error** is a value that the service refuses, according to two independent sources or because it was seen to refuse it. The
  documentation of one portal counts as one source. Everything else is a **warning**: statements of a single source, values that the
  service was seen to accept anyway, and conclusions that no page states (*inferred*). If documentation of different years names
  different limits, exceeding the widest is an error, and exceeding a stricter one a warning.
* *Error in a plan* means that the finding may be harmless in a file, because the value may already be published,
  but not in a value that a plan writes. An expired signature is an example.
* Rules *of whole offers* report missing values. A file may declare a part of an offer, so `validate` applies
  them only to files with `ownership: exact`. `plan` applies them to what it would write, and reports missing values as notes: a
  draft accepts them, a publish may not.
* Rules *of files* check the content behind addresses: pictures, documents, packages, and the beginnings and ends of disks.
  `validate --online` downloads it. There are no rules for what only the service can check: whether a deployment works, whether an
  image starts and passes its tests, whether a test drive's subscription has room.
* A rule checks the values in the file. Values that can no longer change after a publish are checked by
  [guards](guards.md), which compare with what is published.
* An offer can silence a rule, everywhere or below one path, with a reason:
  `silence: [{ rule: title-length-cpp, reason: agreed with Microsoft }]` below `reconcile`. With a `value`, it applies to that
  value only. A silence without effect is a warning. `import` writes a silence for every error in the imported offers.
  `value-kind` cannot be silenced, because guards can only check values of the right kind.

Offer types are those of the Cloud Partner Portal API; *Product Ingestion API* stands for all types of that one, and its rules look at
resources.

Sources are paths in <https://github.com/MicrosoftDocs/azure-docs>, from before these pages moved, unless another
repository is named. This page is generated from `crates/engine/src/rules`; `tests/words.rs` compares.

| rule | severity | offer types | requirement | sources |
|---|---|---|---|---|
";

const STATEMENTS_INTRODUCTION: &str = "\
## Other public statements

| name | statement | checked by |
|---|---|---|
";

fn is_as_made(page: &str, expected: &str) {
    if read(&root().join("docs").join(page)) != expected {
        let made = root().join("target").join(page);
        std::fs::write(&made, expected).unwrap();
        panic!("docs/{page} is not what the code says; compare it with {}", made.display());
    }
}

#[test]
fn the_pages_on_guards_and_rules_are_what_the_code_says() {
    is_as_made("guards.md", &page_on_guards());
    is_as_made("rules.md", &page_on_rules());
}

/// The messages of the errors in a file, without the names in them: of each the longest part that is always the same.
fn messages(path: &str) -> Vec<String> {
    let text = read(&root().join(path));
    let (code, _) = text.split_once("#[cfg(test)]\nmod tests {").unwrap_or((&text, ""));
    let quoted = code.split("#[error(").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
    let texts = quoted.filter_map(|rest| rest.split_once('"').map(|(text, _)| text));
    let parts = texts.map(|text| text.split(['{', '}', '`']).max_by_key(|part| part.len()).unwrap_or_default());
    parts.map(|part| part.trim_matches([' ', ':', ';', ',']).to_owned()).filter(|part| !part.is_empty()).collect()
}

#[test]
fn every_failure_that_ends_a_run_is_explained() {
    let page = read(&root().join("docs/errors-and-exit-codes.md"));
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let of = |folder: &str, files: &[&str]| {
        files.iter().flat_map(|file| messages(&format!("{folder}/{file}.rs"))).collect::<Vec<_>>()
    };
    let engine = ["source/git", "workspace/error", "workspace/naming", "workspace/settings", "record/mod"];
    let services = ["api/error", "api/transport", "api/endpoint", "api/headers", "auth/error", "live"];
    let ingestion = ["ingestion/error", "ingestion/changes", "ingestion/version", "ingestion/endpoint"];
    let all = [
        of("crates/engine/src", &engine),
        of("crates/services/src", &[&services[..], &ingestion].concat()),
        of("src", &["import/mod", "reconcile/run"]),
    ]
    .concat();
    assert!(all.len() > 50, "{all:?}");
    let missing: Vec<&String> = all.iter().filter(|message| !page.contains(message.as_str())).collect();
    assert!(missing.is_empty(), "not in docs/errors-and-exit-codes.md: {missing:#?}");
    // What Entra's codes mean.
    let causes = read(&root().join("crates/services/src/auth/error.rs"));
    let (_, causes) = causes.split_once("const CAUSES").unwrap();
    let (causes, _) = causes.split_once("];").unwrap();
    let codes = causes.split('"').filter(|text| text.len() > 4 && text.bytes().all(|byte| byte.is_ascii_digit()));
    let codes: Vec<&str> = codes.collect();
    assert_eq!(codes.len(), 9, "{codes:?}");
    for code in codes {
        assert!(page.contains(&format!("`AADSTS{code}`")), "AADSTS{code}");
    }
}

/// The tests that `docs/security.md` names, each as path and name.
fn tests_of_the_threat_model() -> Vec<(String, Option<String>)> {
    let page = read(&root().join("docs/security.md"));
    let quoted = page.split('`').skip(1).step_by(2);
    let named = quoted.filter(|text| ["crates/", "src/", "tests/"].iter().any(|start| text.starts_with(start)));
    named
        .map(|text| {
            text.split_once("::")
                .map_or((text.to_owned(), None), |(path, name)| (path.to_owned(), Some(name.to_owned())))
        })
        .collect()
}

#[test]
fn every_test_that_the_threat_model_names_is_there() {
    let named = tests_of_the_threat_model();
    assert!(named.len() > 40, "{named:?}");
    for (path, name) in named {
        assert!(root().join(&path).exists(), "{path}");
        let Some(name) = name else { continue };
        assert!(read(&root().join(&path)).contains(&format!("fn {name}(")), "{path}::{name}");
    }
}

/// Everything that is publicly said: name, severity, confidence and sources.
fn published() -> Vec<[String; 4]> {
    let table = read(&root().join("tests/data/published-rules.tsv"));
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap()).collect()
}

#[test]
fn everything_that_is_publicly_said_is_a_rule_or_has_a_holder() {
    let published = published();
    assert_eq!(published.len(), 250);
    for [id, severity, confidence, sources] in &published {
        let held = PUBLIC_STATEMENTS.iter().filter(|said| said.id == id).count();
        match Rule::of(id) {
            None => assert_eq!(held, 1, "{id}"),
            Some(rule) => {
                assert_eq!(held, 0, "{id}");
                // What one source says about a rule, another may say where it is about something else.
                let is_known = |source: &str| published.iter().any(|[_, _, _, sources]| sources.contains(source));
                assert!(sources.contains(rule.source.split("; ").next().unwrap()), "{id}: {}", rule.source);
                assert!(rule.source.split("; ").all(is_known), "{id}: {}", rule.source);
                assert_eq!(rule.confidence == Confidence::Inferred, confidence == "inferred", "{id}");
                let may_stop = severity == "error" && confidence == "certain";
                assert!(may_stop || rule.severity == Severity::Warning, "{id} stops more than is said");
            }
        }
    }
    for said in PUBLIC_STATEMENTS {
        assert!(published.iter().any(|[id, ..]| id == said.id), "{} is not published", said.id);
        match said.checked_by {
            CheckedBy::Guard(code) => assert!(GuardKind::of(code).is_some(), "{}: no guard `{code}`", said.id),
            CheckedBy::Loader(code) => {
                let page = read(&root().join("docs/errors-and-exit-codes.md"));
                assert!(page.contains(&format!("| `{code}` |")), "{}: no finding `{code}`", said.id);
            }
            _ => {}
        }
    }
}

#[test]
fn the_fault_script_in_the_documentation_can_be_read() {
    let page = read(&root().join("docs/simulator.md"));
    let (_, rest) = page.split_once("```json\n").unwrap();
    let (script, _) = rest.split_once("```").unwrap();
    let rules: Vec<offerform::simulator::FaultRule> = serde_json::from_str(script).unwrap();
    assert_eq!(rules.len(), 3);
}

/// One of something is not several: in every output that a snapshot holds. The pages of help name exit codes before plurals.
#[test]
fn no_output_says_one_of_several() {
    const SEVERAL: [&str; 18] = [
        "changes", "errors", "fields", "files", "findings", "guards", "images", "lines", "markets", "notes", "offers",
        "places", "prices", "rewrites", "rows", "values", "versions", "warnings",
    ];
    let snapshots = std::fs::read_dir(root().join("tests/cli/snapshots")).unwrap();
    let is_help = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("help");
    for path in snapshots.map(|entry| entry.unwrap().path()).filter(|path| !is_help(path)) {
        let text = read(&path);
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        let said = words.windows(2).find(|pair| pair[0] == "1" && SEVERAL.contains(&pair[1]));
        assert_eq!(said, None, "{}", path.display());
    }
}
