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

/// How many letters have to be added, dropped, replaced, or swapped with their neighbour.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut here = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let replaced = above[column] + usize::from(letter != other);
            let mut least = replaced.min(above[column + 1] + 1).min(here[column] + 1);
            if row > 0 && column > 0 && *letter == to[column - 1] && from[row - 1] == *other {
                least = least.min(before[column - 1] + 1);
            }
            here.push(least);
        }
        before = std::mem::replace(&mut above, here);
    }
    above[to.len()]
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
