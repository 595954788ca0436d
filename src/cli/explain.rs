//! `offerform explain`.

use super::arguments::ExplainArguments;
use super::context::Context;
use super::{CliError, Exit, output};
use crate::diagnostic::nearest;
use crate::plan::guard::{GuardKind, KINDS};
use crate::render::human;
use crate::rules::{self, Rule};

pub(super) fn run(context: &Context, arguments: &ExplainArguments) -> Result<Exit, CliError> {
    let style = context.terminal.stdout;
    let Some(code) = &arguments.code else {
        output::data(|out| {
            writeln!(out, "{}", style.strong("Guards, which belong to plans"))?;
            human::guards(KINDS, out, style)?;
            writeln!(out, "\n{}", style.strong("Rules, which belong to files"))?;
            human::rules(rules::all(), out, style)
        })?;
        return Ok(Exit::Done);
    };
    // A whole `CODE:TARGET`, copied from a plan, is as good.
    let code = code.split_once(':').map_or(code.as_str(), |(code, _)| code);
    match (GuardKind::of(code), Rule::of(code)) {
        (Some(kind), _) => output::data(|out| human::guard(kind, out, style))?,
        (None, Some(rule)) => output::data(|out| human::rule(rule, out, style))?,
        (None, None) => {
            let known = KINDS.iter().map(|kind| kind.code).chain(rules::all().map(|rule| rule.id));
            let hint = nearest(code, known).map_or_else(
                || "`offerform explain` lists all of them".to_owned(),
                |near| format!("did you mean `{near}`? `offerform explain` lists all of them"),
            );
            return Err(CliError::failed(format!("there is no guard and no rule `{code}`")).hint(hint));
        }
    }
    Ok(Exit::Done)
}
