//! The part of the conditions of Azure Pipelines that the pipelines use.
//!
//! Source: learn.microsoft.com "Specify conditions" and "Expressions".

use std::collections::BTreeMap;

use serde_json::Value;

/// What a stage or a step can see.
#[derive(Debug, Default)]
pub(crate) struct Run<'a> {
    /// Whether somebody cancelled the run.
    pub(crate) is_canceled: bool,
    /// How the stages before ended that this one depends on; for a step, how the steps before it did.
    pub(crate) results: BTreeMap<&'a str, &'a str>,
    /// What is there by its whole name, such as `variables['System.PullRequest.IsFork']`.
    pub(crate) values: BTreeMap<String, &'a str>,
}

impl Run<'_> {
    /// Whether a condition holds. Without one, all before has to be good.
    pub(crate) fn holds(&self, condition: &Value) -> bool {
        let condition = condition.as_str().unwrap_or("succeeded()");
        let mut rest = condition;
        let value = self.value(&mut rest);
        assert!(rest.is_empty(), "`{condition}` is not understood from `{rest}` on");
        value == "true"
    }

    fn value(&self, rest: &mut &str) -> String {
        if let Some(text) = rest.strip_prefix('\'') {
            let (text, after) = text.split_once('\'').expect("a text ends");
            *rest = after;
            return text.to_owned();
        }
        let end = rest.find(['(', ')', ',', ' ', '[']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if let Some(mut after) = after.strip_prefix('(') {
            let mut arguments = Vec::new();
            while !after.starts_with(')') {
                arguments.push(self.value(&mut after));
                after = after.strip_prefix(',').unwrap_or(after).trim_start();
            }
            *rest = &after[1..];
            return self.call(name, &arguments).to_string();
        }
        let index = if after.starts_with('[') { after.find(']').expect("a bracket closes") + 1 } else { 0 };
        let (path, after) = rest.split_at(end + index);
        *rest = after;
        let stage = path.strip_prefix("dependencies.").and_then(|path| path.strip_suffix(".result"));
        let found = stage.map_or_else(|| self.values.get(path), |stage| self.results.get(stage));
        (*found.unwrap_or_else(|| panic!("there is no `{path}` here"))).to_owned()
    }

    fn call(&self, name: &str, arguments: &[String]) -> bool {
        let is_true = |argument: &String| argument == "true";
        let mut results = self.results.values();
        match (name, arguments) {
            ("and", all) => all.iter().all(is_true),
            ("or", any) => any.iter().any(is_true),
            ("not", [one]) => !is_true(one),
            ("eq", [one, other]) => one.eq_ignore_ascii_case(other),
            ("ne", [one, other]) => !one.eq_ignore_ascii_case(other),
            ("in", [one, others @ ..]) => others.iter().any(|other| one.eq_ignore_ascii_case(other)),
            ("canceled", []) => self.is_canceled,
            ("succeeded", []) => !self.is_canceled && results.all(|result| *result == "Succeeded"),
            ("succeededOrFailed", []) => !self.is_canceled,
            _ => panic!("`{name}` with {} arguments is not known", arguments.len()),
        }
    }
}

#[test]
fn conditions_mean_what_they_mean_to_azure_pipelines() {
    let values = [("variables['A.B']".to_owned(), "True"), ("dependencies.one.outputs['j.s.v']".to_owned(), "x")];
    let mut run =
        Run { results: [("one", "Succeeded"), ("two", "Skipped")].into(), values: values.into(), ..Run::default() };
    for (condition, expected) in [
        ("eq(variables['A.B'], 'true')", true),
        ("and(succeeded(), eq('a', 'a'))", false),
        ("and(not(canceled()), in(dependencies.two.result, 'Succeeded', 'Skipped'), ne('a', 'b'))", true),
        ("or(eq(dependencies.one.outputs['j.s.v'], 'y'), eq(dependencies.two.result, 'Failed'))", false),
        ("succeededOrFailed()", true),
    ] {
        assert_eq!(run.holds(&condition.into()), expected, "{condition}");
    }
    assert!(!run.holds(&Value::Null), "one was skipped");
    run.is_canceled = true;
    assert!(!run.holds(&"succeededOrFailed()".into()) && run.holds(&"canceled()".into()));
}
