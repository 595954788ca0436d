//! Laws of the pure stages: what holds of every comparison and every plan, whatever the offers.
//!
//! Offers come from [`offers`] (made to look real) and from [`anything`] (any JSON at all). Where a law could be checked
//! with the code it is about, it is checked with something written here instead.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

mod adopting;
mod anything;
mod comparing;
mod imaging;
mod importing;
mod keeping;
mod offers;
mod planning;
#[path = "../support/pointers.rs"]
mod pointers;
mod secrets;
mod shown;
mod world;
