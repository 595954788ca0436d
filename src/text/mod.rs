//! Text from elsewhere, made harmless: what a service, a file or a library says is shown to people, and must neither move their
//! cursor nor hide anything.

mod chain;
mod hidden;
#[cfg(test)]
mod tests;

pub use chain::chain;
pub use hidden::{differ_unseen, escaped, is_deceptive, named, plain_character, replaced};
