//! What matters of one offer, on one screen.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::human::{reached, status_rows};
use super::status::OfferStatus;
use super::{Style, visible, words};
use crate::contents::{Contents, Gap, Sku};
use crate::image::{Presence, Row};
use crate::offer::Slot;
use crate::plan::guard::Price;
use crate::text::counted;

/// The markets whose prices come first.
const MARKETS: [&str; 7] = ["US", "GB", "DE", "FR", "JP", "CA", "AU"];

/// How many markets, versions and differing places are shown; the JSON has all.
const SHOWN: usize = 3;

/// An offer on one screen.
#[derive(Debug)]
pub struct Card {
    /// The endpoint of the service.
    pub endpoint: String,
    /// The status of the offer.
    pub status: OfferStatus,
    /// The slot whose content is shown.
    pub slot: Slot,
    /// What stands in that slot.
    pub content: Contents,
    /// What the slots differ in.
    pub gaps: Vec<Gap>,
}

/// Writes an offer on one screen.
pub fn card(card: &Card, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let address = visible(&card.status.address.to_string()).into_owned();
    if let Some(found) = &card.status.found {
        writeln!(out, "{}: {}", style.strong(address), reached(found))?;
        for row in status_rows(found) {
            writeln!(out, "  {:<12}{}", row.name, visible(&row.text))?;
        }
    }
    writeln!(out)?;
    let whose = if card.slot == Slot::Production { "production".to_owned() } else { format!("the {}", card.slot) };
    writeln!(out, "{}", style.strong(format!("what {whose} shows")))?;
    let mut texts = vec![("title", card.content.title.as_deref()), ("summary", card.content.summary.as_deref())];
    texts.retain(|(_, text)| text.is_some());
    for (name, text) in texts {
        line(name, text.unwrap_or_default(), out, style)?;
    }
    card.content.skus.iter().try_for_each(|sku| write_sku(sku, card, out, style))?;
    writeln!(out)?;
    writeln!(out, "{}", style.strong("what differs"))?;
    if card.gaps.is_empty() {
        return writeln!(out, "  only the draft has content");
    }
    // What differs from the preview is what differs from production if those two are the same.
    let is_same = card.gaps.iter().any(|gap| gap.to == Slot::Preview && gap.places.is_empty());
    let mut gaps = card.gaps.iter().filter(|gap| !(is_same && gap.from == Slot::Preview));
    gaps.try_for_each(|gap| write_gap(gap, card, out, style))
}

fn line(name: &str, text: &str, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let lines = words::wrapped(&visible(text), style.width.saturating_sub(14));
    lines.into_iter().enumerate().try_for_each(|(position, line)| {
        let name = if position == 0 { name } else { "" };
        writeln!(out, "  {name:<12}{line}")
    })
}

fn write_sku(sku: &Sku, card: &Card, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let mut parts = vec![visible(&sku.id).into_owned()];
    parts.extend(sku.title.as_ref().map(|title| format!("\"{}\"", visible(title))));
    parts.extend(sku.markets.map(|count| counted(count, ("market", "markets"))));
    line("plan", &parts.join(", "), out, style)?;
    let prices = ranges(&sku.prices);
    for text in prices.iter().take(SHOWN) {
        line("  price", text, out, style)?;
    }
    if prices.len() > SHOWN {
        line("", &format!("and {}", counted(prices.len() - SHOWN, ("more market", "more markets"))), out, style)?;
    }
    let images: Vec<&Row> = card.content.images.iter().filter(|row| row.holder.sku == sku.id).collect();
    for of_one in images.chunk_by(|one, two| one.holder == two.holder) {
        let shown: Vec<String> = of_one.iter().take(SHOWN).copied().map(image).collect();
        let more = of_one.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(", and {more} older") } else { String::new() };
        let of = of_one[0].holder.generation.as_ref().map_or_else(String::new, |id| format!("{id}: "));
        line("  images", &format!("{of}{}{more}", shown.join(", ")), out, style)?;
    }
    Ok(())
}

/// A version with the slots that it has not reached.
fn image(row: &Row) -> String {
    let place = match (row.production, row.preview, row.draft) {
        (Presence::There, ..) if row.draft == Presence::Absent => " (not in the draft)",
        (Presence::There, ..) => "",
        (_, Presence::There, _) => " (preview)",
        _ => " (draft)",
    };
    let deprecated = if row.deprecated { " deprecated" } else { "" };
    format!("{}{place}{deprecated}", row.version)
}

/// The prices of each market, from the lowest to the highest: what holds for all markets first, then the main ones.
fn ranges(prices: &[Price]) -> Vec<String> {
    let mut by_market: BTreeMap<(usize, Option<&str>), Vec<&Price>> = BTreeMap::new();
    for price in prices {
        let market = price.market.as_deref();
        let rank =
            market.map_or(0, |market| 1 + MARKETS.iter().position(|main| *main == market).unwrap_or(MARKETS.len()));
        by_market.entry((rank, market)).or_default().push(price);
    }
    let range = |((_, market), prices): ((usize, Option<&str>), Vec<&Price>)| {
        let mut sorted = prices;
        sorted.sort_by(|one, two| {
            let (one, two) = (one.amount.as_f64().unwrap_or(f64::MAX), two.amount.as_f64().unwrap_or(f64::MAX));
            one.total_cmp(&two)
        });
        let one = |price: &Price| {
            let currency = price.currency.as_deref().map_or_else(String::new, |currency| format!(" {currency}"));
            format!("{}{currency} ({})", price.amount, price.unit)
        };
        let market = market.map_or_else(|| "all markets".to_owned(), ToOwned::to_owned);
        match sorted.as_slice() {
            [] => market,
            [only] => format!("{market}: {}", one(only)),
            [lowest, .., highest] => format!("{market}: {} to {}", one(lowest), one(highest)),
        }
    };
    by_market.into_iter().map(range).collect()
}

fn write_gap(gap: &Gap, card: &Card, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let Gap { from, to, places } = gap;
    if places.is_empty() {
        return writeln!(out, "  {from} and {to}: nothing");
    }
    writeln!(out, "  {from} and {to}: {}", style.changed(counted(places.len(), ("field", "fields"))))?;
    for place in places.iter().take(SHOWN) {
        writeln!(out, "    {}", visible(place.as_str()))?;
    }
    if places.len() > SHOWN {
        writeln!(out, "    and {} more", places.len() - SHOWN)?;
    }
    let command = format!("offerform diff {} --from {from} --to {to}", card.status.address);
    writeln!(out, "    {}", style.faint(visible(&command)))
}
