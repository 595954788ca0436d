//! What git declares in a schedule: a few offers with a few fields, each commit a small change of the one before.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fastrand::Rng;

/// The secret that every document sends. It must not be seen anywhere.
pub(crate) const SECRET: &str = "hush-canary-4711";

const MARKETPLACE: &str = "/definition/offer/microsoft-azure-marketplace.";
/// A text that every commit declares.
pub(crate) const TITLE: &str = "/definition/offer/microsoft-azure-marketplace.title";
const DISPLAY: &str = "/definition/displayText";
const SKU_TITLE: &str = "/definition/plans/0/microsoft-azure-virtualmachines.skuTitle";
/// Declared by some commits and not by others.
const OPTIONAL: [&str; 2] = ["summary", "privacyURL"];

/// Fields that no commit ever declares: they belong to the portal.
pub(crate) const UNMANAGED: [&str; 3] = [
    "/definition/offer/microsoft-azure-marketplace.longSummary",
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
}

impl Commit {
    /// The first commit: one to three offers.
    pub(crate) fn first(random: &mut Rng) -> Self {
        let ids = ["firewall", "gateway", "scanner"];
        let count = random.usize(1..=ids.len());
        let offers = ids[..count].iter().map(|id| {
            let mut fields: BTreeMap<String, String> =
                [TITLE, DISPLAY, SKU_TITLE].map(|field| (field.to_owned(), format!("{id} at first"))).into();
            for name in OPTIONAL.iter().filter(|_| random.bool()) {
                fields.insert(format!("{MARKETPLACE}{name}"), format!("https://{id}.example/at-first"));
            }
            ((*id).to_owned(), fields)
        });
        Self { number: 0, offers: offers.collect() }
    }

    /// The next commit: some fields changed, some declared anew, some not declared any more.
    pub(crate) fn next(&self, random: &mut Rng) -> Self {
        let number = self.number + 1;
        let mut offers = self.offers.clone();
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
        Self { number, offers }
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
            text.push_str(
                "    microsoft-azure-marketplace.leadDestination: Marketo\n    microsoft-azure-marketplace.marketoLeadConfiguration:\n      munchkinId: 123-ABC\n      clientSecret: { $secret: { env: MARKETO } }\n",
            );
            writeln!(
                text,
                "  plans:\n    - planId: standard\n      regions: [US, DE]\n      microsoft-azure-virtualmachines.skuTitle: '{}'",
                fields[SKU_TITLE]
            )
            .unwrap();
        }
        text
    }
}
