//! The directives: `$file`, `$env`, `$secret`, `$sas`, and the merge key `<<`.
//!
//! A directive is a mapping with one key. A key that begins with a dollar and is no directive is written with one more:
//! `$$file` is the key `$file`. Files are named relative to the file that mentions them and never lie
//! outside of the repository. Secrets are not read here: what remains is where they come from.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use serde_json::json;

use super::credentials;
use super::library::{Library, unreadable};
use super::node::Members;
use super::sas;
use super::{DEPTH_LIMIT, Mapping, Member, Node, VALUE_LIMIT, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::secret::{SecretLocation, SecretReference};
use crate::source::{self, RelativePath, Span, is_git_folder};

/// The environment variables of the person or job that runs us.
pub trait Environment: fmt::Debug + Send + Sync {
    /// The value of the variable `name`; `None` if it is not set or not text.
    fn variable(&self, name: &str) -> Option<String>;
}

/// No variable is set: for files that are not the user's, and for tests.
#[derive(Debug, Clone, Copy)]
pub struct NoVariables;

impl Environment for NoVariables {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }
}

const DIRECTIVES: [&str; 4] = ["$file", "$env", "$secret", "$sas"];

/// How many files may be put into each other.
const FILE_DEPTH_LIMIT: usize = 16;

/// How many bytes of text one document may take from files.
const TEXT_LIMIT: usize = 64 * 1024 * 1024;

/// Carries out the directives of documents.
#[derive(Debug)]
pub struct Composer<'a, 't> {
    library: &'a Library<'t>,
    environment: &'a dyn Environment,
    findings: Diagnostics,
    /// The files that were put into others.
    parts: HashSet<RelativePath>,
    /// The files being put into each other, outermost first.
    files: Vec<RelativePath>,
    /// How many levels lie above what is being composed.
    depth: usize,
    values_left: usize,
    text_left: usize,
    sound: bool,
}

/// Whether a key is that of a directive, known or not.
fn is_directive(key: &str) -> bool {
    key.starts_with('$') && !key.starts_with(ESCAPED)
}

/// How keys begin that begin with one dollar less.
const ESCAPED: &str = "$$";

/// The members with the keys that are meant.
fn unescaped(members: Members) -> Members {
    if !members.keys().any(|key| key.starts_with(ESCAPED)) {
        return members;
    }
    let meant = |key: String| if key.starts_with(ESCAPED) { key[1..].to_owned() } else { key };
    members.into_iter().map(|(key, member)| (meant(key), member)).collect()
}

/// A key as it has to be written to be that key and no directive.
#[must_use]
pub fn escaped(key: &str) -> String {
    if key.starts_with('$') { format!("${key}") } else { key.to_owned() }
}

/// A reference to a secret as a file says it; `None` for one to a file, whose path depends on where it is written.
#[must_use]
pub fn directive(reference: &SecretReference) -> Option<serde_json::Value> {
    let mut secret = match &reference.location {
        SecretLocation::Env(name) => json!({ "env": name }),
        SecretLocation::Sas(blob) => return Some(json!({ "$sas": sas::written(blob) })),
        SecretLocation::File(_) => return None,
    };
    if let Some(version) = &reference.version {
        secret["version"] = json!(version);
    }
    Some(json!({ "$secret": secret }))
}

impl<'a, 't> Composer<'a, 't> {
    /// A composer that reads files from `library`.
    pub fn new(library: &'a Library<'t>, environment: &'a dyn Environment) -> Self {
        Self {
            library,
            environment,
            findings: Diagnostics::default(),
            parts: HashSet::new(),
            files: Vec::new(),
            depth: 0,
            values_left: 0,
            text_left: 0,
            sound: true,
        }
    }

    /// The YAML and JSON files that were put into other files so far.
    #[must_use]
    pub fn into_parts(self) -> HashSet<RelativePath> {
        self.parts
    }

    /// The document with all directives carried out, and whether that worked everywhere. Where it did not, the
    /// result holds [`Value::Unknown`] and the findings of the library say why.
    pub fn compose(&mut self, document: Node, file: &RelativePath) -> (Node, bool) {
        self.files = vec![file.clone()];
        self.depth = 0;
        self.values_left = VALUE_LIMIT;
        self.text_left = TEXT_LIMIT;
        self.sound = true;
        let node = self.node(document);
        self.library.report(std::mem::take(&mut self.findings));
        (node, self.sound)
    }

    fn node(&mut self, node: Node) -> Node {
        let Node { span, value } = node;
        if !self.take_value(span) {
            return Node::new(span, Value::Unknown);
        }
        if !matches!(value, Value::List(_) | Value::Mapping(_)) {
            return Node::new(span, value);
        }
        if self.depth == DEPTH_LIMIT {
            return self.fail(span, "too-deep", format!("more than {DEPTH_LIMIT} levels of nesting"));
        }
        self.depth += 1;
        let node = match value {
            Value::List(items) => {
                let items = items.into_iter().map(|item| self.node(item)).collect();
                Node::new(span, Value::List(items))
            }
            Value::Mapping(mapping) => self.mapping(span, *mapping),
            leaf => Node::new(span, leaf),
        };
        self.depth -= 1;
        node
    }

