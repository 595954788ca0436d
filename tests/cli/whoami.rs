//! `offerform whoami`.

use crate::sealed::{Sealed, whole};
use crate::stand_in::StandIn;

#[test]
fn the_sandbox_knows_its_publisher() {
    let sealed = Sealed::empty();
    whole!("whoami", sealed.run("--sandbox whoami"));
    whole!("whoami-json", sealed.run("--sandbox whoami --format json"));
}

#[test]
fn without_a_way_to_sign_in_it_says_what_there_is() {
    whole!("whoami-no-sign-in", Sealed::empty().run("whoami"));
    whole!("whoami-incomplete", Sealed::empty().run("--auth secret whoami"));
}

#[test]
fn a_refusal_tells_the_usual_causes() {
    let sealed = Sealed::empty();
    for status in [401, 403] {
        let service = StandIn::always(status, r#"{"error":{"code":"Refused","message":"Not for you."}}"#);
        let variables = [("OFFERFORM_TOKEN", "t0ken"), ("OFFERFORM_ENDPOINT", service.endpoint.as_str())];
        let ran = sealed.run_with(&variables, "whoami");
        assert_eq!(ran.exit, 1);
        whole!(format!("whoami-{status}"), ran);
    }
}

#[test]
fn nobody_visible_is_an_error() {
    let sealed = Sealed::empty();
    let service = StandIn::always(200, "[]");
    let variables = [("OFFERFORM_TOKEN", "t0ken"), ("OFFERFORM_ENDPOINT", service.endpoint.as_str())];
    whole!("whoami-nobody", sealed.run_with(&variables, "whoami"));
    whole!("whoami-other-publisher", sealed.run("--sandbox --publisher fabrikam whoami"));
}
