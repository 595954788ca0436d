//! The part of the expressions of GitHub Actions that the workflows use: `==`, `!=`, `&&`, `||`, texts, paths and `always()`.
//!
//! Source: docs.github.com "Evaluate expressions in workflows and actions".

use serde_json::Value;

/// What a step, a job or an input can see.
pub(crate) struct Contexts<'a>(pub(crate) &'a Value);

impl Contexts<'_> {
    /// A text in which each `${{ … }}` is replaced by its value.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, expression)) = rest.split_once("${{") {
            let (expression, after) = expression.split_once("}}").expect("an expression ends");
            out.push_str(before);
            out.push_str(&shown(&self.value(expression)));
            rest = after;
        }
        out + rest
    }

    /// Whether an `if:` holds.
    pub(crate) fn holds(&self, expression: &str) -> bool {
        truth(&self.value(expression))
    }

    fn value(&self, expression: &str) -> Value {
        let mut parser = Parser { contexts: self.0, rest: expression.trim() };
        let value = parser.either();
        assert!(parser.rest.is_empty(), "`{expression}` is not understood from `{}` on", parser.rest);
        value
    }
}

struct Parser<'a> {
    contexts: &'a Value,
    rest: &'a str,
}

impl Parser<'_> {
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.map_or(self.rest, str::trim_start);
        rest.is_some()
    }

    fn either(&mut self) -> Value {
        let mut value = self.both();
        while self.take("||") {
            let other = self.both();
            value = if truth(&value) { value } else { other };
        }
        value
    }

    fn both(&mut self) -> Value {
        let mut value = self.equality();
        while self.take("&&") {
            let other = self.equality();
            value = if truth(&value) { other } else { value };
        }
        value
    }

    fn equality(&mut self) -> Value {
        let value = self.one();
        if self.take("==") {
            return Value::Bool(shown(&value) == shown(&self.one()));
        }
        if self.take("!=") {
            return Value::Bool(shown(&value) != shown(&self.one()));
        }
        value
    }

    fn one(&mut self) -> Value {
        if self.take("always()") {
            return Value::Bool(true);
        }
        if let Some(text) = self.rest.strip_prefix('\'') {
            let (text, rest) = text.split_once('\'').expect("a text ends");
            self.rest = rest.trim_start();
            return Value::String(text.to_owned());
        }
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && !"._-".contains(c)).unwrap_or(self.rest.len());
        assert!(end > 0, "`{}` is not understood", self.rest);
        let (path, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        let root = path.split('.').next().unwrap();
        assert!(self.contexts.get(root).is_some(), "there is no `{root}` here, in `{path}`");
        path.split('.').fold(self.contexts.clone(), |value, key| value.get(key).cloned().unwrap_or_default())
    }
}

fn truth(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value.as_str() != Some("")
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[test]
fn expressions_mean_what_they_mean_to_github() {
    let contexts = serde_json::json!({"github": {"event_name": "push", "n": 7}, "steps": {}});
    for (text, expected) in [
        ("a ${{ github.n }} b", "a 7 b"),
        ("${{ steps.no.outputs.such-thing }}", ""),
        ("${{ github.event_name == 'push' && 'yes' || 'no' }}", "yes"),
        ("${{ github.event_name != 'push' || github.n == '7' }}", "true"),
        ("${{ github.event_name == 'schedule' && '--no-release' || '' }}", ""),
    ] {
        assert_eq!(Contexts(&contexts).text(text), expected, "{text}");
    }
}
