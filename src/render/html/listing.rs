//! The listing before and after, as a buyer would see it: title, summary, logos, description, plans and prices, each by the name that
//! its field has in Partner Center.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use serde_json::Value;
use url::Url;

use super::{FRAME_STYLE, text};
use crate::diff::RedactedValue;
use crate::offer::fields::FieldTable;
use crate::offer::layout::{
    self, DESCRIPTION, Field, LOGOS, LONG_SUMMARY, Layout, REGIONS, SKU_ID, SKU_SUMMARY, SKU_TITLE, SUMMARY, TITLE,
};
use crate::offer::markup::DESCRIPTION_TAGS;
use crate::offer::{Document, OfferTypeId, listing};
use crate::plan::{OfferPlan, Price, prices_of};
use crate::text::counted;
use crate::text::html::{Piece, StartTag, pieces};

/// Both sides of a listing; nothing if neither is known. The hosts of logos are added to `hosts`.
pub(super) fn both(offer: &OfferPlan, hosts: &mut BTreeSet<String>) -> Markup {
    let before = offer.live().map(|document| Listing::of(document, offer.offer_type()));
    let after = offer.next().map(|document| Listing::of(document, offer.offer_type()));
    if before.iter().chain(&after).all(Listing::is_empty) {
        return html! {};
    }
    hosts.extend(before.iter().chain(&after).flat_map(Listing::hosts));
    html! {
        details {
            summary { strong { "The listing before and after" } }
            div.listing {
                (side("Draft now", before.as_ref()))
                (side("Draft after apply", after.as_ref()))
            }
        }
    }
}

fn side(name: &str, listing: Option<&Listing>) -> Markup {
    html! {
        section {
            p.faint { (name) }
            @match listing {
                Some(listing) => (listing.page()),
                None => p { "The offer does not exist." },
            }
        }
    }
}

/// The logos in Partner Center, as in [`LOGOS`]. Source: articles/marketplace/azure-vm-create-listing.md.
const LOGO_NAMES: [&str; 5] = ["Small logo", "Medium logo", "Large logo", "Wide logo", "Hero logo"];

/// A text with its name in Partner Center; nothing if it is empty.
fn named(name: &str, value: &str) -> Markup {
    html! {
        @if !value.is_empty() {
            p.name { (name) }
            p { (text(value)) }
        }
    }
}

/// What a buyer sees of an offer, signatures taken out.
struct Listing {
    layout: Layout,
    offer: Value,
    plans: Vec<Value>,
}

impl Listing {
    fn of(document: &Document, offer_type: &OfferTypeId) -> Self {
        // The content of a packed document is unpacked with its working copy.
        let copy = document.working_copy();
        let sealed = RedactedValue::new(FieldTable::of(offer_type).root(), copy.content());
        let (layout, shown) = listing::shown(offer_type, sealed.value());
        let plans = layout::skus(&shown).and_then(Value::as_array).cloned().unwrap_or_default();
        Self { layout, offer: layout::offer(&shown).cloned().unwrap_or_default(), plans }
    }

    fn field(&self, field: Field) -> &str {
        self.layout.get(&self.offer, field).and_then(Value::as_str).unwrap_or_default()
    }

    /// A text with its name in Partner Center; nothing if there is none.
    fn line(&self, name: &str, field: Field) -> Markup {
        named(name, self.field(field))
    }

