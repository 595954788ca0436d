//! Which keys there are and which kinds of values they take: what the schemas of offer files say about a document. Rules about
//! keys are in `key`.
//!
//! The schemas in `schemas/` are for editors; the program reads two things from the same files, so that both know the same
//! keys: which keys there are, and which kinds of values they take. Lengths and words are for the other rules.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::finding::Found;
use super::place::{Part, Place};
use super::subject::{Field, Offer, OfferKind};
use super::{Rule, Types};

/// The schema of offers of virtual machines.
pub const VIRTUAL_MACHINE: &str = include_str!("../../../../schemas/offer-virtual-machine.schema.json");

/// The schema of offers of core virtual machines.
pub const CORE_VIRTUAL_MACHINE: &str = include_str!("../../../../schemas/offer-core-vm.schema.json");

/// The schema of offers of Azure applications.
pub const APPLICATION: &str = include_str!("../../../../schemas/offer-application.schema.json");

pub(super) const SOURCE: &str = "articles/marketplace/cloud-partner-portal-api-creating-offer.md; microsoft/az-partner-center-cli:tests/test_data/vm_create_valid_response.json; devigned/pub:pkg/partner/types.go";

/// The rule about kinds. It has nothing to add where another rule calls the same value an error, and nobody can silence it: guards
/// and rules can only judge values of the right kind.
pub(super) const KIND: &str = "value-kind";

pub(super) const RULES: &[Rule] = &[Rule::error(KIND, Types::KNOWN, kinds).text(
    "a value has the kind that the service expects: text, a number, `true` or `false`, a list or a mapping",
    "write a value of the expected kind; quote a number or `true` that is meant as text",
    SOURCE,
)];

fn kinds(offer: &Offer<'_>, found: &mut Found) {
    visit(offer, &mut |here, seen| {
        if let Visited::Value(shape) = seen
            && !shape.kinds.iter().any(|kind| kind.is(here.value))
        {
            let field = here.field();
            let kinds: Vec<&str> = shape.kinds.iter().map(|kind| kind.name()).collect();
            let is = ValueKind::ALL.iter().find(|kind| kind.is(field.value)).map_or("`null`", |kind| kind.name());
            let key = field.at.last().unwrap_or_default();
            found.at(&field, format!("`{key}` must be {}, not {is}", kinds.join(" or ")));
        }
    });
}

/// A value or member that a walk visits.
pub(super) enum Visited<'s> {
    /// A value of which something is known.
    Value(&'s Shape),
    /// A member of a mapping that is known, whose key is none of those that are known in it.
    Stranger(Stranger<'s>),
}

/// A member whose key is not known.
#[derive(Clone, Copy)]
pub(super) struct Stranger<'s> {
    /// The mapping that it is in.
    pub(super) shape: &'s Shape,
    /// Whether the mapping should not have it.
    pub(super) is_unknown: bool,
    /// Whether it belongs to a namespace that is known to exist and not all of whose keys are known.
    pub(super) is_in_open_namespace: bool,
}

/// Where a walk is. Most values are passed without a word, so their places are made when somebody asks.
pub(super) struct Here<'a, 'w> {
    pub(super) steps: &'w [Part<'a>],
    value: &'a Value,
}

impl<'a> Here<'a, '_> {
    pub(super) fn field(&self) -> Field<'a> {
        let at = self.steps.iter().cloned().fold(Place::root(), Place::below);
        Field { at, value: self.value }
    }
}

type See<'s> = dyn FnMut(&Here<'_, '_>, Visited<'_>) + 's;

pub(super) fn visit(offer: &Offer<'_>, see: &mut See<'_>) {
    let Some(vocabulary) = vocabulary(offer.kind) else { return };
    let Some(definition) = offer.root().member("definition") else { return };
    let walk = Walk { vocabulary, offer };
    walk.below(definition.value, &vocabulary.definition, &mut vec![Part::Key("definition".into())], see);
}

/// A walk through one offer.
struct Walk<'w, 'o> {
    vocabulary: &'w Vocabulary,
    offer: &'w Offer<'o>,
}

