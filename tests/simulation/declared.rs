//! What git declares in a schedule: a few offers with a few fields, each commit a small change of the one before.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use fastrand::Rng;
use offerform::offer::Api;
use offerform::plan::release::Level;
use serde_json::Value;

use super::products;
use super::vocabulary::{Cast, Vocabulary, id_of};

/// The secret that every document sends. It must not be seen anywhere.
pub(crate) const SECRET: &str = "hush-canary-4711";

/// Where an offer may be sold; a commit takes some of the first ones.
const MARKETS_IN_ORDER: [&str; 3] = ["US", "DE", "NO"];

/// The most characters that a title of the Cloud Partner Portal may have, as the service's pages say. A longer one makes a commit wrong, in
/// both APIs.
pub(crate) const LONGEST_TITLE: usize = 200;

/// Declared by every commit alike: the service publishes nothing without them.
const REQUIRED: &str = "    microsoft-azure-marketplace.summary: Filters traffic
    microsoft-azure-marketplace.longSummary: Filters all traffic
    microsoft-azure-marketplace.offerMarketingUrlIdentifier: contoso
    microsoft-azure-marketplace.privacyURL: https://contoso.example/privacy
    microsoft-azure-marketplace.supportContactEmail: help@contoso.example
    microsoft-azure-marketplace.leadDestination: Marketo
    microsoft-azure-marketplace.marketoLeadConfiguration:
      munchkinId: 123-ABC
      clientSecret: { $secret: { env: MARKETO } }
";
const IMAGE: &str = "      microsoft-azure-virtualmachines.vmImages:
        1.0.0: { osVhdUrl: 'https://images.example/one.vhd' }
";

/// The markets in which a document sells its one SKU, in capital letters.
pub(crate) fn markets_of(document: &Value) -> BTreeSet<String> {
    let markets = document.pointer(Vocabulary::of_document(document).markets).and_then(Value::as_array);
    markets.into_iter().flatten().filter_map(Value::as_str).map(str::to_ascii_uppercase).collect()
}

/// A document with its markets in one order: they mean a set.
pub(crate) fn ordered(mut document: Value) -> Value {
    let markets = Vocabulary::of_document(&document).markets;
    if let Some(markets) = document.pointer_mut(markets).and_then(Value::as_array_mut) {
        markets.sort_by_key(ToString::to_string);
    }
    document
}

/// The markets that customers of `sold` would lose with `new`.
pub(crate) fn withdrawn(sold: &Value, new: &Value) -> Vec<String> {
    markets_of(sold).difference(&markets_of(new)).cloned().collect()
}

/// What the service of a story does to what it is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Habits {
    /// It tidies markup.
    pub(crate) tidies: bool,
    /// It has words of its own.
    pub(crate) rewords: bool,
    /// It does not store what it does not know.
    pub(crate) drops: bool,
}

impl Habits {
    /// What becomes of a text.
    pub(crate) fn stored(self, text: &str) -> String {
        let text = if self.tidies { text.replace("<br>", "<br />") } else { text.to_owned() };
        if self.rewords { text.replace('~', "=") } else { text }
    }

    /// What becomes of a document beyond what the simulator does to it.
    pub(crate) fn bend(self, document: &mut Value) {
        let Some(offer) = document.pointer_mut("/definition/offer").and_then(Value::as_object_mut) else { return };
        if let Some(Value::String(text)) = offer.get_mut("contoso.words") {
            *text = Self { tidies: false, ..self }.stored(text);
        }
        if self.drops {
            offer.shift_remove("contoso.dropped");
        }
    }
}

/// What one commit declares: offers by id, each with its fields by pointer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Commit {
    pub(crate) number: usize,
    /// The APIs of its offers.
    pub(crate) cast: Cast,
    /// What the service of the story does to it.
    pub(crate) habits: Habits,
    /// The markets of each offer.
    pub(crate) markets: BTreeMap<String, Vec<&'static str>>,
    pub(crate) offers: BTreeMap<String, BTreeMap<String, String>>,
    /// How far each is to be released.
    pub(crate) levels: BTreeMap<String, Level>,
}