    /// The logos that a browser can fetch: by name in Partner Center, with their addresses.
    fn logos(&self) -> impl Iterator<Item = (&'static str, Url)> + '_ {
        let address = |logo| Url::parse(self.field(logo)).ok().filter(is_plain);
        LOGOS.into_iter().zip(LOGO_NAMES).filter_map(move |(logo, name)| Some((name, address(logo)?)))
    }

    /// No text of the listing is known by this layout, as in offers of the Product Ingestion API.
    fn is_empty(&self) -> bool {
        self.plans.is_empty()
            && [TITLE, SUMMARY, LONG_SUMMARY, DESCRIPTION].iter().all(|text| self.field(*text).is_empty())
    }

    fn hosts(&self) -> Vec<String> {
        self.logos().map(|(_, url)| url.origin().ascii_serialization()).collect()
    }

    fn page(&self) -> Markup {
        let title = self.field(TITLE);
        html! {
            div.logos { @for (name, url) in self.logos() { figure {
                img src=(url) alt=(name) loading="lazy" referrerpolicy="no-referrer";
                figcaption { (name) }
            } } }
            p.name { "Name" }
            h4 { @if title.is_empty() { span.faint { "no title" } } @else { (text(title)) } }
            (self.line("Search results summary", SUMMARY))
            (self.line("Short description", LONG_SUMMARY))
            p.name { "Description" }
            iframe title="Description" sandbox="" srcdoc=(frame(self.field(DESCRIPTION))) {}
            @for plan in &self.plans { (sku(&self.layout, plan)) }
        }
    }
}

/// Whether pictures from an address can be named in the policy of the page. A host may hold characters that mean something
/// there, such as a semicolon.
fn is_plain(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let is_known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    url.scheme() == "https" && !host.is_empty() && host.chars().all(is_known)
}

/// The document of a frame.
fn frame(description: &str) -> String {
    let description: String = description.lines().map(super::visible).collect::<Vec<_>>().join("\n");
    let clean = clean(&description);
    // A frame that scrolls is no stop of its own: without this, a keyboard does not get beyond its first lines.
    format!("<!DOCTYPE html><meta charset=\"utf-8\"><style>{FRAME_STYLE}</style><body tabindex=\"0\">{clean}")
}

/// HTML of which nothing is left but text and the tags that are allowed, without attributes. Whatever comes out was written here:
/// no part of the input gets there but text, escaped.
fn clean(description: &str) -> String {
    let mut out = String::with_capacity(description.len());
    let is_allowed = |name: &str| DESCRIPTION_TAGS.contains(&name);
    for piece in pieces(description) {
        match piece {
            Piece::Text(text) => escape(&text, &mut out),
            Piece::Start(StartTag { name, .. }) if is_allowed(&name) => out.extend(["<", name.as_str(), ">"]),
            Piece::End { name, .. } if is_allowed(&name) => out.extend(["</", name.as_str(), ">"]),
            Piece::Start(_) | Piece::End { .. } | Piece::Code(_) | Piece::Other(_) => {}
        }
    }
    out
}

/// Text as HTML.
fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

fn sku(layout: &Layout, plan: &Value) -> Markup {
    let words = |field| layout.get(plan, field).and_then(Value::as_str).unwrap_or_default();
    let regions: Vec<&str> = plan[REGIONS.name].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    html! {
        p.name { "Plan name" }
        h4 { (text(words(SKU_TITLE))) " " code.faint { (text(words(SKU_ID))) } }
        (named("Plan summary", words(SKU_SUMMARY)))
        @if !regions.is_empty() {
            p.name { "Markets (" (regions.len()) ")" }
            p { (text(&regions.join(", "))) }
        }
        p.name { "Pricing" }
        (price_table(&prices_of(plan)))
    }
}

fn price_table(prices: &[Price]) -> Markup {
    if prices.is_empty() {
        return html! { p.faint { "No prices in this plan: free, by a price sheet, or with a licence of one's own." } };
    }
    let mut units: Vec<&str> = Vec::new();
    let mut markets: BTreeMap<Option<&str>, BTreeMap<&str, &Price>> = BTreeMap::new();
    for price in prices {
        if !units.contains(&price.unit.as_str()) {
            units.push(&price.unit);
        }
        markets.entry(price.market.as_deref()).or_default().insert(&price.unit, price);
    }
    // `2core` comes before `10core`.
    units.sort_by_key(|unit| (unit.trim_end_matches(char::is_alphabetic).parse::<u64>().unwrap_or_default(), *unit));
    let amount = |price: Option<&&Price>| {
        price.map_or_else(String::new, |price| {
            format!("{} {}", price.amount, text(price.currency.as_deref().unwrap_or_default())).trim_end().to_owned()
        })
    };
    html! {
        details {
            summary { (counted(prices.len(), ("price", "prices"))) @if markets.len() > 1 { " in " (markets.len()) " markets" } }
            div.wide { table {
                thead { tr { th scope="col" { "price of" } @for market in markets.keys() { th.number scope="col" { (text(market.unwrap_or("all markets"))) } } } }
                tbody { @for unit in &units { tr {
                    th scope="row" { (text(unit)) }
                    @for of_market in markets.values() { td.number { (amount(of_market.get(unit))) } }
                } } }
            } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_shown_by_their_whole_keys() {
        let listing = Listing {
            layout: Layout::of(&OfferTypeId::new("microsoft-azure-virtualmachines")),
            offer: serde_json::json!({
                "decoy.title": "decoy", "microsoft-azure-marketplace-testdrive.title": "decoy",
                "microsoft-azure-marketplace.title": "Firewall",
            }),
            plans: vec![serde_json::json!({
                "planId": "standard", "a.skuTitle": "decoy", "microsoft-azure-virtualmachines.skuTitle": "Standard",
            })],
        };
        let page = listing.page().into_string();
        assert!(page.contains("Firewall") && page.contains("Standard") && !page.contains("decoy"), "{page}");
    }

    #[test]
    fn only_plain_hosts_get_into_the_policy_of_the_page() {
        let hosts = |logo: &str| {
            let offer = serde_json::json!({"microsoft-azure-marketplace.smallLogo": logo});
            let layout = Layout::of(&OfferTypeId::new("microsoft-azure-virtualmachines"));
            Listing { layout, offer, plans: Vec::new() }.hosts()
        };
        assert_eq!(hosts("https://assets.example:8443/a.png"), ["https://assets.example:8443"]);
        assert_eq!(hosts("https://[::1]/a.png"), ["https://[::1]"]);
        for hostile in
            ["https://a;script-src-elem/x.png", "https://a,b/x.png", "https://a'/x", "http://a/x", "https://*/x"]
        {
            assert_eq!(hosts(hostile), [""; 0], "{hostile}");
        }
    }

    #[test]
    fn of_html_only_allowed_tags_and_text_are_left() {
        for (html, expected) in [
            ("<p class=x onclick=\"a()\">One <B>two</B></p>", "<p>One <b>two</b></p>"),
            ("a<script>b</script>c", "ac"),
            ("<p title=\"a>b\">c</p>", "<p>c</p>"),
            ("<img src=x onerror=a><!-- d --><a href='javascript:x'>e</a>", "e"),
            ("1 < 2 > 0 &amp; \"q\"", "1 &lt; 2 &gt; 0 &amp; &quot;q&quot;"),
            ("<p<script>x", "x"),
            ("<scr<script>ipt>y", "ipt&gt;y"),
            ("&lt;script&gt;&nbsp;&eacute;", "&lt;script&gt;\u{a0}é"),
            ("a<p", "a"),
            ("</p foo></ p><br/>", "</p><br>"),
        ] {
            assert_eq!(clean(html), expected, "{html}");
        }
    }
}
