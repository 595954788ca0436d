//! For each rule what keeps it and what breaks it, a file for each theme. `⟨x·200⟩` stands for 200 times `x`.

mod application;
mod audience;
mod category;
mod contact;
mod envelope;
mod image;
mod ingestion;
mod lead;
mod listing;
mod placeholder;
mod price;
mod signature;
mod sku;
mod virtual_machine;
mod vocabulary;

use super::Case;

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Case> {
    let themes: [&[Case]; 15] = [
        vocabulary::CASES,
        envelope::CASES,
        listing::CASES,
        category::CASES,
        contact::CASES,
        placeholder::CASES,
        lead::CASES,
        audience::CASES,
        sku::CASES,
        price::CASES,
        virtual_machine::CASES,
        image::CASES,
        signature::CASES,
        application::CASES,
        ingestion::CASES,
    ];
    themes.into_iter().flatten()
}
