//! Text from elsewhere, made harmless: what a service, a file or a library says is shown to people, and must neither move their
//! cursor nor hide anything. Also what sentences are made with: chains of errors, and numbers with their nouns.

mod chain;
mod count;
mod hidden;
pub mod html;
#[cfg(test)]
mod tests;

pub use chain::chain;
pub use count::counted;
pub use hidden::{differ_unseen, escaped, is_deceptive, named, plain_character, replaced};
