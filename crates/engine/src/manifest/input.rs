//! The text that the YAML parser reads.

use saphyr_parser::input::SkipTabs;
use saphyr_parser::{Input, StrInput};

/// How many characters the parser takes to be at hand at once.
///
/// It makes room for as many in each plain scalar, and begins with room for 32. The 128 of [`StrInput`] make it ask for memory
/// twice for each word of an offer, and five times as much as the word needs.
const AT_HAND: usize = 24;

/// [`StrInput`], with fewer characters at hand.
#[derive(Clone, Copy)]
pub(super) struct ShortInput<'t>(StrInput<'t>);

impl<'t> ShortInput<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self(StrInput::new(text))
    }
}

/// Answers as [`StrInput`] does. What is not listed, the trait makes of what is.
macro_rules! as_before {
    ($($name:ident(&self $(, $argument:ident: $kind:ty)*) -> $answer:ty;)*) => {
        $(#[inline] fn $name(&self $(, $argument: $kind)*) -> $answer { self.0.$name($($argument),*) })*
    };
}

macro_rules! as_before_mut {
    ($($name:ident(&mut self $(, $argument:ident: $kind:ty)*) $(-> $answer:ty)?;)*) => {
        $(#[inline] fn $name(&mut self $(, $argument: $kind)*) $(-> $answer)? { self.0.$name($($argument),*) })*
    };
}

impl Input for ShortInput<'_> {
    #[inline]
    fn bufmaxlen(&self) -> usize {
        AT_HAND
    }

    as_before! {
        buflen(&self) -> usize;
        peek(&self) -> char;
        peek_nth(&self, n: usize) -> char;
        peek_opt(&self) -> Option<char>;
        next_2_are(&self, first: char, second: char) -> bool;
        next_3_are(&self, first: char, second: char, third: char) -> bool;
        next_is_document_indicator(&self) -> bool;
        next_is_document_start(&self) -> bool;
        next_is_document_end(&self) -> bool;
        next_can_be_plain_scalar(&self, in_flow: bool) -> bool;
        next_is_blank_or_break(&self) -> bool;
        next_is_blank_or_breakz(&self) -> bool;
        next_is_blank(&self) -> bool;
        next_is_break(&self) -> bool;
        next_is_breakz(&self) -> bool;
        next_is_z(&self) -> bool;
        next_is_flow(&self) -> bool;
        next_is_digit(&self) -> bool;
        next_is_alpha(&self) -> bool;
    }

    as_before_mut! {
        lookahead(&mut self, count: usize);
        raw_read_ch(&mut self) -> char;
        raw_read_non_breakz_ch(&mut self) -> Option<char>;
        skip(&mut self);
        skip_n(&mut self, count: usize);
        skip_ws_to_eol(&mut self, tabs: SkipTabs) -> (usize, Result<SkipTabs, &'static str>);
        skip_while_non_breakz(&mut self) -> usize;
        skip_while_blank(&mut self) -> usize;
        fetch_while_is_alpha(&mut self, out: &mut String) -> usize;
        fetch_while_is_yaml_non_space(&mut self, out: &mut String) -> usize;
    }
}