/// How far an offer is to be released; one that stays a draft is played, too.
fn level(random: &mut Rng) -> Level {
    [Level::Draft, Level::Preview, Level::Preview, Level::Live, Level::Live][random.usize(0..5)]
}

impl Commit {
    /// The first commit: one to three offers.
    pub(crate) fn first(random: &mut Rng, cast: Cast) -> Self {
        let ids = ["firewall", "gateway", "scanner"];
        let count = [1, 1, 2, 2, 3][random.usize(0..5)];
        let offers = ids[..count].iter().map(|id| {
            let vocabulary = Vocabulary::of(cast.api(id));
            let mut fields: BTreeMap<String, String> =
                vocabulary.always().map(|field| (field.to_owned(), format!("{id} at first"))).into();
            for field in vocabulary.optional.iter().filter(|_| random.bool()) {
                fields.insert((*field).to_owned(), format!("https://{id}.example/at-first"));
            }
            ((*id).to_owned(), fields)
        });
        let offers: BTreeMap<_, _> = offers.collect();
        let levels = offers.keys().map(|id| (id.clone(), level(random))).collect();
        let markets = offers.keys().map(|id| (id.clone(), vec!["US", "DE"])).collect();
        Self { number: 0, cast, habits: Habits::default(), markets, offers, levels }
    }

    /// The same for a varied story: with texts that the service rewrites.
    pub(crate) fn varied(mut self, habits: Habits) -> Self {
        self.habits = habits;
        for (id, fields) in &mut self.offers {
            let vocabulary = Vocabulary::of(self.cast.api(id));
            fields.insert(vocabulary.description.to_owned(), format!("<p>{id}<br>at first</p>"));
            fields.insert(vocabulary.words.to_owned(), format!("{id}~at first"));
        }
        self
    }

    /// The next commit of a varied story.
    pub(crate) fn next_varied(&self, random: &mut Rng, extra: &mut Rng) -> Self {
        let mut next = self.next(random).mended();
        let number = next.number;
        for (id, fields) in &mut next.offers {
            let Vocabulary { title, description, words, .. } = Vocabulary::of(self.cast.api(id));
            for field in [*description, *words] {
                fields.insert(field.to_owned(), self.offers[id][field].clone());
            }
            if extra.u8(0..3) == 0 {
                fields.insert((*description).to_owned(), format!("<p>{id}<br>text {number}</p>"));
            }
            if extra.u8(0..3) == 0 {
                fields.insert((*words).to_owned(), format!("{id}~text {number}"));
            }
            if extra.u8(0..10) == 0 {
                fields.insert((*title).to_owned(), format!("{number:0>width$}", width = LONGEST_TITLE + 1));
            }
        }
        for markets in next.markets.values_mut() {
            let count = [1, 2, 3, markets.len(), markets.len(), markets.len()][extra.usize(0..6)];
            *markets = MARKETS_IN_ORDER[..count].to_vec();
        }
        next
    }

    /// The same without texts that are too long.
    pub(crate) fn mended(mut self) -> Self {
        for (id, fields) in &mut self.offers {
            let title = Vocabulary::of(self.cast.api(id)).title;
            if fields[title].len() > LONGEST_TITLE {
                fields.insert(title.to_owned(), format!("{id} mended {}", self.number));
            }
        }
        self
    }

    /// Whether something in it is too long.
    pub(crate) fn is_wrong(&self) -> bool {
        self.offers.keys().any(|id| self.is_wrong_about(id))
    }

    /// Whether something in the offer with this id is too long.
    fn is_wrong_about(&self, id: &str) -> bool {
        self.offers[id][Vocabulary::of(self.cast.api(id)).title].len() > LONGEST_TITLE
    }

    /// The commit under another number.
    pub(crate) fn numbered(self, number: usize) -> Self {
        Self { number, ..self }
    }

    /// What is declared at a place of the offer `publisher/id`.
    pub(crate) fn field(&self, offer: &str, pointer: &str) -> Option<&String> {
        self.offers.get(id_of(offer))?.get(pointer)
    }