impl Walk<'_, '_> {
    fn below<'a>(&self, value: &'a Value, shape: &Shape, steps: &mut Vec<Part<'a>>, see: &mut See<'_>) {
        see(&Here { steps, value }, Visited::Value(shape));
        for (key, member) in value.as_object().into_iter().flatten() {
            // A sealed value is `null` in the document, and is there.
            if member.is_null() && !self.offer.is_sealed_value(member) {
                continue;
            }
            steps.push(Part::Key(key.into()));
            let known = self.vocabulary.member(shape, key);
            if !shape.members.contains_key(key) {
                let stranger = Stranger {
                    shape,
                    is_unknown: known.is_none() && shape.is_closed && !self.vocabulary.is_foreign(shape, key),
                    is_in_open_namespace: self.vocabulary.namespace(shape, key).is_some_and(|one| !one.is_closed),
                };
                see(&Here { steps, value: member }, Visited::Stranger(stranger));
            }
            if let Some(below) = known.filter(|_| !member.is_null()) {
                self.below(member, below, steps, see);
            }
            steps.pop();
        }
        let Some(below) = shape.elements else { return };
        for (index, element) in value.as_array().into_iter().flatten().enumerate().filter(|(_, one)| !one.is_null()) {
            steps.push(Part::Index(index));
            self.below(element, &self.vocabulary.shapes[below], steps, see);
            steps.pop();
        }
    }
}

/// What is known of a value.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// The kinds it may have.
    kinds: Vec<ValueKind>,
    /// Its members by their keys, each with the number of its shape.
    members: HashMap<String, usize>,
    /// Members whose keys begin like this.
    beginnings: Vec<(String, usize)>,
    /// All other members.
    others: Option<usize>,
    /// Whether there are no other members.
    is_closed: bool,
    /// Whether keys of namespaces that are not known may stand here.
    has_namespaces: bool,
    /// Its elements.
    elements: Option<usize>,
}

impl Shape {
    /// The keys that are known here, each whole.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }
}

/// All that is known of an offer type.
#[derive(Debug)]
struct Vocabulary {
    shapes: Vec<Shape>,
    definition: Shape,
}

fn vocabulary(kind: OfferKind) -> Option<&'static Vocabulary> {
    static MACHINES: LazyLock<Option<Vocabulary>> = LazyLock::new(|| Vocabulary::read(VIRTUAL_MACHINE));
    static CORE: LazyLock<Option<Vocabulary>> = LazyLock::new(|| Vocabulary::read(CORE_VIRTUAL_MACHINE));
    static APPLICATIONS: LazyLock<Option<Vocabulary>> = LazyLock::new(|| Vocabulary::read(APPLICATION));
    match kind {
        OfferKind::VirtualMachine => MACHINES.as_ref(),
        OfferKind::CoreVirtualMachine => CORE.as_ref(),
        OfferKind::Application => APPLICATIONS.as_ref(),
        OfferKind::Other | OfferKind::Ingestion => None,
    }
}

impl Vocabulary {
    fn read(text: &str) -> Option<Self> {
        let schema: Value = serde_json::from_str(text).ok()?;
        let mut reader = Reader { schema: &schema, shapes: Vec::new(), known: HashMap::new() };
        let definition = reader.shape(schema.pointer("/properties/definition")?);
        Some(Self { shapes: reader.shapes, definition })
    }

    fn member(&self, shape: &Shape, key: &str) -> Option<&Shape> {
        let beginning = || shape.beginnings.iter().find(|(start, _)| key.starts_with(start)).map(|(_, number)| number);
        shape.members.get(key).or_else(beginning).or(shape.others.as_ref()).map(|number| &self.shapes[*number])
    }

    /// Whether a key belongs to a namespace that is not known, or not all of which is.
    fn is_foreign(&self, shape: &Shape, key: &str) -> bool {
        if !shape.has_namespaces {
            return false;
        }
        if key.contains('.') {
            !self.namespace(shape, key).is_some_and(|namespace| namespace.is_closed)
        } else {
            key.starts_with("microsoft-azure-")
        }
    }

    /// The namespace in front of a key, if it is known.
    fn namespace(&self, shape: &Shape, key: &str) -> Option<&Shape> {
        let (namespace, _) = key.split_once('.')?;
        shape.members.get(namespace).map(|number| &self.shapes[*number])
    }
}

/// Reads the part of JSON Schema that the schemas of offers use for keys and kinds. They are made by a program, which a
/// test holds to this.
struct Reader<'s> {
    schema: &'s Value,
    shapes: Vec<Shape>,
    /// Numbers of shapes that are referred to.
    known: HashMap<&'s str, usize>,
}

