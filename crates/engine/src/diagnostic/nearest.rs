//! The known word that a mistyped one was probably meant to be.

use strsim::osa_distance;

/// The word of `known` closest to `word`, if it is close enough to be worth proposing.
///
/// Letter case costs nothing; otherwise about a third of the letters may differ.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let letters = word.chars().count();
    // Nobody mistypes so long a word, and the comparison is quadratic.
    if letters > 80 {
        return None;
    }
    known
        .into_iter()
        .map(|candidate| (osa_distance(&word, &candidate.to_lowercase()), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance <= candidate.len().max(letters) / 3)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_word_and_nonsense_finds_none() {
        let known = ["publisherId", "offerTypeId", "definition", "id"];
        for (word, expected) in [
            ("publisherID", Some("publisherId")),
            ("offertype", Some("offerTypeId")),
            ("definitions", Some("definition")),
            ("xy", None),
            ("iD", Some("id")),
            ("elephant", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), known), None);
    }
}