    /// The next commit: some fields changed, some declared anew, some not declared any more.
    pub(crate) fn next(&self, random: &mut Rng) -> Self {
        let number = self.number + 1;
        let (mut offers, mut levels) = (self.offers.clone(), self.levels.clone());
        for (id, fields) in &mut offers {
            for (field, value) in fields.iter_mut().filter(|_| random.u8(0..3) == 0) {
                *value = format!("https://{id}.example/{}/{number}", field.len());
            }
            let optional = Vocabulary::of(self.cast.api(id)).optional;
            for field in optional.iter().filter(|_| random.u8(0..4) == 0) {
                if fields.remove(*field).is_none() {
                    fields.insert((*field).to_owned(), format!("https://{id}.example/new/{number}"));
                }
            }
        }
        for declared in levels.values_mut() {
            *declared = if random.u8(0..4) == 0 { level(random) } else { *declared };
        }
        Self { number, offers, levels, ..self.clone() }
    }

    /// Whether `document` has everything that is declared for the offer `publisher/id`.
    pub(crate) fn is_kept_by(&self, offer: &str, document: &Value) -> bool {
        let id = id_of(offer);
        let mut fields = self.offers.get(id).into_iter().flatten();
        let is_kept = |(pointer, value): (&String, &String)| {
            document.pointer(pointer).and_then(Value::as_str) == Some(&self.habits.stored(value))
        };
        fields.all(is_kept)
            && self.markets.get(id).is_none_or(|markets| {
                markets_of(document) == markets.iter().map(|market| (*market).to_owned()).collect()
            })
    }

    /// How far the offer `publisher/id` is to be released.
    pub(crate) fn level(&self, offer: &str) -> Level {
        self.levels.get(id_of(offer)).copied().unwrap_or_default()
    }

    /// The commit as one YAML file.
    pub(crate) fn manifest(&self) -> String {
        let mut text = String::new();
        for (id, fields) in &self.offers {
            match self.cast.api(id) {
                Api::CloudPartnerPortal => self.portal_offer(&mut text, id, fields),
                Api::ProductIngestion => {
                    text.push_str(&products::manifest(id, fields, &self.markets[id], self.is_wrong_about(id)));
                }
            }
            let level = match self.levels[id] {
                Level::Draft => "draft",
                Level::Preview => "preview",
                Level::Live => "live",
            };
            writeln!(text, "reconcile: {{ release: {level} }}").unwrap();
        }
        text
    }

    /// The file of an offer of the Cloud Partner Portal, without how far it is to be released.
    fn portal_offer(&self, text: &mut String, id: &str, fields: &BTreeMap<String, String>) {
        let vocabulary = Vocabulary::of(Api::CloudPartnerPortal);
        let key = |field: &'static str| field.rsplit('/').next().unwrap_or_default();
        let [title, display, sku_title] = vocabulary.always();
        write!(
            text,
            "---\npublisherId: contoso\nid: {id}\nofferTypeId: microsoft-azure-virtualmachines\ndefinition:\n  displayText: '{}'\n  offer:\n",
            fields[display]
        )
        .unwrap();
        writeln!(text, "    {}: '{}'", key(title), fields[title]).unwrap();
        for field in vocabulary.optional {
            if let Some(value) = fields.get(field) {
                writeln!(text, "    {}: '{value}'", key(field)).unwrap();
            }
        }
        text.push_str(REQUIRED);
        let description = fields.get(vocabulary.description).map_or("<p>Filters all traffic.</p>", String::as_str);
        writeln!(text, "    {}: '{description}'", key(vocabulary.description)).unwrap();
        if let Some(words) = fields.get(vocabulary.words) {
            writeln!(text, "    contoso.words: '{words}'\n    contoso.dropped: never kept by anybody").unwrap();
        }
        writeln!(
            text,
            "  plans:\n    - planId: standard\n      regions: [{}]\n      {}: '{}'",
            self.markets[id].join(", "),
            key(sku_title),
            fields[sku_title]
        )
        .unwrap();
        text.push_str(IMAGE);
    }
}
