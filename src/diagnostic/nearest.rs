//! The known word that a mistyped one was probably meant to be.

/// The word of `known` closest to `word`, if it is close enough to be worth proposing.
///
/// Letter case costs nothing; otherwise about a third of the letters may differ.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = lower(word);
    // Nobody mistypes so long a word, and the comparison is quadratic.
    if letters.len() > 80 {
        return None;
    }
    known
        .into_iter()
        .map(|candidate| (distance(&letters, &lower(candidate)), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance <= candidate.len().max(letters.len()) / 3)
        .map(|(_, candidate)| candidate)
}

fn lower(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).collect()
}

/// How many letters have to be added, dropped or replaced.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
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
            ("elephant", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), known), None);
    }
}
