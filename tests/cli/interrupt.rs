//! Ctrl-C during an apply: once ends it in order, twice at once.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::sealed::{Sealed, offer, whole};
use crate::stand_in::{Answer, Asked, StandIn};

/// What a terminal does to its process at Ctrl-C.
pub(crate) fn press_ctrl_c(child: &Child) {
    send("-INT", child);
}

fn send(signal: &str, child: &Child) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

/// A service with one document for every offer. It answers no PUT before it is told to.
struct Gate {
    arrived: Sender<()>,
    open: Mutex<Receiver<()>>,
    written: Mutex<bool>,
}

impl Gate {
    fn answer(&self, asked: &Asked) -> Answer {
        let id = asked.path.split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
        if asked.method == "PUT" {
            self.arrived.send(()).unwrap();
            // The test drops its end to open the gate for good.
            let _ = self.open.lock().unwrap().recv();
            *self.written.lock().unwrap() = true;
            return (200, "etag: \"2\"\r\n".to_owned(), asked.body.clone());
        }
        let written = *self.written.lock().unwrap();
        let title = if written && id == "one" { "New" } else { "Old" };
        let document: Value = json!({ "publisherId": "contoso", "id": id, "offerTypeId": "microsoft-azure-invented",
            "version": 1, "definition": { "offer": { "microsoft-azure-invented.title": title } } });
        (200, format!("etag: \"{}\"\r\n", if title == "New" { 2 } else { 1 }), document.to_string())
    }
}

/// An apply of two offers, one at a time, held at its first PUT.
fn held_at_first_put(sealed: &Sealed) -> (Child, StandIn, Sender<()>) {
    sealed.write("offers/a.yaml", &format!("{}---\n{}", offer("one", "title: New"), offer("two", "title: New")));
    let ((arrived, arrival), (opener, open)) = (channel(), channel());
    let gate = Arc::new(Gate { arrived, open: Mutex::new(open), written: Mutex::new(false) });
    let service = StandIn::start(move |asked| gate.answer(asked));
    let line = format!("--endpoint {} apply --auto-approve --parallelism 1 --report run.json", service.endpoint);
    let child = sealed.start(&line, &[("OFFERFORM_TOKEN", "t")]);
    arrival.recv().unwrap();
    (child, service, opener)
}

fn first_line(child: &mut Child) -> (String, BufReader<std::process::ChildStderr>) {
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    (line, stderr)
}

#[test]
fn once_finishes_what_is_in_flight_and_begins_nothing() {
    let sealed = Sealed::empty();
    let (mut child, service, opener) = held_at_first_put(&sealed);
    press_ctrl_c(&child);
    let (said, mut stderr) = first_line(&mut child);
    assert_eq!(said, "interrupted: finishing requests in flight; press Ctrl-C again to stop at once\n");
    drop(opener);
    let (mut out, mut rest) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let puts = service.asked().iter().filter(|asked| asked.method == "PUT").count();
    assert_eq!(puts, 1, "the second offer was not begun");
    let mut ran = sealed.run("--help");
    (ran.exit, ran.stdout, ran.stderr) = (1, out, rest);
    whole!("interrupted", ran);
    let report: Value = serde_json::from_str(&sealed.read("run.json")).unwrap();
    assert_eq!(report["interrupted"], true);
    assert_eq!(report["offers"][1]["outcome"], "not_started");
}

#[test]
fn twice_stops_at_once() {
    let sealed = Sealed::empty();
    let (mut child, _service, _opener) = held_at_first_put(&sealed);
    press_ctrl_c(&child);
    let (_, mut stderr) = first_line(&mut child);
    press_ctrl_c(&child);
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "stopped; run plan to see the state of the offers\n");
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

