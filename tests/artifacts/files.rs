//! Looking at the files that offers name, over HTTP: how much of a disk or a package is asked for, and what the rules make of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use offerform::artifact::{Error, Fetch as _, HttpFetch, Limits, Parts, Reach, Wanted};
use offerform::desired::{self, NoVariables};
use offerform::reconcile;
use offerform::rules::{self, CheckedContent, Circumstances, Files};
use offerform::secret::{SecretLocation, SecretReference, SecretSource, SecretText};
use offerform::source::MemoryTree;

/// What a host makes of a request for a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ranges {
    Given,
    /// It answers with the whole file.
    Ignored,
    /// It gives another part.
    Shifted,
    /// It breaks off.
    Short,
}

/// A file that is zeros between its beginning and its end.
#[derive(Debug, Clone)]
struct Served {
    length: u64,
    start: Vec<u8>,
    end: Vec<u8>,
    headers: &'static str,
    ranges: Ranges,
}

impl Served {
    fn whole(bytes: Vec<u8>) -> Self {
        Self { length: bytes.len() as u64, start: bytes, end: Vec::new(), headers: "", ranges: Ranges::Given }
    }

    fn bytes(&self, from: u64, to: u64) -> impl Iterator<Item = u8> {
        let tail = self.length - self.end.len() as u64;
        (from..to).map(move |at| match usize::try_from(at) {
            Ok(at) if at < self.start.len() => self.start[at],
            _ if at >= tail => self.end[usize::try_from(at - tail).unwrap()],
            _ => 0,
        })
    }
}

