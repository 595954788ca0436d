//! Flags come before variables, variables before the file, the file before defaults: each of them.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

use crate::sealed::{Sealed, offer, whole};
use crate::stand_in::{Answer, Asked, StandIn};

fn empty_portal() -> StandIn {
    StandIn::always(200, "[]")
}

#[test]
fn the_endpoint() {
    let (flag, variable, file) = (empty_portal(), empty_portal(), empty_portal());
    let sealed = Sealed::empty();
    let token = ("OFFERFORM_TOKEN", "t");
    let named = ("OFFERFORM_ENDPOINT", variable.endpoint.as_str());
    let counts = || [flag.asked().len(), variable.asked().len(), file.asked().len()];
    sealed.write("offerform.yaml", &format!("endpoint: {}\n", file.endpoint));
    sealed.run_with(&[token], "whoami");
    assert_eq!(counts(), [0, 0, 1]);
    sealed.run_with(&[token, named], "whoami");
    assert_eq!(counts(), [0, 1, 1]);
    sealed.run_with(&[token, named], &format!("whoami --endpoint {}", flag.endpoint));
    assert_eq!(counts(), [1, 1, 1]);
    sealed.run_with(&[token, ("OFFERFORM_ENDPOINT", "")], "whoami");
    assert_eq!(counts(), [1, 1, 2], "a variable that is empty is not set");
}

/// Whoever can propose a change to the repository would choose who gets the token of the machine.
#[test]
fn a_repository_alone_names_no_endpoint_elsewhere() {
    let sealed = Sealed::with_small_offer();
    sealed.write("offerform.yaml", "endpoint: https://portal.example\n");
    for line in ["plan", "apply --auto-approve", "whoami", "drift", "status", "import --all"] {
        let ran = sealed.run_with(&[("OFFERFORM_TOKEN", "t0ken")], line);
        assert_eq!(ran.exit, 1, "{line}");
        assert!(ran.stderr.contains("OFFERFORM_ENDPOINT=https://portal.example"), "{line}: {}", ran.stderr);
    }
    assert_eq!(sealed.run("validate").exit, 0, "nothing is sent anywhere");
    assert_eq!(sealed.run("--sandbox plan").exit, 0);
    sealed.write("offerform.yaml", "endpoint: https://cloudpartner.azure.com\n");
    let ran = sealed.run_with(&[("OFFERFORM_TOKEN", "t0ken"), ("HTTPS_PROXY", "http://127.0.0.1:9")], "whoami");
    assert!(!ran.stderr.contains("OFFERFORM_ENDPOINT="), "the service itself needs no confirmation: {}", ran.stderr);
}

#[test]
fn the_token_goes_into_the_header_and_nowhere_else() {
    let service = empty_portal();
    let sealed = Sealed::empty();
    let variables = [("OFFERFORM_TOKEN", "t0ken"), ("OFFERFORM_ENDPOINT", service.endpoint.as_str())];
    let ran = sealed.run_with(&variables, "-vvv whoami");
    assert_eq!(service.asked()[0].authorization, "Bearer t0ken");
    assert!(!ran.whole().contains("t0ken"));
}

