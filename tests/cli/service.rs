//! What the service answers, and where the token may go.

use crate::sealed::{Sealed, whole};
use crate::stand_in::StandIn;

fn with_faults(faults: &str) -> Sealed {
    let sealed = Sealed::with_examples();
    sealed.write("faults.json", faults);
    assert_eq!(sealed.run("sandbox faults faults.json").exit, 0);
    sealed
}

fn status(status: u16, body: &str) -> String {
    format!(
        r#"[{{"when": {{"path": "*/offers/linux-images"}}, "times": 100, "fault": {{"status": {{"status": {status}, "body": "{body}"}}}}}}]"#
    )
}

#[test]
fn a_refusal_is_explained_and_no_plan_file_is_written() {
    for (code, body) in [(401, "message"), (403, "error_object"), (400, "html"), (418, "empty")] {
        let sealed = with_faults(&status(code, body));
        let ran = sealed.run("--sandbox plan --offer linux-images --out plan.json");
        assert_eq!((ran.exit, sealed.path("plan.json").exists()), (1, false), "{code}");
        whole!(format!("service-{code}"), ran);
    }
}

#[test]
fn what_is_not_complete_is_no_plan() {
    let sealed = with_faults(&status(403, "message"));
    whole!("service-incomplete", sealed.run("--sandbox plan --offer linux-images --offer firewall"));
    let json = sealed.run("--sandbox plan --format json");
    assert_eq!((json.exit, json.stdout.as_str()), (1, ""));
}

#[test]
fn an_offer_that_is_listed_and_not_found_is_no_create() {
    let sealed = with_faults(&status(404, "empty"));
    let ran = sealed.run("--sandbox plan --offer linux-images");
    assert_eq!(ran.exit, 1);
    whole!("service-404", ran);
}

#[test]
fn an_offer_that_cannot_be_read_stops_an_apply_before_its_first_write() {
    let sealed = with_faults(&status(403, "message"));
    whole!("service-apply-403", sealed.run("--sandbox apply --auto-approve --offer linux-images --offer data-stream"));
    assert!(!sealed.run("sandbox log").stdout.contains(" PUT "));
}

#[test]
fn a_write_that_is_refused_fails_its_offer_alone() {
    let sealed = with_faults(
        r#"[{"when": {"method": "PUT", "path": "*/offers/linux-images"}, "times": 9, "fault": {"status": {"status": 400, "body": "error_object"}}}]"#,
    );
    let ran = sealed.run("--sandbox apply --auto-approve --parallelism 1 --offer linux-images --offer firewall");
    assert_eq!(ran.exit, 1);
    whole!("service-put-400", ran);
}

#[test]
fn a_busy_service_is_asked_again() {
    let sealed = with_faults(
        r#"[{"when": {}, "times": 2, "fault": {"status": {"status": 429, "retry_after": {"seconds": 0}, "body": "empty"}}}]"#,
    );
    let ran = sealed.run("--sandbox plan --offer data-stream");
    assert_eq!(ran.last_line(), "Plan: 0 to create, 0 to update, 0 to release, 1 unchanged.");
}

#[test]
fn a_service_that_asks_for_a_day_of_patience_ends_the_run_at_once() {
    let sealed = Sealed::with_small_offer();
    for asked in ["86400", "Fri, 31 Dec 2100 00:00:00 GMT"] {
        let service = StandIn::start(move |_| (429, format!("retry-after: {asked}\r\n"), String::new()));
        let ran = sealed.run_with(&[("OFFERFORM_TOKEN", "t")], &format!("--endpoint {} whoami", service.endpoint));
        assert_eq!((ran.exit, service.asked().len()), (1, 1), "{}", ran.stderr);
        assert!(ran.stderr.contains("asks to wait"), "{}", ran.stderr);
    }
}

#[test]
fn the_token_goes_over_https_or_stays_on_this_machine() {
    let sealed = Sealed::with_small_offer();
    for (name, endpoint) in [
        ("endpoint-plain", "http://portal.example"),
        ("endpoint-looks-local", "http://localhost.portal.example"),
        ("endpoint-credentials", "https://user:hunter2@portal.example"),
        ("endpoint-path", "https://portal.example/api"),
        ("endpoint-scheme", "ftp://portal.example"),
        ("endpoint-no-url", "portal"),
    ] {
        let ran = sealed.run_with(&[("OFFERFORM_TOKEN", "t0ken")], &format!("--endpoint {endpoint} plan"));
        assert_eq!(ran.exit, 1, "{endpoint}");
        assert!(!ran.stderr.contains("hunter2") && !ran.stderr.contains("t0ken"));
        whole!(name, ran);
    }
}

#[test]
fn a_service_that_is_not_there_is_told_with_its_address() {
    // Bound and dropped: nobody listens there.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let sealed = Sealed::with_small_offer();
    let variables = [("OFFERFORM_TOKEN", "t")];
    whole!("service-gone", sealed.run_with(&variables, &format!("--endpoint http://{address} whoami")));
}