/// A host of files on this machine, which counts what it sends and keeps what it was asked.
struct Host {
    address: SocketAddr,
    sent: Arc<AtomicU64>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Host {
    fn with(files: &[(&'static str, Served)]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (sent, asked) = (Arc::new(AtomicU64::new(0)), Arc::new(Mutex::new(Vec::new())));
        let files: BTreeMap<&str, Served> = files.iter().cloned().collect();
        let (counter, log) = (Arc::clone(&sent), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Whoever asks may hang up in the middle.
                let _ = answer(stream, &files, &counter, &log);
            }
        });
        Self { address, sent, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }

    /// The method, the path and the range of each request.
    fn asked(&self) -> Vec<String> {
        let line = |request: &String| {
            let range = request.lines().find_map(|line| line.strip_prefix("range: ")).unwrap_or_default();
            let first = request.lines().next().unwrap().replace(" HTTP/1.1", "");
            format!("{first} {range}").trim_end().to_owned()
        };
        self.asked.lock().unwrap().iter().map(line).collect()
    }
}

fn answer(
    mut stream: TcpStream,
    files: &BTreeMap<&str, Served>,
    sent: &AtomicU64,
    log: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            length => request.extend_from_slice(&buffer[..length]),
        }
    }
    let request = String::from_utf8(request).unwrap();
    let path = request.split([' ', '?']).nth(1).unwrap().to_owned();
    log.lock().unwrap().push(request.clone());
    let Some(file) = files.get(path.as_str()) else {
        return write!(stream, "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    };
    let range = request.lines().find_map(|line| line.strip_prefix("range: bytes="));
    let range = range.filter(|_| file.ranges != Ranges::Ignored).map(|range| {
        let (from, last) = range.split_once('-').unwrap();
        (from.parse::<u64>().unwrap(), last.parse::<u64>().unwrap() + 1)
    });
    let (status, from, to) = range.map_or(("200 OK", 0, file.length), |(from, to)| ("206 Partial Content", from, to));
    let shown = if file.ranges == Ranges::Shifted { from + 1 } else { from };
    write!(stream, "HTTP/1.1 {status}\r\nconnection: close\r\n{}content-length: {}\r\n", file.headers, to - from)?;
    if range.is_some() {
        write!(stream, "content-range: bytes {shown}-{}/{}\r\n", to - 1, file.length)?;
    }
    stream.write_all(b"\r\n")?;
    if request.starts_with("HEAD") {
        return Ok(());
    }
    let to = if file.ranges == Ranges::Short { u64::midpoint(from, to) } else { to };
    let mut at = from;
    while at < to {
        let next = to.min(at + 65_536);
        let piece: Vec<u8> = file.bytes(at, next).collect();
        // Counted first: whoever has read the last byte may look at the number at once.
        sent.fetch_add(piece.len() as u64, Ordering::SeqCst);
        stream.write_all(&piece)?;
        at = next;
    }
    Ok(())
}

const LIMITS: Limits = Limits { body: 16, time: Duration::from_secs(5), redirects: 2 };

fn fetch() -> HttpFetch {
    HttpFetch::new(Reach::PublicAndLoopback, LIMITS).unwrap()
}

const GB: u64 = 1_073_741_824;

/// A fixed VHD of so many bytes, in a page blob, as a storage account gives it.
fn disk(size: u64) -> Served {
    let mut end = vec![0; 512];
    end[..8].copy_from_slice(b"conectix");
    end[48..56].copy_from_slice(&size.to_be_bytes());
    end[63] = 2;
    let headers = "x-ms-blob-type: PageBlob\r\n";
    Served { length: size + 512, start: b"boot".to_vec(), end, headers, ranges: Ranges::Given }
}

#[tokio::test]
async fn of_a_disk_only_its_beginning_and_its_end_are_asked_for() {
    let host = Host::with(&[("/disks/a.vhd", disk(30 * GB))]);
    let address = host.url("/disks/a.vhd?sv=1&sig=hush");
    let Parts { length, blob, start, end } =
        fetch().parts(&address, Wanted { start: 1 << 20, end: 512 }).await.unwrap();
    assert_eq!((length, blob.as_deref()), (30 * GB + 512, Some("PageBlob")));
    assert_eq!((start.len(), &start[..5], end.len(), &end[..8]), (1 << 20, &b"boot\0"[..], 512, &b"conectix"[..]));
    assert_eq!(
        host.asked(),
        [
            "HEAD /disks/a.vhd?sv=1&sig=hush",
            "GET /disks/a.vhd?sv=1&sig=hush bytes=0-1048575",
            "GET /disks/a.vhd?sv=1&sig=hush bytes=32212254720-32212255231",
        ]
    );
    assert_eq!(host.sent(), (1 << 20) + 512);
}

#[tokio::test]
async fn a_file_that_is_shorter_than_what_is_wanted_is_taken_whole() {
    let host = Host::with(&[("/a", Served::whole(b"abc".to_vec())), ("/empty", Served::whole(Vec::new()))]);
    let wanted = Wanted { start: 10, end: 2 };
    let parts = fetch().parts(&host.url("/a"), wanted).await.unwrap();
    assert_eq!((parts.length, parts.start.as_slice(), parts.end.as_slice()), (3, &b"abc"[..], &b"bc"[..]));
    let parts = fetch().parts(&host.url("/empty"), wanted).await.unwrap();
    assert_eq!((parts.length, parts.start.len(), parts.end.len()), (0, 0, 0));
    assert_eq!(fetch().parts(&host.url("/gone"), wanted).await, Err(Error::Status(404)));
}

#[tokio::test]
async fn a_host_that_gives_something_else_than_the_part_is_not_listened_to() {
    for (ranges, expected) in [
        (Ranges::Ignored, Error::OnlyWhole),
        (Ranges::Shifted, Error::OnlyWhole),
        (Ranges::Short, Error::NoAnswer(String::new())),
    ] {
        let host = Host::with(&[("/a.vhd", Served { ranges, ..disk(30 * GB) })]);
        let found = fetch().parts(&host.url("/a.vhd"), Wanted { start: 1 << 20, end: 512 }).await.unwrap_err();
        match (&found, &expected) {
            (Error::NoAnswer(_), Error::NoAnswer(_)) => {}
            _ => assert_eq!(found, expected, "{ranges:?}"),
        }
        // What is sent beyond that waits in the buffers of the connection, and nobody reads it.
        assert!(host.sent() < 16 << 20, "{ranges:?}: {} bytes", host.sent());
    }
}

/// The address of the disk, as a variable holds it.
#[derive(Debug)]
struct OneSecret(String);

impl SecretSource for OneSecret {
    fn value(&self, reference: &SecretReference) -> Option<SecretText> {
        (reference.location == SecretLocation::Env("DISK".to_owned())).then(|| SecretText::new(self.0.as_str()))
    }
}

/// What `validate --online` finds in a file, as `line: finding`, and what was seen.
async fn judged(manifest: &str, disk: &str) -> (Vec<String>, Files) {
    let tree = MemoryTree::default().with("a.yaml", manifest);
    let loaded = desired::load(&tree, &["a.yaml".to_owned()], &NoVariables);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let (offer, secret) = (&loaded.desired[0], OneSecret(disk.to_owned()));
    let circumstances = Circumstances { now: "2026-11-21T12:00:00Z".parse().unwrap(), secrets: &secret };
    let wanted: BTreeSet<_> = rules::wanted(&offer.document.working_copy(), circumstances).into_iter().collect();
    let files = reconcile::files(Arc::new(fetch()), wanted).await;
    let found = rules::judge(offer, circumstances, Some(&files));
    let of_files = found
        .iter()
        .filter(|finding| rules::Rule::of(finding.code).is_some_and(|rule| rule.basis == rules::Basis::File));
    let line = |finding: &offerform::diagnostic::Diagnostic| {
        let (line, _) = loaded.sources.line_column(finding.primary.as_ref().unwrap().span);
        format!("{line}: {} {}", finding.code, finding.message)
    };
    (of_files.map(line).collect(), files)
}

fn machine(disk: &str) -> String {
    format!(
        "publisherId: contoso\nid: firewall\nofferTypeId: microsoft-azure-virtualmachines\ndefinition:\n  plans:\n    \
         - planId: standard\n      microsoft-azure-virtualmachines:\n        operatingSystemFamily: Windows\n        \
         vmImages:\n          1.0.0:\n            osVhdUrl: {disk}\n"
    )
}

#[tokio::test]
async fn a_disk_is_judged_by_its_parts_and_its_signature_is_shown_nowhere() {
    let mut dynamic = disk(20 * GB);
    dynamic.end[63] = 3;
    let host = Host::with(&[
        ("/disks/good.vhd", disk(30 * GB)),
        ("/disks/small.vhd", disk(20 * GB)),
        ("/disks/dynamic.vhd", dynamic),
        ("/disks/whole.vhd", Served { ranges: Ranges::Ignored, ..disk(30 * GB) }),
    ]);
    let secret = machine("{ $secret: { env: DISK } }");
    let size = "11: os-disk-size the disk has 21474836480 bytes, and 30 to 250 GB are expected for Windows";
    for (name, expected) in [
        ("good", &[][..]),
        ("small", &[size]),
        ("dynamic", &["11: vhd-format the disk is a dynamic VHD, not a fixed one", size]),
        ("whole", &[]),
        ("gone", &["11: asset-url-fetchable the file cannot be downloaded: the answer was 404"]),
    ] {
        let address = host.url(&format!("/disks/{name}.vhd?sv=1&se=2027-01-01T00:00:00Z&sig=hush"));
        for manifest in [&secret, &machine(&format!("'{address}'"))] {
            let (found, files) = judged(manifest, &address).await;
            let mut sorted = found.clone();
            sorted.sort();
            let mut expected = expected.to_vec();
            expected.sort_unstable();
            assert_eq!(sorted, expected, "{name}");
            assert_eq!(files.values().any(|seen| *seen == Ok(CheckedContent::NotFetched(None))), name == "whole");
            let shown = format!("{found:?} {files:?}");
            assert!(!shown.contains("hush") && !shown.contains("sig="), "{shown}");
        }
    }
    assert!(host.sent() < 616 << 20, "{} bytes", host.sent());
}

/// An archive of empty files, by hand: each without compression. Source: PKWARE, APPNOTE.TXT, 4.3.
fn archive(names: &[&str]) -> Vec<u8> {
    let (mut files, mut directory) = (Vec::new(), Vec::new());
    for name in names {
        let at = u32::try_from(files.len()).unwrap();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        files.extend(
            [b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\0".as_slice(), &[0; 12], &length, &[0; 2], name.as_bytes()].concat(),
        );
        let head = b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\x21\0".as_slice();
        directory.extend([head, &[0; 12], &length, &[0; 12], &at.to_le_bytes(), name.as_bytes()].concat());
    }
    let (count, size) = (u16::try_from(names.len()).unwrap().to_le_bytes(), u32::try_from(directory.len()).unwrap());
    let at = u32::try_from(files.len()).unwrap();
    let end = [b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &size.to_le_bytes(), &at.to_le_bytes(), &[0; 2]];
    [files, directory, end.concat()].concat()
}

#[tokio::test]
async fn a_package_is_looked_into_and_one_that_is_too_large_is_only_measured() {
    let both = archive(&["mainTemplate.json", "createUiDefinition.json"]);
    let large = |length| Served { length, ..Served::whole(b"PK\x03\x04".to_vec()) };
    let host = Host::with(&[
        ("/good.zip", Served::whole(both)),
        ("/folder.zip", Served::whole(archive(&["app/mainTemplate.json", "createUiDefinition.json"]))),
        ("/no.zip", Served::whole(b"Rar!".to_vec())),
        ("/large.zip", large(32_000_001)),
        ("/huge.zip", large(GB + 1)),
    ]);
    let empty = ["app-package-json", "app-package-json", "app-usage-attribution"];
    for (name, expected, before) in [
        ("good", &empty[..], 10_000),
        ("folder", &["app-package-json", "app-package-zip-root"], 10_000),
        ("no", &["app-package-zip-root"], 10_000),
        ("large", &[], 16 << 20),
        ("huge", &["app-package-size"], 16 << 20),
        ("gone", &["asset-url-fetchable"], 0),
    ] {
        let address = host.url(&format!("/{name}.zip"));
        let manifest = format!(
            "publisherId: contoso\nid: backup\nofferTypeId: microsoft-azure-applications\ndefinition:\n  plans:\n    \
             - planId: managed\n      microsoft-azure-applications:\n        package: {{ 1.0.0: {{ packageVersion: {{ \
             packageFile: '{address}' }} }} }}\n"
        );
        let sent = host.sent();
        let (found, _) = judged(&manifest, "").await;
        let mut codes: Vec<&str> = found.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
        codes.sort_unstable();
        assert_eq!(codes, expected, "{name}: {found:?}");
        assert!(found.iter().all(|line| line.starts_with("8: ")), "{found:?}");
        assert!(host.sent() - sent <= before, "{name}: {} bytes", host.sent() - sent);
    }
}
