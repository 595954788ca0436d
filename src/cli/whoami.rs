//! `offerform whoami`.

use super::arguments::{Format, WhoamiArguments};
use super::context::Context;
use super::service::Service;
use super::{CliError, Exit, output};
use crate::auth::Identity;
use crate::backend::Publisher;
use crate::offer::{Api, PublisherId};
use crate::render::json::v1;
use crate::render::visible;

pub(super) async fn run(context: &Context, arguments: &WhoamiArguments) -> Result<Exit, CliError> {
    let api = context.settings.api();
    let service = Service::connect(context).await?;
    if api == Api::ProductIngestion {
        return products(context, arguments, service).await;
    }
    let publishers = service.reading().publishers().await;
    let (endpoint, identity) = (service.name(), service.tokens(api).describe());
    service.close().await?;
    let mut publishers = publishers?;
    if let Some(wanted) = &context.settings.publisher {
        publishers.retain(|publisher| publisher.id.as_str().eq_ignore_ascii_case(wanted));
    }
    publishers.sort_by(|one, two| one.id.cmp(&two.id));
    match arguments.print.format {
        Format::Json => json(&endpoint, &identity, &publishers)?,
        Format::Human => people(&endpoint, &identity, &publishers, None)?,
    }
    if publishers.is_empty() {
        return Err(CliError::failed("signed in, but no publisher is visible").hint(
            "add the principal to the publisher account, as owner or contributor, by its object id in your tenant",
        ));
    }
    Ok(Exit::Done)
}

/// The Product Ingestion API has no publishers: a token belongs to one account of Partner Center, and sees all of its products.
async fn products(context: &Context, arguments: &WhoamiArguments, service: Service) -> Result<Exit, CliError> {
    let api = Api::ProductIngestion;
    let publisher = PublisherId::new(context.settings.publisher.as_deref().unwrap_or_default());
    let products = service.reading().offers(&publisher, api).await;
    let (endpoint, identity) = (service.name_of(api), service.tokens(api).describe());
    service.close().await?;
    let count = products?.len();
    match arguments.print.format {
        Format::Json => json(&endpoint, &identity, &[])?,
        Format::Human => people(&endpoint, &identity, &[], Some(count))?,
    }
    Ok(Exit::Done)
}

fn json(endpoint: &str, identity: &Identity, publishers: &[Publisher]) -> Result<(), CliError> {
    let expires = identity.expires.map(|time| time.to_string());
    let publishers = publishers.iter();
    let answer = v1::Whoami {
        format_version: v1::FORMAT_VERSION,
        endpoint,
        method: identity.method.as_str(),
        tenant: identity.tenant.as_deref(),
        client: identity.client.as_deref(),
        user: identity.user.as_deref(),
        expires,
        publishers: publishers.map(|row| v1::Publisher { id: row.id.as_str(), name: row.name.as_deref() }).collect(),
    };
    output::data(|out| v1::whoami(&answer, out))
}

fn people(
    endpoint: &str,
    identity: &Identity,
    publishers: &[Publisher],
    products: Option<usize>,
) -> Result<(), CliError> {
    let expires = identity.expires.map(|time| time.to_string());
    output::data(|out| {
        let mut row = |name: &str, value: Option<&str>| match value {
            Some(value) => writeln!(out, "{name:<12}{}", visible(value)),
            None => Ok(()),
        };
        row("service", Some(endpoint))?;
        row("signed in", Some(&identity.method.to_string()))?;
        row("tenant", identity.tenant.as_deref())?;
        row("client", identity.client.as_deref())?;
        row("user", identity.user.as_deref())?;
        row("until", expires.as_deref())?;
        row("products", products.map(|count| count.to_string()).as_deref())?;
        for (position, publisher) in publishers.iter().enumerate() {
            let name = publisher.name.as_deref().map_or(String::new(), |name| format!("  {name}"));
            row(if position == 0 { "publishers" } else { "" }, Some(&format!("{}{name}", publisher.id)))?;
        }
        Ok(())
    })
}
