//! One walk through everything the program writes, with known secrets on the wire: none of them may be seen anywhere.
//!
//! The program speaks to a sandbox through a proxy that notes what passes, so that the test knows that the secrets were
//! really sent, and which signatures the service really answered with. For some writes the proxy answers itself, and repeats every
//! secret it saw in its complaint.

#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

#[path = "scenarios/shell.rs"]
mod shell;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use shell::{Folder, Ran};

/// Every secret of this test holds this, and nothing else does.
const MARK: &str = "leakmark";

/// Variables, and a piece of each that is enough to recognise it.
const VARIABLES: [(&str, &str); 5] = [
    ("OFFERFORM_TOKEN", "eyJ0eXAi.LeakMarkToken0123456789.signature"),
    ("MARKETO_CLIENT_SECRET", "LeakMarkMarketo"),
    (
        "FIREWALL_VHD_1_9_2",
        "https://sandbox.blob.core.windows.net/secrets/FIREWALL_VHD_1_9_2.vhd?sp=rl&sv=2024-11-04&sr=c&st=2026-01-01T00:00:00Z&se=2099-01-01T00:00:00Z&sig=LeakMarkSig192%2Babc%3D",
    ),
    (
        "FIREWALL_VHD_1_9_4",
        "https://sandbox.blob.core.windows.net/secrets/FIREWALL_VHD_1_9_4.vhd?sp=rl&sv=2024-11-04&sr=c&st=2026-01-01T00:00:00Z&se=2099-01-01T00:00:00Z&sig=LeakMarkSig194%2Babc%3D",
    ),
    (
        "FIREWALL_VHD_1_10_0",
        "https://images.blob.core.windows.net/vhds/1100.vhd?sp=rl&sv=2024-11-04&sr=c&st=2026-01-01T00:00:00Z&se=2099-01-01T00:00:00Z&sig=LeakMarkSig1100%3D",
    ),
];

/// The content of a secret file.
const IN_FILE: &str = "DefaultEndpointsProtocol=https;AccountKey=LeakMarkAccountKey==";

/// An offer with a secret from a file, and with the disks that the firewall has already: published disks stay as they are,
/// so it is only here that they are sent.
const FILED: &str = "\
publisherId: contoso
id: filed
offerTypeId: microsoft-azure-virtualmachines
definition:
  offer:
    microsoft-azure-marketplace.title: Filed
    microsoft-azure-marketplace.tableLeadConfiguration:
      storageAccountConnectionString: { $secret: { file: secrets/table.txt } }
  plans:
    - planId: standard
      regions: [US]
      microsoft-azure-virtualmachines.vmImages:
        1.9.2: { osVhdUrl: { $secret: { env: FIREWALL_VHD_1_9_2 } } }
        1.9.4: { osVhdUrl: { $secret: { env: FIREWALL_VHD_1_9_4 } } }
";

/// What passed the proxy.
#[derive(Default)]
struct Wire {
    sent: String,
    answered: String,
    /// How the next writes are answered, without asking the sandbox.
    complaints: Vec<u16>,
}

/// Starts a proxy to `upstream` and tells where it is.
fn proxy(upstream: SocketAddr) -> (SocketAddr, Arc<Mutex<Wire>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let wire = Arc::new(Mutex::new(Wire::default()));
    let shared = Arc::clone(&wire);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, wire) = (stream.unwrap(), Arc::clone(&shared));
            std::thread::spawn(move || pass(stream, upstream, &wire));
        }
    });
    (address, wire)
}

/// Passes requests on until the connection ends.
fn pass(stream: TcpStream, upstream: SocketAddr, wire: &Mutex<Wire>) {
    let mut client = BufReader::new(stream);
    while let Some(request) = message(&mut client) {
        let text = String::from_utf8_lossy(&request).into_owned();
        let writes = text.starts_with("PUT ");
        let complaint = {
            let mut wire = wire.lock().unwrap();
            wire.sent.push_str(&text);
            if writes && !wire.complaints.is_empty() { Some(wire.complaints.remove(0)) } else { None }
        };
        let answer = if let Some(status) = complaint {
            complain(status, &text)
        } else {
            let mut server = TcpStream::connect(upstream).unwrap();
            server.write_all(&request).unwrap();
            message(&mut BufReader::new(server)).unwrap()
        };
        wire.lock().unwrap().answered.push_str(&String::from_utf8_lossy(&answer));
        if client.get_mut().write_all(&answer).is_err() {
            return;
        }
    }
}

