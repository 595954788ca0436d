//! Numbers with the word for what they count.

/// A number with its word, in the singular or the plural: `1 offer`, `2 offers`, `0 offers`.
#[must_use]
pub fn counted(count: usize, (one, many): (&str, &str)) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