    /// Counts one more value; `false` if the document may have no more, which is reported once.
    fn take_value(&mut self, span: Span) -> bool {
        if self.values_left == 1 {
            self.fail(span, "too-large", "the document becomes too large".to_owned());
        }
        self.values_left = self.values_left.saturating_sub(1);
        self.values_left > 0
    }

    fn mapping(&mut self, span: Span, mut mapping: Mapping) -> Node {
        if let Some((name, member)) = mapping.members.iter().find(|(key, _)| is_directive(key)) {
            let (name, key) = (name.clone(), member.key);
            if mapping.members.len() > 1 || mapping.merge.is_some() {
                let message = format!("`{name}` must be the only key in its mapping");
                self.report(Diagnostic::error("directive", message).at(key, "").help("move the other keys"));
                return Node::new(span, Value::Unknown);
            }
            let Some((_, member)) = mapping.members.pop() else { return Node::new(span, Value::Unknown) };
            return self.directive(&name, span, &member);
        }
        let merge = mapping.merge.take();
        let mut members = unescaped(mapping.members);
        for member in members.values_mut() {
            let value = std::mem::replace(&mut member.value, Node::new(span, Value::Unknown));
            member.value = self.node(value);
        }
        let mut mapping = Mapping { members, merge: None };
        if let Some(merge) = merge {
            let merged = self.node(merge.value);
            self.merge(&mut mapping, merged);
        }
        Node::new(span, Value::Mapping(Box::new(mapping)))
    }

    /// Adds the members of a mapping, or of a list of mappings, that are not there yet.
    fn merge(&mut self, into: &mut Mapping, from: Node) {
        match from.value {
            Value::Mapping(mapping) => {
                for (key, member) in mapping.members {
                    into.members.entry(key).or_insert(member);
                }
            }
            Value::List(items) if items.iter().all(|item| matches!(item.value, Value::Mapping(_))) => {
                for item in items {
                    self.merge(into, item);
                }
            }
            Value::Unknown => {}
            _ => {
                let message = "`<<` takes a mapping or a list of mappings";
                self.report(Diagnostic::error("merge-key", message).at(from.span, ""));
            }
        }
    }

    fn directive(&mut self, name: &str, span: Span, member: &Member) -> Node {
        match name {
            "$file" => self.file(span, &member.value),
            "$env" => self.variable(span, &member.value),
            "$secret" => self.secret(span, &member.value),
            "$sas" => self.sas(span, &member.value),
            _ => {
                let known = nearest(name, DIRECTIVES).map_or_else(
                    || format!("known are `{}`", DIRECTIVES.join("`, `")),
                    |near| format!("did you mean `{near}`?"),
                );
                let finding = Diagnostic::error("directive", format!("unknown directive `{name}`"));
                self.report(finding.at(member.key, "").help(known));
                Node::new(span, Value::Unknown)
            }
        }
    }

    fn file(&mut self, span: Span, target: &Node) -> Node {
        let Some(path) = self.path(target) else { return Node::new(span, Value::Unknown) };
        match path.extension().as_str() {
            "yaml" | "yml" | "json" => self.part(target.span, path),
            _ => self.text(span, target.span, &path),
        }
    }

    /// The path that a text names, relative to the file it stands in.
    fn path(&mut self, target: &Node) -> Option<RelativePath> {
        let Some(text) = target.as_text().filter(|text| !text.is_empty()) else {
            self.fail(target.span, "directive", format!("expected a path, not {}", target.kind()));
            return None;
        };
        let folder = self.files.last().map(RelativePath::parent).unwrap_or_default();
        folder.join(text).inspect_err(|error| self.report(unreadable(error).at(target.span, ""))).ok()
    }

    fn text(&mut self, span: Span, mention: Span, path: &RelativePath) -> Node {
        let value = match self.library.text(path) {
            Ok(Some(text)) => match self.text_left.checked_sub(text.len()) {
                Some(left) => {
                    self.text_left = left;
                    Value::Text((*text).to_owned())
                }
                None => return self.fail(mention, "too-large", "the document becomes too large".to_owned()),
            },
            Ok(None) => {
                let message = format!("`{path}` cannot be included here");
                return self.fail(mention, "directive", message);
            }
            Err(error) => {
                self.report(unreadable(&error).at(mention, ""));
                Value::Unknown
            }
        };
        Node::new(span, value)
    }