impl<'s> Reader<'s> {
    fn number(&mut self, schema: &'s Value) -> usize {
        let reference = schema["$ref"].as_str();
        if let Some(number) = reference.and_then(|reference| self.known.get(reference)) {
            return *number;
        }
        let shape = self.shape(schema);
        self.shapes.push(shape);
        let number = self.shapes.len() - 1;
        // With a `type` beside it a reference means less than what it refers to.
        if let Some(reference) = reference.filter(|_| schema.get("type").is_none()) {
            self.known.insert(reference, number);
        }
        number
    }

    fn shape(&mut self, schema: &'s Value) -> Shape {
        let parts = self.parts(schema);
        let mut shape = Shape { kinds: self.kinds(&parts), ..Shape::default() };
        for part in parts {
            shape.is_closed |= part.get("additionalProperties") == Some(&Value::Bool(false));
            for (key, member) in members(part, "properties").filter(|(key, _)| !key.starts_with('$')) {
                let number = self.number(member);
                shape.members.insert(key.clone(), number);
            }
            for (pattern, member) in members(part, "patternProperties") {
                match pattern.strip_prefix('^').filter(|start| !start.starts_with('(')) {
                    Some(start) => shape.beginnings.push((start.to_owned(), self.number(member))),
                    None => shape.has_namespaces = true,
                }
            }
            if let Some(others) = part.get("additionalProperties").filter(|others| others.is_object()) {
                shape.others = Some(self.number(others));
            }
            if let Some(elements) = part.get("items") {
                shape.elements = Some(self.number(elements));
            }
        }
        shape
    }

    /// A schema with what it refers to. A directive is carried out before anybody looks at a document.
    fn parts(&self, schema: &'s Value) -> Vec<&'s Map<String, Value>> {
        let mut parts: Vec<_> = schema.as_object().into_iter().collect();
        let reference = schema["$ref"].as_str().filter(|reference| *reference != DIRECTIVE);
        let referred = reference.and_then(|reference| self.schema.pointer(reference.trim_start_matches('#')));
        let both = schema["allOf"].as_array().into_iter().flatten();
        for other in referred.into_iter().chain(both) {
            parts.extend(self.parts(other));
        }
        parts
    }

    /// The kinds that all parts allow. Where a directive may stand, a mapping is one.
    fn kinds(&self, parts: &[&'s Map<String, Value>]) -> Vec<ValueKind> {
        let takes_directives = parts.iter().any(|part| {
            part.get("allOf")
                .and_then(Value::as_array)
                .is_some_and(|all| all.iter().any(|one| one["$ref"] == DIRECTIVE))
        });
        let mut kinds = ValueKind::ALL.to_vec();
        kinds.retain(|kind| !(takes_directives && *kind == ValueKind::Mapping));
        for part in parts {
            if let Some(named) = part.get("type") {
                kinds.retain(|kind| {
                    named == kind.word() || named.as_array().is_some_and(|all| all.contains(&kind.word().into()))
                });
            }
            if let Some(choices) = part.get("anyOf").and_then(Value::as_array) {
                let allowed: Vec<ValueKind> =
                    choices.iter().flat_map(|choice| self.kinds(&self.parts(choice))).collect();
                kinds.retain(|kind| allowed.contains(kind));
            }
            if let Some(words) = part.get("enum").and_then(Value::as_array) {
                kinds.retain(|kind| words.iter().any(|word| kind.is(word)));
            }
        }
        kinds
    }
}

const DIRECTIVE: &str = "#/$defs/directive";

fn members<'s>(part: &'s Map<String, Value>, key: &str) -> impl Iterator<Item = (&'s String, &'s Value)> {
    part.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// A kind of value; `null` is none, since it takes a value away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ValueKind {
    Text,
    Number,
    Truth,
    List,
    Mapping,
}

impl ValueKind {
    const ALL: [Self; 5] = [Self::Text, Self::Number, Self::Truth, Self::List, Self::Mapping];

    fn is(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Number => value.is_number(),
            Self::Truth => value.is_boolean(),
            Self::List => value.is_array(),
            Self::Mapping => value.is_object(),
        }
    }

    /// In JSON Schema.
    fn word(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Number => "number",
            Self::Truth => "boolean",
            Self::List => "array",
            Self::Mapping => "object",
        }
    }

    /// In messages.
    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Truth => "`true` or `false`",
            Self::List => "a list",
            Self::Mapping => "a mapping",
        }
    }
}
