//! `offerform explain`.

use super::arguments::ExplainArguments;
use super::context::Context;
use super::{CliError, Exit, output};
use crate::diagnostic::nearest;
use crate::plan::guard::{KINDS, Kind};
use crate::render::human;

pub(super) fn run(context: &Context, arguments: &ExplainArguments) -> Result<Exit, CliError> {
    let style = context.terminal.stdout;
    let Some(code) = &arguments.code else {
        output::data(|out| human::guards(KINDS, out, style))?;
        return Ok(Exit::Done);
    };
    // A whole `CODE:TARGET`, copied from a plan, is as good.
    let code = code.split_once(':').map_or(code.as_str(), |(code, _)| code);
    let Some(kind) = Kind::of(code) else {
        let hint = nearest(code, KINDS.iter().map(|kind| kind.code));
        let hint = hint.map_or_else(
            || "`offerform explain` lists all guards".to_owned(),
            |near| format!("did you mean `{near}`? `offerform explain` lists all guards"),
        );
        return Err(CliError::failed(format!("there is no guard `{code}`")).hint(hint));
    };
    output::data(|out| human::guard(kind, out, style))?;
    Ok(Exit::Done)
}