    fn part(&mut self, mention: Span, path: RelativePath) -> Node {
        self.parts.insert(path.clone());
        if self.files.contains(&path) {
            return self.fail(mention, "directive", format!("`{path}` includes itself"));
        }
        if self.files.len() == FILE_DEPTH_LIMIT {
            let message = format!("more than {FILE_DEPTH_LIMIT} files include each other");
            return self.fail(mention, "too-deep", message);
        }
        let parsed = match self.library.parsed(&path) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.report(unreadable(&error).at(mention, ""));
                return Node::new(mention, Value::Unknown);
            }
        };
        // What is wrong in the file was reported with the file.
        self.sound &= parsed.sound;
        match parsed.documents.as_slice() {
            [document] => {
                self.files.push(path);
                // The directive's own mapping is gone from the document.
                self.depth -= 1;
                let node = self.node(document.clone());
                self.depth += 1;
                self.files.pop();
                node
            }
            [] => Node::new(mention, Value::Unknown),
            [_, second, ..] => {
                let message = format!("`{path}` contains several documents, so it cannot be included here");
                self.report(Diagnostic::error("directive", message).at(mention, "").related(second.span, "the second"));
                Node::new(mention, Value::Unknown)
            }
        }
    }

    fn variable(&mut self, span: Span, target: &Node) -> Node {
        let Some(name) = self.variable_name(target) else { return Node::new(span, Value::Unknown) };
        if credentials::is_credential(&name) {
            let message = format!("`$env` does not read `{name}`: it contains a credential, which would become public");
            let finding = Diagnostic::error("credential-variable", message).at(target.span, "");
            self.report(finding.help("for a public value, use a variable with another name"));
            return Node::new(span, Value::Unknown);
        }
        match self.environment.variable(&name) {
            Some(value) => Node::new(span, Value::Text(value)),
            None => self.fail(target.span, "env-not-set", format!("the environment variable `{name}` is not set")),
        }
    }

    fn variable_name(&mut self, target: &Node) -> Option<String> {
        let is_name = |text: &&str| {
            text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let name = target.as_text().filter(is_name).map(str::to_owned);
        if name.is_none() {
            self.fail(target.span, "directive", "expected the name of an environment variable".to_owned());
        }
        name
    }

    fn secret(&mut self, span: Span, target: &Node) -> Node {
        let unknown = Node::new(span, Value::Unknown);
        let Some(mapping) = target.as_mapping() else {
            let help = "write `{ $secret: { env: NAME } }` or `{ $secret: { file: PATH } }`";
            let message = format!("`$secret` takes a mapping, not {}", target.kind());
            self.report(Diagnostic::error("directive", message).at(target.span, "").help(help));
            return unknown;
        };
        for (key, member) in &mapping.members {
            if !["env", "file", "version"].contains(&key.as_str()) {
                let message = format!("`$secret` has no key `{key}`");
                let finding = Diagnostic::error("directive", message).at(member.key, "");
                self.report(finding.help("known are `env`, `file` and `version`"));
                return unknown;
            }
        }
        let location = match (mapping.get("env"), mapping.get("file")) {
            (Some(name), None) => self.secret_variable(&name.value),
            (None, Some(file)) => self.secret_file(&file.value),
            _ => {
                self.fail(target.span, "directive", "`$secret` takes either `env` or `file`".to_owned());
                None
            }
        };
        let version = mapping.get("version").map(|member| self.secret_version(&member.value));
        match location {
            Some(location) => {
                let reference = SecretReference { location, version: version.flatten() };
                Node::new(span, Value::Secret(Box::new(reference)))
            }
            None => unknown,
        }
    }

    /// The blob is checked here; its key is not read before it is needed.
    fn sas(&mut self, span: Span, target: &Node) -> Node {
        let mut findings = Vec::new();
        let blob = sas::read(target, &mut findings);
        for finding in findings {
            self.report(finding);
        }
        let reference = |blob| SecretReference { location: SecretLocation::Sas(Box::new(blob)), version: None };
        let value = blob.map_or(Value::Unknown, |blob| Value::Secret(Box::new(reference(blob))));
        Node::new(span, value)
    }

    fn secret_variable(&mut self, target: &Node) -> Option<SecretLocation> {
        let name = self.variable_name(target)?;
        if !credentials::is_of_the_run(&name) {
            return Some(SecretLocation::Env(name));
        }
        let message =
            format!("`$secret` does not read `{name}`: it contains a credential of the machine that runs offerform");
        let finding = Diagnostic::error("credential-variable", message).at(target.span, "");
        self.report(finding.help("use another variable for the secret of the offer"));
        None
    }

    /// A file of the repository, or one of the machine by its absolute path. Nothing is read here; whether the machine allows the
    /// latter is seen when the secret is needed.
    fn secret_file(&mut self, target: &Node) -> Option<SecretLocation> {
        if let Some(text) = target.as_text().filter(|text| Path::new(text).is_absolute()) {
            return Some(SecretLocation::File(text.to_owned()));
        }
        let path = self.path(target)?;
        if path.parts().any(is_git_folder) {
            let error = source::Error::GitFolder { path: path.to_string() };
            self.report(unreadable(&error).at(target.span, ""));
            return None;
        }
        Some(SecretLocation::File(path.as_str().to_owned()))
    }

    fn secret_version(&mut self, node: &Node) -> Option<String> {
        match &node.value {
            Value::Text(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => {
                self.fail(node.span, "directive", format!("a version must be text or a number, not {}", node.kind()));
                None
            }
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.sound = false;
        self.findings.push(diagnostic);
    }

    fn fail(&mut self, span: Span, code: &'static str, message: String) -> Node {
        self.report(Diagnostic::error(code, message).at(span, ""));
        Node::new(span, Value::Unknown)
    }
}
