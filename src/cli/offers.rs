//! Offers as they are named on the command line.

use super::context::Context;
use super::{CliError, findings};
use crate::offer::OfferAddress;
use crate::workspace::NameError;

/// The offers that are named, or else those in the files.
pub(super) fn addresses(context: &Context, named: &[String]) -> Result<Vec<OfferAddress>, CliError> {
    let addresses =
        context.repository.addresses(named, context.settings.publisher.as_deref(), context.settings.named_api());
    addresses.map_err(|error| of_name(context, error))
}

/// An offer as it is named on the command line: `publisher/offer`, or its id alone if the publisher is set or one file declares it.
pub(super) fn address(context: &Context, name: &str) -> Result<OfferAddress, CliError> {
    let address = context.repository.address(name, context.settings.publisher.as_deref(), context.settings.named_api());
    address.map_err(|error| of_name(context, error))
}

fn of_name(context: &Context, error: NameError) -> CliError {
    match error {
        NameError::Files(error) => findings::failed(context, error),
        error => CliError::from(&error).maybe_hint(error.hint()),
    }
}
