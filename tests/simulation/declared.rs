//! What git declares in a schedule: a few offers with a few fields, each commit a small change of the one before.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fastrand::Rng;
use offerform::plan::release::Level;
use serde_json::Value;

/// The secret that every document sends. It must not be seen anywhere.
pub(crate) const SECRET: &str = "hush-canary-4711";

const MARKETPLACE: &str = "/definition/offer/microsoft-azure-marketplace.";
/// A text that every commit declares.
pub(crate) const TITLE: &str = "/definition/offer/microsoft-azure-marketplace.title";
const DISPLAY: &str = "/definition/displayText";
const SKU_TITLE: &str = "/definition/plans/0/microsoft-azure-virtualmachines.skuTitle";
/// Declared by some commits and not by others; the service publishes an offer without them.
const OPTIONAL: [&str; 2] = ["publicAzureSupportUrl", "engineeringContactName"];
/// Declared by every commit alike: the service publishes nothing without them.
const REQUIRED: &str = "    microsoft-azure-marketplace.summary: Filters traffic
    microsoft-azure-marketplace.longSummary: Filters all traffic
    microsoft-azure-marketplace.description: <p>Filters all traffic.</p>
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

/// Fields that no commit ever declares: they belong to the portal.
pub(crate) const UNMANAGED: [&str; 3] = [
    "/definition/offer/microsoft-azure-marketplace.engineeringContactPhone",
    "/definition/offer/contoso.unknown",
    "/definition/plans/0/contoso.note",
];

/// All fields that some commit may declare.
pub(crate) fn managed() -> Vec<String> {
    let optional = OPTIONAL.map(|name| format!("{MARKETPLACE}{name}"));
    [TITLE, DISPLAY, SKU_TITLE].map(str::to_owned).into_iter().chain(optional).collect()
}

/// What one commit declares: offers by id, each with its fields by pointer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Commit {
    pub(crate) number: usize,
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
    pub(crate) fn first(random: &mut Rng) -> Self {
        let ids = ["firewall", "gateway", "scanner"];
        let count = [1, 1, 2, 2, 3][random.usize(0..5)];
        let offers = ids[..count].iter().map(|id| {
            let mut fields: BTreeMap<String, String> =
                [TITLE, DISPLAY, SKU_TITLE].map(|field| (field.to_owned(), format!("{id} at first"))).into();
            for name in OPTIONAL.iter().filter(|_| random.bool()) {
                fields.insert(format!("{MARKETPLACE}{name}"), format!("https://{id}.example/at-first"));
            }
            ((*id).to_owned(), fields)
        });
        let offers: BTreeMap<_, _> = offers.collect();
        let levels = offers.keys().map(|id| (id.clone(), level(random))).collect();
        Self { number: 0, offers, levels }
    }

    /// The next commit: some fields changed, some declared anew, some not declared any more.
    pub(crate) fn next(&self, random: &mut Rng) -> Self {
        let number = self.number + 1;
        let (mut offers, mut levels) = (self.offers.clone(), self.levels.clone());
        for (id, fields) in &mut offers {
            for (field, value) in fields.iter_mut().filter(|_| random.u8(0..3) == 0) {
                *value = format!("https://{id}.example/{}/{number}", field.len());
            }
            for name in OPTIONAL.iter().filter(|_| random.u8(0..4) == 0) {
                let field = format!("{MARKETPLACE}{name}");
                if fields.remove(&field).is_none() {
                    fields.insert(field, format!("https://{id}.example/new/{number}"));
                }
            }
        }
        for declared in levels.values_mut() {
            *declared = if random.u8(0..4) == 0 { level(random) } else { *declared };
        }
        Self { number, offers, levels }
    }

    /// Whether `document` has everything that is declared for the offer `publisher/id`.
    pub(crate) fn is_kept_by(&self, offer: &str, document: &Value) -> bool {
        let id = offer.rsplit('/').next().unwrap();
        let fields = self.offers.get(id).into_iter().flatten();
        fields.into_iter().all(|(pointer, value)| document.pointer(pointer).and_then(Value::as_str) == Some(value))
    }

    /// How far the offer `publisher/id` is to be released.
    pub(crate) fn level(&self, offer: &str) -> Level {
        self.levels.get(offer.rsplit('/').next().unwrap()).copied().unwrap_or_default()
    }

    /// The commit as one YAML file.
    pub(crate) fn manifest(&self) -> String {
        let mut text = String::new();
        for (id, fields) in &self.offers {
            let at = |field: &str| fields.get(field);
            write!(
                text,
                "---\npublisherId: contoso\nid: {id}\nofferTypeId: microsoft-azure-virtualmachines\ndefinition:\n  displayText: '{}'\n  offer:\n",
                fields[DISPLAY]
            )
            .unwrap();
            writeln!(text, "    microsoft-azure-marketplace.title: '{}'", fields[TITLE]).unwrap();
            for name in OPTIONAL {
                if let Some(value) = at(&format!("{MARKETPLACE}{name}")) {
                    writeln!(text, "    microsoft-azure-marketplace.{name}: '{value}'").unwrap();
                }
            }
            text.push_str(REQUIRED);
            writeln!(
                text,
                "  plans:\n    - planId: standard\n      regions: [US, DE]\n      microsoft-azure-virtualmachines.skuTitle: '{}'",
                fields[SKU_TITLE]
            )
            .unwrap();
            text.push_str(IMAGE);
            let level = match self.levels[id] {
                Level::Draft => "draft",
                Level::Preview => "preview",
                Level::Live => "live",
            };
            writeln!(text, "reconcile: {{ release: {level} }}").unwrap();
        }
        text
    }
}
