//! Parts that several offers have in common: whom to reach, and texts.

use std::collections::BTreeMap;

use super::Text;
use super::names::Names;
use crate::yaml::{self, Item};

/// The folder of shared parts, beside the offers.
const FOLDER: &str = "parts";

/// Members of a namespace.
pub(super) type Members = Vec<(String, Item)>;

/// What is written once for several offers. The default is nothing.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Paths of texts, by content.
    texts: BTreeMap<String, String>,
    /// Members about whom to reach, and the path of the part that holds them.
    contacts: Vec<(Members, String)>,
}

impl Shared {
    /// What at least two offers have, each given by its texts and its groups of members about whom to reach.
    pub(super) fn of(offers: &[(&[Text], &[Members])]) -> Self {
        let mut names = Names::default();
        let mut texts: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
        let mut contacts: BTreeMap<String, (usize, &Members)> = BTreeMap::new();
        for (texts_of_it, contacts_of_it) in offers {
            let mut seen: Vec<&str> = texts_of_it.iter().map(|text| text.content.as_str()).collect();
            seen.sort_unstable();
            seen.dedup();
            for text in seen {
                let path = texts_of_it.iter().find(|own| own.content == text).map_or("", |own| own.path.as_str());
                texts.entry(text).or_insert((0, path)).0 += 1;
            }
            for group in *contacts_of_it {
                contacts.entry(yaml::document(&Item::Map(group.clone()))).or_insert((0, group)).0 += 1;
            }
        }
        let groups = contacts.into_values().filter(|(count, _)| *count > 1).map(|(_, group)| group.clone());
        let contacts =
            groups.map(|group| (group, format!("{FOLDER}/{}.yaml", names.take(&["contacts".to_owned()])))).collect();
        let texts = texts.into_iter().filter(|(_, (count, _))| *count > 1).map(|(content, (_, path))| {
            let (stem, extension) =
                path.rsplit_once('/').map_or(path, |(_, name)| name).rsplit_once('.').unwrap_or((path, "txt"));
            (content.to_owned(), format!("{FOLDER}/{}.{extension}", names.take(&[stem.to_owned()])))
        });
        Self { texts: texts.collect(), contacts }
    }

    /// The path of a text that is shared.
    pub(super) fn text(&self, content: &str) -> Option<&str> {
        self.texts.get(content).map(String::as_str)
    }

    /// The members of a namespace, with a part in place of those about whom to reach, if that is shared. What there is of them is
    /// added to `found`.
    pub(super) fn merged(&self, members: Members, found: &mut Vec<Members>) -> Members {
        let (contacts, mut others): (Vec<_>, Vec<_>) = members.iter().cloned().partition(is_contact);
        if contacts.len() < 2 {
            return members;
        }
        let part = self.contacts.iter().find(|(group, _)| *group == contacts).map(|(_, path)| path.clone());
        found.push(contacts);
        let Some(path) = part else { return members };
        let merge = Item::Merge(Box::new(Item::inline("$file", Item::text(path))));
        others.insert(0, ("<<".to_owned(), merge));
        others
    }

    /// The files of the parts about whom to reach.
    pub(super) fn parts(&self) -> impl Iterator<Item = Text> {
        self.contacts
            .iter()
            .map(|(group, path)| Text { path: path.clone(), content: yaml::document(&Item::Map(group.clone())) })
    }
}

/// Whether a member says whom to reach. Source: cloud-partner-portal-api-creating-offer.md.
fn is_contact((key, item): &(String, Item)) -> bool {
    let text = matches!(item, Item::Scalar(value) if value.is_string());
    text && !key.starts_with('$') && (key.contains("Contact") || key.ends_with("SupportUrl"))
}
