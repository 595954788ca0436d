//! The same faults at the Product Ingestion API, and those that only a service without a lock allows.

use bytes::Bytes;
use http::{Method, Request, Response};
use offerform::simulator::Slot;
use serde_json::{Value, json};

use super::{Sabotage, Sent};
use crate::products;
use crate::vocabulary::id_of;
use crate::wire::{Deed, Subject, Wire};

impl Sabotage {
    /// Each with the first seed that catches it. Another one may do so after a change of the engine or of the stories.
    pub(crate) const CAUGHT_BY_PRODUCTS: [(Self, u64); 15] = [
        (Self::AnyRevision, 0),
        (Self::SendsEverything, 17),
        (Self::IgnoredRefusal, 36),
        (Self::RepeatedPost, 229),
        (Self::TrustedPost, 163),
        (Self::UnseenPreview, 0),
        (Self::UnseenSubmissions, 0),
        (Self::FailureIsSuccess, 3),
        (Self::UncheckedPreview, 13),
        (Self::IgnoredBase, 0),
        (Self::BehindIsWritten, 55),
        (Self::UnseenMarkets, 0),
        (Self::PassesGuards, 0),
        (Self::NoRules, 61),
        (Self::LyingReport, 2),
    ];

    /// An answer that is given instead of asking the service.
    pub(crate) fn instead(self, wire: &Wire, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let is_draft = matches!(wire.subject(request), Some((_, Subject::Content(Slot::Draft))));
        if self != Self::AnyRevision || !is_draft {
            return None;
        }
        wire.drafts.lock().unwrap().get(request.uri().path()).cloned()
    }

    pub(super) fn of_request_to_products(self, wire: &Wire, mut request: Request<Bytes>) -> Request<Bytes> {
        if let (Self::SendsEverything, Some((offer, Subject::Deed(Deed::Write)))) = (self, wire.subject(&request)) {
            wire.add_all_resources(&offer, &mut request);
        }
        request
    }

    pub(super) async fn of_answer_of_products(self, wire: &Wire, request: Request<Bytes>, answer: Sent) -> Sent {
        let Some((offer, subject)) = wire.subject(&request) else { return answer };
        match subject {
            Subject::Deed(Deed::Write) => match (self, &answer) {
                (Self::IgnoredRefusal, Ok(refused)) if refused.status().is_client_error() => Ok(ended()),
                _ => answer,
            },
            Subject::Deed(_) => match (self, &answer) {
                (Self::RepeatedPost, Err(_)) => wire.once(request).await,
                (Self::TrustedPost, Err(_)) => Ok(accepted()),
                _ => answer,
            },
            _ if *request.method() != Method::GET => answer,
            _ => answer.map(|answer| self.of_read(wire, (&offer, subject), &request, answer)),
        }
    }

    fn of_read(
        self,
        wire: &Wire,
        (offer, subject): (&str, Subject),
        request: &Request<Bytes>,
        answer: Response<Bytes>,
    ) -> Response<Bytes> {
        if !answer.status().is_success() {
            return answer;
        }
        if subject == Subject::Content(Slot::Draft) {
            let mut drafts = wire.drafts.lock().unwrap();
            let path = request.uri().path().to_owned();
            if self != Self::AnyRevision || !drafts.contains_key(&path) {
                drafts.insert(path, answer.clone());
            }
        }
        answer.map(|body| {
            let Ok(mut body) = serde_json::from_slice::<Value>(&body) else { return body };
            match (self, subject) {
                (Self::UncheckedPreview, Subject::Content(Slot::Preview)) => wire.declare_in(offer, &mut body),
                (Self::UnseenMarkets, Subject::Content(Slot::Production)) => wire.drop_lost_markets(offer, &mut body),
                (Self::UnseenSubmissions, Subject::Operations) => keep(&mut body, |entry| target(entry) == "draft"),
                (Self::UnseenPreview, Subject::Operations) => keep(&mut body, |entry| {
                    target(entry) != "preview" || !entry["status"].as_str().is_some_and(is("completed"))
                }),
                (Self::FailureIsSuccess, _) => succeed(&mut body),
                _ => {}
            }
            Bytes::from(body.to_string())
        })
    }
}

fn is(word: &'static str) -> impl Fn(&str) -> bool {
    move |other| other.eq_ignore_ascii_case(word)
}

fn target(entry: &Value) -> &str {
    entry["target"]["targetType"].as_str().unwrap_or_default()
}

fn keep(body: &mut Value, is_kept: impl Fn(&Value) -> bool) {
    if let Some(entries) = body["value"].as_array_mut() {
        entries.retain(|entry| is_kept(entry));
    }
}

/// What has failed, in a list or as a job, has not.
fn succeed(body: &mut Value) {
    for name in ["result", "jobResult"] {
        if let Some(word) = body.get_mut(name).filter(|word| word.as_str().is_some_and(is("failed"))) {
            *word = json!("succeeded");
        }
    }
    body.get_mut("value").and_then(Value::as_array_mut).into_iter().flatten().for_each(succeed);
}

fn job(status: &str, result: &str) -> Response<Bytes> {
    let body = json!({
        "jobId": "00000000-0000-4000-8000-000000000000", "jobStatus": status, "jobResult": result, "errors": [],
    });
    Response::builder().status(202).body(Bytes::from(body.to_string())).unwrap()
}

fn ended() -> Response<Bytes> {
    job("completed", "succeeded")
}

fn accepted() -> Response<Bytes> {
    job("running", "pending")
}

impl Wire {
    /// Adds to a write every resource that the draft had when it was last read, as it was.
    fn add_all_resources(&self, offer: &str, request: &mut Request<Bytes>) {
        let drafts = self.drafts.lock().unwrap();
        let Some(guid) = self.world.service().ingestion().guid(id_of(offer)).map(str::to_owned) else { return };
        let path = drafts.keys().find(|path| path.ends_with(&guid)).cloned();
        let tree = path.and_then(|path| serde_json::from_slice::<Value>(drafts[&path].body()).ok());
        let (Some(tree), Ok(mut body)) = (tree, serde_json::from_slice::<Value>(request.body())) else { return };
        let sent: Vec<String> = products::sent(request).iter().map(products::name_of).collect();
        for resource in tree["resources"].as_array().into_iter().flatten() {
            let name = products::name_of(resource);
            if !sent.contains(&name) && products::kind_of(resource) != "submission" {
                body["resources"].as_array_mut().unwrap().push(products::sendable(resource));
            }
        }
        *request.body_mut() = Bytes::from(body.to_string());
        // No version of a schema is above this one.
        let uri =
            format!("https://{}{}?$version=2099-01-01", request.uri().host().unwrap_or_default(), request.uri().path());
        *request.uri_mut() = uri.parse().unwrap();
    }

    /// Puts into a tree what the process declares.
    fn declare_in(&self, offer: &str, tree: &mut Value) {
        for (pointer, value) in self.process.commit.offers.get(id_of(offer)).into_iter().flatten() {
            products::set_in_tree(tree, pointer, &json!(self.world.habits.stored(value)));
        }
    }

    /// Takes out of a tree of what customers have the markets that they would lose with the draft.
    fn drop_lost_markets(&self, offer: &str, tree: &mut Value) {
        let Some(draft) = self.world.held(offer, Slot::Draft) else { return };
        let pointer = self.world.vocabulary(offer).markets;
        if let Some(markets) = draft.pointer(pointer) {
            products::set_in_tree(tree, pointer, markets);
        }
    }
}
