//! The simulator without a network, for the transports of tests. Test programs include this file with `#[path]`.

use bytes::Bytes;
use http::Response;
use offerform::api::TransportError;
use offerform::auth::foreign::Reason;
use offerform::clock::Clock;
use offerform::simulator::Reply;

/// Delivers a reply of the simulator: delays pass on the clock, and what a network would lose is an error.
pub(crate) async fn deliver(mut reply: Reply, clock: &dyn Clock) -> Result<Response<Bytes>, TransportError> {
    while let Reply::Delay(duration, inner) = reply {
        clock.sleep(duration).await;
        reply = *inner;
    }
    match reply {
        Reply::Answer(answer) => Ok(answer),
        _ => Err(TransportError::Lost(Reason::new("the connection was closed"))),
    }
}
