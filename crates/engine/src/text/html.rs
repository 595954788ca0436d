//! HTML in pieces, as browsers take it apart.

use std::ops::Range;

use html5gum::{DefaultEmitter, Span, Token, Tokenizer};

/// A piece of HTML. The sources of all pieces are the whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Text, with its character references decoded.
    Text(String),
    /// The content of a script or a style sheet, which no browser shows.
    Code(&'t str),
    /// A start tag.
    Start(StartTag<'t>),
    /// An end tag, such as `</p>`.
    End {
        /// The name, in lower case.
        name: String,
        /// The tag as it is written.
        source: &'t str,
    },
    /// What no browser shows either: a comment, a document type, or a tag that does not end.
    Other(&'t str),
}

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartTag<'t> {
    /// The name, in lower case. It begins with a letter, and may hold anything but white space, `/` and `>`.
    pub name: String,
    /// Names, in lower case, and values, with their character references decoded. Of several with the same name the first counts.
    pub attributes: Vec<(String, String)>,
    /// Whether it ends in `/>`.
    pub is_closed_in_itself: bool,
    /// The tag as it is written.
    pub source: &'t str,
}

/// The pieces of a text, in their order.
#[must_use]
pub fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut pieces = Vec::new();
    let (mut end, mut is_code) = (0, false);
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        let Some(span) = span_of(&token) else { continue };
        if let Some(left_out) = html.get(end..span.start).filter(|text| !text.is_empty()) {
            pieces.push(Piece::Other(left_out));
        }
        let source = html.get(span.clone()).unwrap_or_default();
        end = span.end;
        let is_in_code = std::mem::take(&mut is_code);
        pieces.push(match token {
            Token::String(_) if is_in_code => Piece::Code(source),
            Token::String(text) => Piece::Text(owned(&text)),
            Token::StartTag(tag) => {
                is_code = matches!(tag.name.as_slice(), b"script" | b"style");
                Piece::Start(StartTag {
                    name: owned(&tag.name),
                    attributes: tag.attributes.iter().map(|(name, value)| (owned(name), owned(value))).collect(),
                    is_closed_in_itself: tag.self_closing,
                    source,
                })
            }
            Token::EndTag(tag) => Piece::End { name: owned(&tag.name), source },
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => Piece::Other(source),
        });
    }
    if let Some(rest) = html.get(end..).filter(|rest| !rest.is_empty()) {
        pieces.push(Piece::Other(rest));
    }
    pieces
}

/// Where a token stands. An error is none: it is about another one.
fn span_of(token: &Token<usize>) -> Option<Range<usize>> {
    let range = |span: &Span<usize>| span.start..span.end;
    Some(match token {
        Token::StartTag(tag) => range(&tag.span),
        Token::EndTag(tag) => range(&tag.span),
        Token::String(text) | Token::Comment(text) => range(&text.span),
        Token::Doctype(doctype) => range(&doctype.span),
        Token::Error(_) => return None,
    })
}

fn owned(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The words that a browser would show, separated by single spaces.
#[must_use]
pub fn words(html: &str) -> String {
    let mut shown = String::with_capacity(html.len());
    for piece in pieces(html) {
        match piece {
            Piece::Text(text) => shown.push_str(&text),
            _ => shown.push(' '),
        }
    }
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each piece in a few characters.
    fn pieces_of(html: &str) -> Vec<String> {
        let tell = |piece: Piece<'_>| match piece {
            Piece::Text(text) => text,
            Piece::Code(code) => format!("code {code}"),
            Piece::Start(tag) => {
                format!("start {} {:?}{}", tag.name, tag.attributes, if tag.is_closed_in_itself { " /" } else { "" })
            }
            Piece::End { name, .. } => format!("end {name}"),
            Piece::Other(source) => format!("other {source}"),
        };
        pieces(html).into_iter().map(tell).collect()
    }

    #[test]
    fn html_is_taken_apart_as_browsers_do() {
        let cases: [(&str, &[&str]); 8] = [
            ("<P title=\"a>b\">x&nbsp;y</p>", &["start p [(\"title\", \"a>b\")]", "x\u{a0}y", "end p"]),
            ("1 < 2 <3 &amp;lt; &#39;&eacute;", &["1 < 2 <3 &lt; 'é"]),
            ("<script>if (a<b) '<p>'</script>c", &["start script []", "code if (a<b) '<p>'", "end script", "c"]),
            ("a<!-- <p> -->b</ p>c", &["a", "other <!-- <p> -->", "b", "other </ p>", "c"]),
            ("<br/><a href=x href=y>", &["start br [] /", "start a [(\"href\", \"x\")]"]),
            ("<scr<script>ipt>y", &["start scr<script []", "ipt>y"]),
            ("a<p title='", &["a", "other <p title='"]),
            ("<style>never closed", &["start style []", "code never closed"]),
        ];
        for (html, expected) in cases {
            assert_eq!(pieces_of(html), expected, "{html}");
        }
    }

    #[test]
    fn words_are_what_is_shown() {
        assert_eq!(words("<p>One &amp;\n<b>two</b></p><style>b {}</style>three<!-- four -->"), "One & two three");
    }

    proptest::proptest! {
        #[test]
        fn nothing_of_a_text_is_lost(html in "(<[a-z!/-]{0,8}|[^a]|>|&lt;|<script>|</script>| a=['\"]?|-->)*") {
            let sources: String = pieces(&html).iter().filter_map(|piece| match piece {
                Piece::Text(_) => None,
                Piece::Code(source) | Piece::End { source, .. } | Piece::Other(source) => Some(*source),
                Piece::Start(tag) => Some(tag.source),
            }).collect();
            let texts = pieces(&html).iter().filter(|piece| matches!(piece, Piece::Text(_))).count();
            proptest::prop_assert!(sources.len() <= html.len());
            proptest::prop_assert!(texts > 0 || sources == html);
        }
    }
}