/// One message of HTTP/1.1, head and body; `None` at the end.
fn message(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let (mut bytes, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        bytes.extend_from_slice(line.as_bytes());
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    bytes.extend(body);
    Some(bytes)
}

/// A refusal that repeats all secrets of the request.
fn complain(status: u16, request: &str) -> Vec<u8> {
    let secrets = VARIABLES.iter().map(|(_, value)| *value).chain([IN_FILE]);
    let given: Vec<&str> = secrets.filter(|secret| request.contains(secret)).collect();
    let message = format!("refused: {}", given.join(" , "));
    let body = json!({"error": {"code": "Bad", "message": message}}).to_string();
    let head = format!("HTTP/1.1 {status} No\r\nretry-after: 0\r\ncontent-length: {}\r\n\r\n", body.len());
    format!("{head}{body}").into_bytes()
}

/// A sandbox that is served by a program of its own, until it is dropped.
struct Served(Child);

impl Served {
    fn start(folder: &Folder) -> (Self, SocketAddr) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_offerform"))
            .args(["sandbox", "serve", "-vv"])
            .current_dir(folder.path("."))
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(folder.path("serve.stderr")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap().parse().unwrap();
        (Self(child), address)
    }

    /// Lets it save its state and end.
    fn stop(&mut self) {
        let interrupted = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status().unwrap();
        assert!(interrupted.success() && self.0.wait().unwrap().success());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The places in `text` where a secret can be seen. `signatures` are those the service gave.
fn leaks(text: &str, signatures: &[String]) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<String> = lower.match_indices(MARK).map(|(at, _)| around(text, at)).collect();
    for mark in ["sig=", "sig%3d"] {
        for (at, _) in lower.match_indices(mark) {
            let in_a_word = mark == "sig=" && lower[..at].ends_with(|before: char| before.is_ascii_alphanumeric());
            let value = &text[at + mark.len()..];
            let hidden = value.starts_with("(redacted)") || value.starts_with("***");
            if !in_a_word && !hidden {
                found.push(around(text, at));
            }
        }
    }
    for signature in signatures {
        found.extend(text.match_indices(signature.as_str()).map(|(at, _)| around(text, at)));
    }
    found
}

fn around(text: &str, at: usize) -> String {
    let end = text[at..].char_indices().nth(60).map_or(text.len(), |(length, _)| at + length);
    let start = text[..at].char_indices().rev().nth(40).map_or(0, |(start, _)| start);
    text[start..end].to_owned()
}

/// All signatures in `text`, but for the one of every sandbox, which is a word of its own.
fn signatures(text: &str) -> Vec<String> {
    let values = text.split("sig=").skip(1).map(|rest| rest.split(['&', '"', ' ', '\\']).next().unwrap().to_owned());
    let mut all: Vec<String> = values.filter(|value| value.len() > 10).collect();
    all.sort();
    all.dedup();
    all
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn no_secret_is_seen_anywhere() {
    let folder = Folder::with_examples();
    let hidden = ["secrets", "examples/offers/secrets"].map(|path| folder.path(path));
    for path in &hidden {
        std::fs::create_dir(path).unwrap();
    }
    std::fs::write(hidden[1].join("table.txt"), format!("{IN_FILE}\n")).unwrap();
    std::fs::write(folder.path("examples/offers/filed.yaml"), FILED).unwrap();
    let (mut served, upstream) = Served::start(&folder);
    let (address, wire) = proxy(upstream);
    let endpoint = format!("http://{address}");
    let mut told: Vec<(String, Ran)> = Vec::new();
    let mut run = |code: i32, line: &str| {
        let mut all = vec!["-vv", "--endpoint", &endpoint];
        all.extend(line.split(' '));
        let ran = folder.run(&all, &VARIABLES);
        assert_eq!(ran.code, code, "{line}\n{}{}", ran.stdout, ran.stderr);
        told.push((line.to_owned(), ran));
    };
    let (firewall, filed) = ("--offer=contoso/firewall", "--offer=contoso/filed");

    run(0, "whoami");
    run(0, "whoami --format json");
    run(0, &format!("plan {firewall} {filed} --show-unmanaged"));
    run(0, &format!("plan {firewall} {filed} --format json --out plan.json --json again.json"));
    run(0, &format!("plan {firewall} {filed} --show-unmanaged --markdown plan.md --html plan.html --format github"));
    // Of each offer, the first PUT is answered with 503, the second one with 400, and after reading the third with 400 again.
    wire.lock().unwrap().complaints = vec![503, 400, 400, 503, 400, 400];
    run(
        1,
        &format!(
            "apply {firewall} {filed} --auto-approve --report refused.json --parallelism 1 --html refused.html --markdown refused.md"
        ),
    );
    assert!(wire.lock().unwrap().complaints.is_empty());
    wire.lock().unwrap().complaints = vec![500];
    run(0, &format!("apply {firewall} --auto-approve --report settled.json --parallelism 1"));
    run(0, &format!("apply {filed} --auto-approve --report applied.json --html applied.html"));
    run(3, "apply plan.json --auto-approve");
    run(0, &format!("plan {firewall} {filed} --show-unmanaged --format json"));

    // What stands in a file in clear text is refused, without showing it once more.
    let clear = FILED.replace("{ $secret: { file: secrets/table.txt } }", "LeakMarkInClearText");
    std::fs::write(folder.path("secrets/clear.yaml"), clear).unwrap();
    run(0, "status contoso/firewall");
    run(0, "status contoso/firewall --format json --html status.html --markdown status.md");
    run(0, "diff contoso/firewall --from preview --to draft");
    run(0, "diff contoso/firewall --from preview --to draft --format json");
    run(1, "publish contoso/firewall");
    run(0, "operations list contoso/firewall --format json");
    run(0, &format!("plan {firewall} {filed} --go-live --format json"));
    run(1, "plan secrets/clear.yaml");
    let odd = FILED.replace("id: filed", "id: [\"https://x.example/?sv=1&sig=LeakMarkInAnError\"]");
    std::fs::write(folder.path("secrets/odd.yaml"), odd).unwrap();
    run(1, "plan secrets/odd.yaml");
    run(1, "validate secrets/clear.yaml secrets/odd.yaml --html found.html --markdown found.md");
    run(1, "doctor --base nowhere --format json");

    served.stop();
    told.push(("sandbox log".to_owned(), folder.run(&["sandbox", "log"], &[])));
    told.push(("sandbox log as JSON".to_owned(), folder.run(&["sandbox", "log", "--format", "json"], &[])));

    let wire = wire.lock().unwrap();
    for (name, value) in VARIABLES {
        assert!(wire.sent.contains(value), "{name} was never sent, so this test shows nothing");
    }
    assert!(wire.sent.contains(IN_FILE));
    for repeated in ["LeakMarkMarketo", "LeakMarkAccountKey", "LeakMarkToken", "LeakMarkSig1100"] {
        assert!(wire.answered.contains(repeated), "the service repeated {repeated}");
    }
    let given = signatures(&wire.answered);
    assert!(given.len() > 10, "the service signed what it hosts: {given:?}");

    let seen = seen(&folder, &hidden, &told, &given);
    assert!(seen.is_empty(), "{}", seen.join("\n"));
    assert_written(&folder);
}

/// What was told, and what was written outside of `hidden`, with something in it that nobody may see.
fn seen(folder: &Folder, hidden: &[PathBuf], told: &[(String, Ran)], given: &[String]) -> Vec<String> {
    let mut seen = Vec::new();
    for (command, ran) in told {
        assert!(!(ran.stdout.is_empty() && ran.stderr.is_empty()), "{command} told nothing");
        for text in [&ran.stdout, &ran.stderr] {
            seen.extend(leaks(text, given).into_iter().map(|leak| format!("{command}: {leak}")));
        }
    }
    let mut all = Vec::new();
    files(&folder.path(""), &mut all);
    let written = all.iter().filter(|path| hidden.iter().all(|hidden| !path.starts_with(hidden)));
    for path in written {
        let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        seen.extend(leaks(&text, given).into_iter().map(|leak| format!("{}: {leak}", path.display())));
    }
    seen
}

/// That the files are there among which it was searched.
fn assert_written(folder: &Folder) {
    for name in [
        "plan.json",
        "again.json",
        "refused.json",
        "settled.json",
        "applied.json",
        "plan.html",
        "refused.html",
        "applied.html",
        "status.html",
        "found.html",
        "serve.stderr",
    ] {
        assert!(folder.path(name).exists(), "{name} was looked at");
    }
    for name in ["state.json", "requests.jsonl"] {
        assert!(folder.path(".offerform/sandbox").join(name).exists(), "{name} was looked at");
    }
    assert!(folder.path(".offerform/record.json").exists(), "the record was looked at");
}

#[test]
fn the_search_finds_what_it_is_looking_for() {
    let given = ["abcdef0123456789%3D".to_owned()];
    for (text, expected) in [
        ("nothing", 0),
        ("x LEAKMARK y", 1),
        ("https://x?sv=1&sig=(redacted)&se=2 {signature}", 0),
        ("https://x?sv=1&sig=other", 1),
        ("https%3A%2F%2Fx%3Fsv%3D1%26sig%3Dother", 1),
        ("a design=3", 0),
        ("abcdef0123456789%3D", 1),
    ] {
        assert_eq!(leaks(text, &given).len(), expected, "{text}");
    }
    assert_eq!(signatures(r#"{"u": "https://x?sig=abcdef0123456789%3D&se=1"}"#), given);
    let report: Value = json!({"message": "sig=sandbox"});
    assert_eq!(leaks(&report.to_string(), &[]).len(), 1);
}
