//! What a plain scalar means: the core schema of YAML 1.2 (chapter 10.3.2), and nothing of YAML 1.1.
//!
//! So `NO`, `on` and `12:30` are text. Numbers keep every digit: what is valid JSON is kept as written, anything
//! else is written the way JSON has it.

use std::borrow::Cow;

use serde_json::Number;

use super::Value;

/// What a plain scalar means. The error says in a few words why it cannot be an offer's value.
pub(super) fn plain(text: Cow<'_, str>) -> Result<Value, &'static str> {
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Ok(Value::Null),
        "true" | "True" | "TRUE" => Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => Ok(Value::Bool(false)),
        _ => match number(&text) {
            Some(number) => number.map(Value::Number),
            None => Ok(Value::Text(text.into_owned())),
        },
    }
}

/// The number that `text` is in the core schema; `None` if it is none.
pub(super) fn number(text: &str) -> Option<Result<Number, &'static str>> {
    let first = *text.as_bytes().first()?;
    // A quick look: almost no scalar of an offer is a number.
    if !first.is_ascii_digit() && !matches!(first, b'+' | b'-' | b'.') {
        return None;
    }
    if let Some(number) = count(text) {
        return Some(Ok(number));
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    let (negative, unsigned) = match first {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Err("JSON has no infinity and no `.nan`"));
    }
    let written = json_number(unsigned)?;
    let text = if negative && written != "0" { format!("-{written}") } else { written };
    Some(text.parse().map_err(|_| "the number is not one that JSON can hold"))
}

/// A number that is nothing but a few digits, as nearly all are.
fn count(text: &str) -> Option<Number> {
    let few = text.len() < 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    few.then(|| text.parse::<u64>().ok()).flatten().map(Number::from)
}

fn radix(digits: &str, radix: u32) -> Option<Result<Number, &'static str>> {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let value = u128::from_str_radix(digits, radix).map_err(|_| "the number is too large: write it in decimal");
    Some(value.and_then(|value| value.to_string().parse().map_err(|_| "the number is too large")))
}

/// The unsigned number `text` as JSON writes it: no leading zeros, digits on both sides of the point.
fn json_number(text: &str) -> Option<String> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = text.split_at(digits(text));
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(after) => {
            let (fraction, rest) = after.split_at(digits(after));
            (Some(fraction), rest)
        }
        None => (None, rest),
    };
    if whole.is_empty() && fraction.is_none_or(str::is_empty) {
        return None;
    }
    if !rest.is_empty() {
        let exponent = rest.strip_prefix(['e', 'E'])?;
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if exponent.is_empty() || digits(exponent) != exponent.len() {
            return None;
        }
    }
    let whole = whole.trim_start_matches('0');
    let mut written = if whole.is_empty() { "0".to_owned() } else { whole.to_owned() };
    if let Some(fraction) = fraction {
        written.push('.');
        written.push_str(if fraction.is_empty() { "0" } else { fraction });
    }
    written.push_str(rest);
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_older_yaml_are_text() {
        for text in ["NO", "no", "on", "Yes", "y", "12:30", "1_000", "0b11", "2026-11-21", "1.10.0", "tRue", "nULL"] {
            assert_eq!(plain(text.into()), Ok(Value::Text(text.to_owned())), "{text}");
        }
        for text in
            ["-", "+", ".", "-.", "e5", "1e", "1e+", "0x", "0o8", "0xg", "--1", "+-1", "1 2", ".e1", "-0x1", "é"]
        {
            assert_eq!(plain(text.into()), Ok(Value::Text(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn words_of_the_core_schema_are_values() {
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(plain(text.into()), Ok(Value::Null), "{text}");
        }
        assert_eq!(plain("True".into()), Ok(Value::Bool(true)));
        assert_eq!(plain("FALSE".into()), Ok(Value::Bool(false)));
    }

    #[test]
    fn numbers_keep_their_digits_and_read_as_json() {
        for (text, expected) in [
            ("0", "0"),
            ("-0", "0"),
            ("+12", "12"),
            ("010", "10"),
            ("-007", "-7"),
            ("18446744073709551616", "18446744073709551616"),
            ("-123456789012345678901234567890", "-123456789012345678901234567890"),
            ("0.10", "0.10"),
            ("1.10", "1.10"),
            (".5", "0.5"),
            ("5.", "5.0"),
            ("+.5e3", "0.5e+3"),
            ("0o17", "15"),
            ("0x1F", "31"),
            ("0xffffffffffffffffffff", "1208925819614629174706175"),
        ] {
            let Ok(Value::Number(number)) = plain(text.into()) else { panic!("{text} is a number") };
            assert_eq!(number.to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_json_cannot_hold_is_an_error() {
        for text in [".inf", "-.INF", "+.Inf", ".nan", ".NaN", &format!("0x{}", "f".repeat(40))] {
            assert!(plain(text.into()).is_err(), "{text}");
        }
    }
}
