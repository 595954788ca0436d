//! Takes a request to the Product Ingestion API to the endpoint that it names.

use bytes::Bytes;
use http::header::{ALLOW, HeaderValue};
use http::{Request, Response, StatusCode};
use jiff::Timestamp;

use super::answer::{Outcome, Refusal};
use super::configure::Fate;
use super::dialect::Unauthorized;
use super::route::Route;
use super::state::Ingestion;
use crate::operation::Pace;

impl Ingestion {
    /// Acts on a request that carries a token, and answers it.
    pub(crate) fn answer(
        &mut self,
        request: &Request<Bytes>,
        now: Timestamp,
        pace: Pace,
        fate: Fate,
    ) -> Response<Bytes> {
        self.settle(now);
        let Some(route) = Route::parse(request.uri().path()) else {
            return Refusal::not_found("The resource was not found.").answer(&self.dialect);
        };
        let allowed = route.method();
        if request.method() != allowed {
            let message = format!("The method {} is not allowed.", request.method());
            let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "methodNotAllowed", message);
            let mut answer = refusal.answer(&self.dialect);
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
            return answer;
        }
        let outcome = self.check_version(request).and_then(|()| self.dispatch(request, &route, now, pace, fate));
        outcome.unwrap_or_else(|refusal| refusal.answer(&self.dialect))
    }

    fn dispatch(&mut self, request: &Request<Bytes>, route: &Route, now: Timestamp, pace: Pace, fate: Fate) -> Outcome {
        match route {
            Route::Configure => return self.configure(request, now, pace, fate),
            Route::CancelJob(job) => return self.cancel_job(job, now),
            Route::JobStatus(job) => return self.job_status(job, now),
            _ => {}
        }
        let nonce = self.random.seed();
        let view = self.view(request, nonce, now);
        match route {
            Route::Products => self.list_products(request, &view),
            Route::Plans => self.list_plans(request, &view),
            Route::Resource(id) => self.get_resource(id, &view),
            Route::Tree(product) => self.get_tree(product, request, &view),
            Route::Submissions(product) => self.list_submissions(product, request, &view),
            Route::Submission(product, number) => self.get_submission(product, number, &view),
            Route::Job(job) => self.job_result(job, &view),
            Route::Configure | Route::CancelJob(_) | Route::JobStatus(_) => {
                Err(Refusal::not_found("The resource was not found."))
            }
        }
    }

    /// The answer to a request without a token.
    pub(crate) fn unauthorized(&self) -> Response<Bytes> {
        let code = match self.dialect.unauthorized {
            Unauthorized::Graph => "InvalidAuthenticationToken",
            Unauthorized::Code => "unauthorized",
        };
        Refusal::new(StatusCode::UNAUTHORIZED, code, "Access token is missing or malformed.").answer(&self.dialect)
    }
}
