//! From the parser's positions, which count characters, to bytes.

/// How many characters lie between two known places.
const STRIDE: usize = 16;

/// Finds the byte of a character in one text, in constant time and without a table as long as the text.
#[derive(Debug)]
pub(super) struct Offsets<'t> {
    text: &'t str,
    /// The byte of every `STRIDE`th character; empty if all characters are one byte long.
    known: Vec<u32>,
}

impl<'t> Offsets<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let known = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(STRIDE).map(|(byte, _)| u32::try_from(byte).unwrap_or(u32::MAX)).collect()
        };
        Self { text, known }
    }

    /// The byte where character `index` starts; the length of the text if there are fewer characters.
    pub(super) fn byte(&self, index: usize) -> usize {
        if self.known.is_empty() {
            return index.min(self.text.len());
        }
        let block = index / STRIDE;
        let Some(start) = self.known.get(block) else { return self.text.len() };
        let start = *start as usize;
        // Most places of a text with a few other characters have none of them near.
        if self.known.get(block + 1).is_some_and(|next| *next as usize - start == STRIDE) {
            return start + index % STRIDE;
        }
        let rest = &self.text[start..];
        rest.char_indices().nth(index % STRIDE).map_or(self.text.len(), |(byte, _)| start + byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_its_byte() {
        for text in ["", "plain", &"aé€😀\n".repeat(50), &"x".repeat(200), &format!("{}é", "x".repeat(63))] {
            let offsets = Offsets::new(text);
            let expected: Vec<usize> =
                text.char_indices().map(|(byte, _)| byte).chain([text.len(), text.len()]).collect();
            let found: Vec<usize> = (0..expected.len()).map(|index| offsets.byte(index)).collect();
            assert_eq!(found, expected);
        }
    }
}
