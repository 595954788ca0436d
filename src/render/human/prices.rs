//! How prices change, as a table.

use std::io::{self, Write};

use super::changes;
use crate::plan::{OfferPlan, PriceChange};
use crate::render::{Style, outline, visible};

/// How many rows of one SKU are shown; the JSON has all.
const ROWS: usize = 30;

/// Writes a table for each SKU whose prices change.
pub(super) fn table(offer: &OfferPlan, out: &mut dyn Write, style: Style) -> io::Result<()> {
    for sku in offer.prices().chunk_by(|one, two| one.sku == two.sku) {
        let Some(PriceChange { sku: id, .. }) = sku.first() else { continue };
        writeln!(out, "    {}", style.strong(format!("prices of SKU {}", visible(id))))?;
        let shown = outline::most_important(sku, ROWS, |price| price);
        let rows: Vec<[String; 5]> = shown.iter().map(|price| row(price)).collect();
        let head = ["market", "price of", "before", "after", "change"].map(str::to_owned);
        let widths: Vec<usize> = (0..head.len())
            .map(|column| rows.iter().chain([&head]).map(|row| row[column].chars().count()).max().unwrap_or_default())
            .collect();
        writeln!(out, "      {}", style.faint(line(&head, &widths)))?;
        for (price, row) in shown.iter().zip(&rows) {
            let change = outline::change_of(price, offer.changes());
            let place = change.and_then(|planned| changes::place(&offer.desired().file, planned));
            let place = place.map_or_else(String::new, |place| format!("  # {place}"));
            writeln!(out, "      {}{}", line(row, &widths), style.faint(place))?;
        }
        if sku.len() > ROWS {
            writeln!(out, "      {}", style.faint(format!("and {} more", sku.len() - ROWS)))?;
        }
    }
    Ok(())
}

fn row(price: &PriceChange) -> [String; 5] {
    let currency = price.currency.as_ref().map_or_else(String::new, |currency| format!(" {currency}"));
    let amount = |amount: &Option<serde_json::Number>| {
        amount.as_ref().map_or_else(|| "-".to_owned(), |amount| format!("{amount}{currency}"))
    };
    let cells = [
        price.market.clone().unwrap_or_else(|| "all".to_owned()),
        price.unit.clone(),
        amount(&price.before),
        amount(&price.after),
        price.remark(),
    ];
    cells.map(|cell| visible(&cell).into_owned())
}

fn line(cells: &[String; 5], widths: &[usize]) -> String {
    let [market, unit, before, after, change] = cells;
    let [one, two, three, four, five] = [0, 1, 2, 3, 4].map(|column| widths[column]);
    let line = format!("{market:<one$}  {unit:<two$}  {before:>three$}  {after:>four$}  {change:>five$}");
    line.trim_end().to_owned()
}