#[test]
fn the_publisher() {
    let sealed = Sealed::empty();
    for name in ["one", "two", "three"] {
        sealed.write(&format!("offers/{name}.yaml"), &offer(name, "title: A").replace("contoso", name));
    }
    let asked = |variables: &[(&str, &str)], line: &str| {
        let ran = sealed.run_with(variables, &format!("--sandbox {line} plan"));
        let planned = ran.stdout.lines().filter_map(|line| line.strip_prefix("+ ")?.split(':').next());
        planned.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(asked(&[], ""), "one/one three/three two/two");
    sealed.write("offerform.yaml", "publisher: one\n");
    assert_eq!(asked(&[], ""), "one/one");
    let two = [("OFFERFORM_PUBLISHER", "two")];
    assert_eq!(asked(&two, ""), "two/two");
    assert_eq!(asked(&two, "--publisher three"), "three/three");
}

#[test]
fn the_settings_file() {
    let sealed = Sealed::empty();
    for name in ["first", "second", "third", "fourth"] {
        sealed.write(&format!("{name}/offer.yaml"), &offer(name, "title: A"));
        sealed.write(&format!("{name}.yaml"), &format!("offers: [{name}]\n"));
    }
    let planned = |variables: &[(&str, &str)], line: &str| {
        let ran = sealed.run_with(variables, &format!("--sandbox {line}"));
        assert_eq!(ran.exit, 0, "{}", ran.stderr);
        ran.stdout.lines().next().unwrap().split(':').next().unwrap().to_owned()
    };
    sealed.write("offerform.yaml", "offers: [first]\n");
    assert_eq!(planned(&[], "plan"), "+ contoso/first");
    let second = [("OFFERFORM_CONFIG", "second.yaml")];
    assert_eq!(planned(&second, "plan"), "+ contoso/second");
    assert_eq!(planned(&second, "--config third.yaml plan"), "+ contoso/third");
    assert_eq!(planned(&second, "--config third.yaml plan fourth"), "+ contoso/fourth");
    whole!("settings-missing", sealed.run("--sandbox --config none.yaml plan"));
}

#[test]
fn the_way_to_sign_in() {
    let sealed = Sealed::empty();
    let said = |variables: &[(&str, &str)], line: &str| {
        let ran = sealed.run_with(variables, &format!("{line} --endpoint http://127.0.0.1:9 whoami"));
        assert_eq!(ran.exit, 1);
        ran.stderr.lines().next().unwrap().to_owned()
    };
    // No way is complete here, and each is missed in its own words.
    sealed.write("offerform.yaml", "auth: workload\n");
    let file = said(&[], "");
    let variable = said(&[("OFFERFORM_AUTH", "secret")], "");
    let flag = said(&[("OFFERFORM_AUTH", "secret")], "--auth token");
    assert!(
        file.contains("`workload`") && variable.contains("`secret`") && flag.contains("`token`"),
        "{file}{variable}{flag}"
    );
    whole!("settings-bad-auth", sealed.run_with(&[("OFFERFORM_AUTH", "magic")], "whoami"));
}

/// Answers only when as many requests wait as it is told.
struct Crowd {
    wanted: usize,
    waiting: Mutex<usize>,
    complete: Condvar,
}

impl Crowd {
    fn answer(&self, asked: &Asked) -> Answer {
        let mut waiting = self.waiting.lock().unwrap();
        *waiting += 1;
        self.complete.notify_all();
        while *waiting < self.wanted {
            let (guard, timeout) = self.complete.wait_timeout(waiting, Duration::from_secs(20)).unwrap();
            waiting = guard;
            if timeout.timed_out() {
                return (400, String::new(), "too few at once".to_owned());
            }
        }
        let id = asked.path.split('?').next().unwrap().rsplit('/').next().unwrap();
        let document = format!(
            r#"{{"publisherId":"contoso","id":"{id}","offerTypeId":"microsoft-azure-invented","definition":{{}}}}"#
        );
        (200, "etag: \"1\"\r\n".to_owned(), document)
    }
}

#[test]
fn how_many_offers_at_once() {
    let sealed = Sealed::empty();
    let all: Vec<String> = (1..=9).map(|number| offer(&format!("offer-{number}"), "title: A")).collect();
    sealed.write("offers/all.yaml", &all.join("---\n"));
    let nine_at_once = |variables: &[(&str, &str)], line: &str| {
        let crowd = Crowd { wanted: 9, waiting: Mutex::default(), complete: Condvar::new() };
        let service = StandIn::start(move |asked| crowd.answer(asked));
        let mut all = vec![("OFFERFORM_TOKEN", "t"), ("OFFERFORM_ENDPOINT", service.endpoint.as_str())];
        all.extend_from_slice(variables);
        let ran = sealed.run_with(&all, line);
        assert_eq!(ran.last_line(), "Plan: 0 to create, 9 to update, 0 to release, 0 unchanged.", "{}", ran.stderr);
    };
    sealed.write("offerform.yaml", "parallelism: 9\n");
    nine_at_once(&[], "plan");
    sealed.write("offerform.yaml", "parallelism: 1\n");
    nine_at_once(&[("OFFERFORM_PARALLELISM", "9")], "plan");
    nine_at_once(&[("OFFERFORM_PARALLELISM", "1")], "plan --parallelism 9");
    whole!("settings-bad-parallelism", sealed.run_with(&[("OFFERFORM_PARALLELISM", "many")], "--sandbox plan"));
    sealed.write("offerform.yaml", "parallelism: 0\n");
    whole!("settings-bad-parallelism-in-file", sealed.run("--sandbox plan"));
}

#[test]
fn the_sandbox() {
    let sealed = Sealed::empty();
    let service = |variables: &[(&str, &str)], line: &str| {
        let ran = sealed.run_with(variables, &format!("{line} whoami --format json"));
        let answer: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
        answer["endpoint"].as_str().unwrap_or("none").to_owned()
    };
    assert_eq!(service(&[("OFFERFORM_SANDBOX", "1")], ""), "sandbox");
    for off in ["", "0", "false", "no"] {
        assert_eq!(service(&[("OFFERFORM_SANDBOX", off)], ""), "none", "{off}");
    }
    assert_eq!(service(&[("OFFERFORM_ENDPOINT", "https://portal.example")], "--sandbox"), "sandbox");
    let portal = StandIn::always(200, r#"[{"id":"contoso"}]"#);
    let variables = [("OFFERFORM_SANDBOX", "1"), ("OFFERFORM_TOKEN", "t")];
    assert_eq!(service(&variables, &format!("--endpoint {}", portal.endpoint)), portal.endpoint, "a flag is stronger");
}

#[test]
fn how_long_a_request_may_take() {
    let sealed = Sealed::with_small_offer();
    sealed.write("offerform.yaml", "timeouts: { read: 30s, write: 15m }\n");
    assert_eq!(sealed.run("--sandbox plan").exit, 0);
    let ran = sealed.run_with(&[("OFFERFORM_WRITE_TIMEOUT", "soon")], "--sandbox plan");
    assert!(ran.exit == 1 && ran.stderr.contains("OFFERFORM_WRITE_TIMEOUT is `soon`"), "{}", ran.stderr);
    for (name, text) in
        [("settings-timeout", "timeouts: { write: 10 }\n"), ("settings-timeout-key", "timeouts: { all: 1m }\n")]
    {
        sealed.write("offerform.yaml", text);
        whole!(name, sealed.run("--sandbox plan"));
    }
}

#[test]
fn further_headers() {
    let sealed = Sealed::with_small_offer();
    sealed.write("offerform.yaml", "headers: { x-one: file, x-two: file }\n");
    let ran = sealed.run("--sandbox --header x-two=flag --header Accept= plan");
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    for (name, line) in [
        ("header-reserved", "--header Authorization=Bearer plan"),
        ("header-override", "--header X-HTTP-Method-Override=PUT plan"),
        ("header-form", "--header x-one plan"),
    ] {
        whole!(name, sealed.run(&format!("--sandbox {line}")));
    }
    sealed.write("offerform.yaml", "headers: { If-Match: '*' }\n");
    whole!("header-reserved-in-file", sealed.run("--sandbox plan"));
}

#[test]
fn a_bad_settings_file_is_told_with_its_place() {
    let sealed = Sealed::with_small_offer();
    for (name, text) in [
        ("settings-unknown-key", "publisher: contoso\nofers: [offers]\n"),
        ("settings-wrong-kind", "offers: offers\n"),
        ("settings-broken", "offers: [offers\nauth: cli\n"),
        ("settings-bad-endpoint", "endpoint: http://portal.example\n"),
        ("settings-bad-record", "record: somewhere\n"),
    ] {
        sealed.write("offerform.yaml", text);
        let ran = sealed.run("--sandbox plan");
        assert_eq!(ran.exit, 1, "{text}");
        whole!(name, ran);
    }
    sealed.write("offerform.yaml", "# nothing yet\n");
    assert_eq!(sealed.run("--sandbox plan").exit, 0);
    sealed.write("offerform.yaml", "record: none\n");
    assert_eq!(sealed.run("--sandbox plan").exit, 0);
}
