//! `offerform schema`.

use super::arguments::SchemaArguments;
use super::{CliError, Exit, output, schemas};

pub(super) fn run(arguments: &SchemaArguments) -> Result<Exit, CliError> {
    let schema = schemas::named(&arguments.of).expect("invariant: the arguments have no other names");
    output::script(schema.text.as_bytes())?;
    Ok(Exit::Done)
}
