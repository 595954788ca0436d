//! What a renderer knows about the terminal.

use std::fmt;

use anstyle::{AnsiColor, Effects, Style as Ansi};

/// Whether colours are used. Symbols and words carry the meaning either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Output has colours.
    On,
    /// Output has no colours.
    Off,
}

/// How text is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether colours are used.
    pub colour: Colour,
    /// How many columns there are.
    pub width: usize,
}

impl Style {
    /// No colour, and the width of an old terminal: what a file or a pipe gets.
    #[must_use]
    pub fn plain() -> Self {
        Self { colour: Colour::Off, width: 100 }
    }

    /// The text in the colour of additions.
    pub fn added<D: fmt::Display>(self, text: D) -> Painted<D> {
        self.paint(Ansi::new().fg_color(Some(AnsiColor::Green.into())), text)
    }

    /// The text in the colour of removals.
    pub fn removed<D: fmt::Display>(self, text: D) -> Painted<D> {
        self.paint(Ansi::new().fg_color(Some(AnsiColor::Red.into())), text)
    }

    /// Something that becomes another, or needs attention.
    pub fn changed<D: fmt::Display>(self, text: D) -> Painted<D> {
        self.paint(Ansi::new().fg_color(Some(AnsiColor::Yellow.into())), text)
    }

    /// A heading.
    pub fn strong<D: fmt::Display>(self, text: D) -> Painted<D> {
        self.paint(Ansi::new().effects(Effects::BOLD), text)
    }

    /// Something said by the way.
    pub fn faint<D: fmt::Display>(self, text: D) -> Painted<D> {
        self.paint(Ansi::new().effects(Effects::DIMMED), text)
    }

    fn paint<D: fmt::Display>(self, style: Ansi, text: D) -> Painted<D> {
        Painted { style: if self.colour == Colour::On { style } else { Ansi::new() }, text }
    }
}

/// Text with a colour.
#[derive(Debug)]
pub struct Painted<D> {
    style: Ansi,
    text: D,
}

impl<D: fmt::Display> fmt::Display for Painted<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.style.render(), self.text, self.style.render_reset())
    }
}