/// A build system sends one signal after the other, and a terminal that closes sends its own: none of them stops a write halfway.
#[test]
fn other_signals_let_a_run_finish_too() {
    // Who runs the tests in the background for good lets no program end when the terminal closes.
    let status = String::from_utf8(std::fs::read("/proc/self/status").unwrap_or_default()).unwrap();
    let hangs_on = status.contains("SigIgn:\t") && status.split("SigIgn:\t").nth(1).unwrap().as_bytes()[15] % 2 == 1;
    let closed = if hangs_on { "-TERM" } else { "-HUP" };
    for signals in [&["-TERM"][..], &[closed], &["-INT", "-TERM"], &["-TERM", "-TERM", "-HUP"]] {
        let sealed = Sealed::empty();
        let (mut child, service, opener) = held_at_first_put(&sealed);
        send(signals[0], &child);
        let (said, _stderr) = first_line(&mut child);
        assert!(said.starts_with("interrupted"), "{signals:?}: {said}");
        signals[1..].iter().for_each(|signal| send(signal, &child));
        drop(opener);
        assert_eq!(child.wait().unwrap().code(), Some(1), "{signals:?}");
        let puts = service.asked().iter().filter(|asked| asked.method == "PUT").count();
        assert_eq!(puts, 1, "{signals:?}: the second offer was not begun");
        let report: Value = serde_json::from_str(&sealed.read("run.json")).unwrap();
        assert_eq!(report["interrupted"], true, "{signals:?}");
        assert_eq!(report["offers"][0]["outcome"], "updated", "{signals:?}");
    }
}

/// A service with one offer. It begins to throttle, for an hour of the caller's life, when it is asked for something of this kind.
fn throttled(method: &'static str, path: &'static str, arrived: Sender<()>) -> StandIn {
    let arrived = Mutex::new(arrived);
    let document = json!({ "publisherId": "contoso", "id": "one", "offerTypeId": "microsoft-azure-invented", "version": 1,
        "definition": { "offer": { "microsoft-azure-invented.title": "Old" } } });
    let row = json!([{ "id": "4d7c5fb4", "offerId": "one", "publisherId": "contoso", "submissionType": "publish",
        "submissionState": "running", "publishingVersion": 1, "offerVersion": 1, "slot": "staging" }]);
    StandIn::start(move |asked| {
        let asked_for = asked.path.split('?').next().unwrap().trim_end_matches('/');
        if asked.method == method && asked_for.ends_with(path) {
            let _ = arrived.lock().unwrap().send(());
            return (429, "retry-after: 100\r\n".to_owned(), "{}".to_owned());
        }
        let answer = |body: &Value| (200, "etag: \"1\"\r\n".to_owned(), body.to_string());
        match asked_for.rsplit('/').next().unwrap() {
            "one" => answer(&document),
            "submissions" => answer(&row),
            "status" => answer(&json!({ "status": "running", "messages": [], "steps": [] })),
            _ => (404, String::new(), "{}".to_owned()),
        }
    })
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long the program takes is what is measured")]
fn a_pause_before_a_request_is_sent_again_ends_at_ctrl_c() {
    let sealed = Sealed::empty();
    sealed.write("offers/one.yaml", &offer("one", "title: New"));
    let (arrived, arrival) = channel();
    let service = throttled("PUT", "/offers/one", arrived);
    let line = format!("--endpoint {} apply --auto-approve --report run.json", service.endpoint);
    let mut child = sealed.start(&line, &[("OFFERFORM_TOKEN", "t")]);
    arrival.recv().unwrap();
    let pressed = std::time::Instant::now();
    // It may not have read the answer yet; whenever it comes, the pause after it is not begun.
    press_ctrl_c(&child);
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{said}");
    assert!(pressed.elapsed() < std::time::Duration::from_secs(50), "{:?}", pressed.elapsed());
    assert!(said.contains("429"), "why it was not written is told: {said}");
    let report: Value = serde_json::from_str(&sealed.read("run.json")).unwrap();
    assert_eq!((&report["interrupted"], &report["offers"][0]["outcome"]), (&json!(true), &json!("failed")));
    assert_eq!(service.asked().iter().filter(|asked| asked.method == "PUT").count(), 1);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long the program takes is what is measured")]
fn a_pause_before_a_request_is_sent_again_ends_with_the_time_to_wait() {
    let sealed = Sealed::empty();
    let (arrived, _arrival) = channel();
    let service = throttled("GET", "/operations/4d7c5fb4", arrived);
    let began = std::time::Instant::now();
    let line = format!("--endpoint {} operations wait contoso/one --timeout 3s", service.endpoint);
    let ran = sealed.run_with(&[("OFFERFORM_TOKEN", "t")], &line);
    assert_eq!(ran.exit, 1, "{ran:?}");
    assert!(began.elapsed() < std::time::Duration::from_secs(50), "{:?}", began.elapsed());
}
