//! `offerform image`.

use std::process::Command;

use crate::sandbox::Serving;
use crate::sealed::{Ran, Sealed, whole};

fn git(sealed: &Sealed, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Test", "-c", "user.email=test@contoso.example", "-c", "commit.gpgsign=false"]);
    let output =
        command.args(arguments).current_dir(sealed.root()).env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The examples, committed.
fn committed() -> Sealed {
    let sealed = Sealed::with_examples();
    std::fs::remove_dir(sealed.path(".git")).unwrap();
    git(&sealed, &["init", "-q", "-b", "main"]);
    git(&sealed, &["add", "offers"]);
    git(&sealed, &["commit", "-q", "-m", "Add the offers"]);
    sealed
}

#[expect(clippy::disallowed_methods, reason = "the program finds git by the PATH of the tests")]
fn run(sealed: &Sealed, line: &str) -> Ran {
    let path = std::env::var("PATH").unwrap();
    sealed.run_with(&[("PATH", path.as_str()), ("GIT_CONFIG_GLOBAL", "/dev/null")], line)
}

#[test]
fn a_new_version_is_added_to_the_file_and_is_what_the_plan_shows() {
    let sealed = committed();
    assert_eq!(run(&sealed, "--sandbox apply --auto-approve").exit, 0);
    let add = "image add contoso/firewall 1.11.0 --sku standard --vhd-env FIREWALL_VHD_1_11_0";
    whole!("image-add-dry-run", run(&sealed, &format!("{add} --dry-run")));
    assert_eq!(git(&sealed, &["status", "--porcelain", "offers"]), "");
    whole!("image-add", run(&sealed, add));
    assert_eq!(git(&sealed, &["diff", "--numstat"]), "1\t0\toffers/firewall.yaml\n");
    whole!("image-add-plan", run(&sealed, "--sandbox plan --offer contoso/firewall"));
    whole!("image-add-again", run(&sealed, add));
}

#[test]
fn disk_generations_get_the_version_with_their_own_disks_in_one_commit() {
    let sealed = committed();
    sealed.edit("offers/firewall.yaml", "displayText: Contoso Firewall", "displayText: Mine");
    git(&sealed, &["add", "offers/firewall.yaml"]);
    let add = "image add linux-images 2026.11.28 --sku contoso-linux-12 --vhd-env GEN1 --generation \
               contoso-linux-12-gen2=GEN2 --generation contoso-linux-12-arm64=ARM64 --commit";
    let ran = run(&sealed, add);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    assert_eq!(
        git(&sealed, &["show", "--format=%s", "--numstat"]),
        "Add image 2026.11.28 to contoso/linux-images (contoso-linux-12, contoso-linux-12-gen2, contoso-linux-12-arm64)\n\n\
         24\t0\toffers/linux-images.yaml\n"
    );
    // What was staged before is neither committed nor lost.
    assert_eq!(git(&sealed, &["diff", "--cached", "--numstat"]), "1\t1\toffers/firewall.yaml\n");
    // A file with other edits is not committed.
    let ran = run(&sealed, "image add firewall 1.11.0 --sku standard --vhd-env VHD --commit");
    assert_eq!(ran.exit, 3, "{}", ran.stderr);
    assert!(!sealed.read("offers/firewall.yaml").contains("1.11.0"));
}

#[test]
fn bad_input_is_refused_with_what_to_do_and_writes_nothing() {
    let sealed = committed();
    for (name, line) in [
        ("sku", "image add contoso/firewall 1.11.0 --sku standart --vhd-env VHD"),
        ("version", "image add contoso/firewall 1.11 --sku standard --vhd-env VHD"),
        ("older", "image add contoso/firewall 1.9.5 --sku standard --vhd-env VHD"),
        ("type", "image add contoso/data-stream 1.0.0 --sku live --vhd-env VHD"),
        ("gallery", "image add contoso/firewall 1.11.0 --sku standard --gallery /subscriptions/x"),
        ("address", "image add contoso/firewall 1.11.0 --sku standard --vhd-env https://x.example/a.vhd"),
        ("credential", "image add contoso/firewall 1.11.0 --sku standard --vhd-env AZURE_CLIENT_SECRET"),
        ("offer", "image add contoso/firewal 1.11.0 --sku standard --vhd-env VHD"),
    ] {
        let ran = run(&sealed, line);
        assert_ne!(ran.exit, 0, "{line}");
        whole!(format!("image-refused-{name}"), ran);
    }
    assert_eq!(git(&sealed, &["status", "--porcelain", "offers"]), "");
}

#[test]
fn versions_are_listed_by_where_they_stand_and_without_a_service_by_file() {
    let sealed = committed();
    whole!("image-list", run(&sealed, "--sandbox image list"));
    let offline = run(&sealed, "image list firewall");
    whole!("image-list-offline", offline);
}

#[test]
fn what_customers_have_is_not_taken_out_without_an_allowance() {
    let sealed = committed();
    assert_eq!(run(&sealed, "--sandbox apply --auto-approve").exit, 0);
    let before = sealed.read("offers/firewall.yaml");
    whole!("image-prune-refused", run(&sealed, "--sandbox image prune firewall --keep 1"));
    assert_eq!(sealed.read("offers/firewall.yaml"), before);
    let allow =
        "  allow:\n    - { code: image-removal, target: contoso/firewall/byol/1.9.2, reason: nobody uses it }\n";
    sealed.write("offers/firewall.yaml", &format!("{before}{allow}"));
    let ran = run(&sealed, "--sandbox image prune firewall --keep 1");
    assert_eq!(ran.exit, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(sealed.read("offers/firewall.yaml").matches("1.9.2: {").count(), 1);
}

#[test]
fn no_version_goes_for_one_that_was_never_applied() {
    let sealed = committed();
    assert_eq!(run(&sealed, "--sandbox apply --auto-approve --offer contoso/firewall").exit, 0);
    assert_eq!(run(&sealed, "--sandbox sandbox edit contoso/firewall /definition/displayText Edited").exit, 0);
    assert_eq!(run(&sealed, "--sandbox adopt --offer contoso/firewall").exit, 0);
    git(&sealed, &["commit", "--all", "--quiet", "--message", "adopt"]);
    assert_eq!(run(&sealed, "image add firewall 1.11.0 --sku standard --vhd-env VHD --commit").exit, 0);
    let before = sealed.read("offers/firewall.yaml");
    let ran = run(&sealed, "--sandbox image prune firewall --keep 1");
    assert!(ran.stdout.contains("last-image-removal:contoso/firewall/standard"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(sealed.read("offers/firewall.yaml"), before);
}

#[test]
fn a_deprecated_version_is_hidden_and_stays() {
    let sealed = committed();
    assert_eq!(run(&sealed, "--sandbox apply --auto-approve").exit, 0);
    whole!("image-deprecate", run(&sealed, "image deprecate linux-images 2026.9.15"));
    let text = sealed.read("offers/linux-images.yaml");
    assert_eq!(text.matches("showInGui: false").count(), 2);
    whole!("image-deprecate-plan", run(&sealed, "--sandbox plan --offer contoso/linux-images"));
}

/// Sixteen bytes, for tests.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODw==";

const BLOB: &str = "https://contosoimages.blob.core.windows.net/vhds/backup-1.11.0.vhd";

/// The draft as the service has it.
fn stored(endpoint: &str) -> String {
    let host = endpoint.strip_prefix("http://").unwrap().trim_end_matches('/');
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let path = "/api/publishers/contoso/offers/firewall?api-version=2017-10-31";
    let head = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer x\r\nConnection: close\r\n\r\n");
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    answer
}

#[test]
fn a_disk_is_signed_when_the_offer_is_sent_and_nothing_of_it_is_written_anywhere() {
    let (served, sealed) = (Sealed::empty(), committed());
    for other in ["backup-app", "data-stream", "image-scanner", "linux-images", "policy-console"] {
        std::fs::remove_file(sealed.path(&format!("offers/{other}.yaml"))).unwrap();
    }
    let without = run(&sealed, &format!("image add firewall 1.11.0 --sku byol --blob {BLOB}"));
    assert_eq!(without.exit, 3, "{}", without.stderr);
    whole!("image-add-blob-without-key", without);
    let add = run(&sealed, &format!("image add firewall 1.11.0 --sku byol --blob {BLOB} --key-env IMAGES_KEY"));
    assert_eq!(add.exit, 0, "{}", add.stderr);
    let text = sealed.read("offers/firewall.yaml");
    let written = "            osVhdUrl:\n              $sas:\n                account: contosoimages\n                container: vhds\n\
                   \x20               blob: backup-1.11.0.vhd\n                key: { env: IMAGES_KEY }\n";
    assert!(text.contains(written), "{text}");

    let serving = Serving::start(&served);
    let variables = [
        ("OFFERFORM_TOKEN", "anything"),
        ("OFFERFORM_ENDPOINT", serving.endpoint.as_str()),
        ("MARKETO_CLIENT_SECRET", "marketo-secret"),
    ];
    sealed.edit("offers/firewall.yaml", "          1.10.0: {", "          # 1.10.0: {");
    let unset = sealed.run_with(&variables, "apply --auto-approve --no-fetch");
    assert!(unset.exit != 0 && unset.stderr.contains("IMAGES_KEY"), "{}", unset.whole());
    let with_key = [variables.as_slice(), &[("IMAGES_KEY", KEY)]].concat();
    let plan = sealed.run_with(&with_key, "plan --no-fetch --out plan.json --html plan.html --markdown plan.md");
    let applied = sealed.run_with(&with_key, "apply --auto-approve --no-fetch --report report.json -vv");
    assert_eq!(applied.exit, 0, "{}", applied.whole());
    let sent = stored(&serving.endpoint);
    let address = "backup-1.11.0.vhd?sv=2020-12-06&st=";
    assert!(sent.contains(address) && sent.contains("&sr=c&sp=rl&spr=https&sig="), "{sent}");
    let signature = sent.split("spr=https&sig=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let said = format!("{}{}", plan.whole(), applied.whole());
    let files = ["plan.json", "plan.html", "plan.md", "report.json", ".offerform/record.json", "offers/firewall.yaml"];
    for (name, text) in files.iter().map(|name| (*name, sealed.read(name))).chain([("output", said)]) {
        assert!(!text.contains(&signature) && !text.contains(KEY), "{name} holds a secret");
    }
    // It is compared by account, container and blob: no key is needed, and another one is no change.
    let again = sealed.run_with(&variables, "plan --no-fetch --detailed-exitcode");
    assert_eq!(again.exit, 0, "{}", again.whole());
    sealed.edit("offers/firewall.yaml", "backup-1.11.0.vhd", "backup-1.11.1.vhd");
    assert_ne!(sealed.run_with(&variables, "plan --no-fetch --detailed-exitcode").exit, 0);
}

#[test]
fn a_disk_that_cannot_be_signed_is_a_finding_with_its_place() {
    let sealed = committed();
    let old = "1.10.0: { osVhdUrl: { $secret: { env: FIREWALL_VHD_1_10_0 } }";
    let sas = |members: &str| format!("1.10.0: {{ osVhdUrl: {{ $sas: {{ {members} }} }}");
    let whole = "account: images1, container: vhds, blob: a.vhd";
    let text = sealed.read("offers/firewall.yaml");
    for (name, members) in [
        ("no-key", whole.to_owned()),
        ("short", format!("{whole}, key: {{ env: K }}, valid: 7d")),
        ("typo", format!("{whole}, kay: {{ env: K }}")),
        ("clear-text", format!("{whole}, key: AAECAwQFBgcICQoLDA0ODw==")),
        ("blob", "account: images1, container: vhds, blob: a.img, key: { env: K }".to_owned()),
    ] {
        sealed.write("offers/firewall.yaml", &text.replace(old, &sas(&members)));
        let ran = run(&sealed, "validate offers/firewall.yaml");
        assert_eq!(ran.exit, 1, "{}", ran.whole());
        whole!(format!("sas-{name}"), ran);
    }
    sealed.write("offers/firewall.yaml", &text.replace(old, &sas(&format!("{whole}, key: {{ env: K }}, valid: 60d"))));
    assert_eq!(run(&sealed, "validate offers/firewall.yaml").exit, 0);
    let title = "skuTitle: Standard";
    sealed.edit("offers/firewall.yaml", title, &format!("skuTitle: {{ $sas: {{ {whole}, key: {{ env: K }} }} }}"));
    let elsewhere = run(&sealed, "validate offers/firewall.yaml");
    assert!(elsewhere.exit == 1 && elsewhere.whole().contains("secret-in-public-field"), "{}", elsewhere.whole());
}

#[test]
fn doctor_says_whether_disks_can_be_signed() {
    let sealed = committed();
    run(&sealed, &format!("image add firewall 1.11.0 --sku byol --blob {BLOB} --connection-string-env IMAGES"));
    let doctor = |value: Option<&str>| {
        let variables: Vec<(&str, &str)> = value.map(|value| ("IMAGES", value)).into_iter().collect();
        let stdout = sealed.run_with(&variables, "--sandbox doctor").stdout;
        stdout.lines().find(|line| line.contains("signatures")).unwrap_or_default().to_owned()
    };
    assert!(doctor(None).starts_with("warning"), "{}", doctor(None));
    assert!(doctor(Some(&format!("AccountName=contosoimages;AccountKey={KEY}"))).starts_with("ok"));
    for bad in ["AccountName=contosoimages", "AccountName=other;AccountKey=AAAA", "AccountKey=no base64"] {
        assert!(doctor(Some(bad)).starts_with("failed"), "{bad}: {}", doctor(Some(bad)));
    }
}

#[test]
fn an_offer_is_shown_on_one_screen() {
    let sealed = committed();
    let ran = sealed.run("--sandbox show contoso/firewall");
    assert!(ran.stdout.lines().count() <= 40, "{}", ran.stdout);
    whole!("show", ran);
    whole!(
        "show-production-80",
        sealed.run_with(&[("COLUMNS", "80")], "--sandbox show contoso/linux-images --slot production")
    );
    assert_eq!(sealed.run("--sandbox show contoso/backup-app").exit, 1, "the portal does not have it");
}

/// A file that cannot be read is no offer without images: what it would say is not left out in silence.
#[test]
fn a_listing_does_not_pass_over_files_with_errors() {
    let sealed = Sealed::empty();
    sealed.write("offers/firewall.yaml", "publisherId: contoso\nid: [\n");
    let ran = sealed.run("--sandbox image list contoso/firewall");
    assert!(ran.exit == 1 && ran.stderr.contains("offers/firewall.yaml"), "{}", ran.whole());
}

/// What stands on a command line by mistake is in the log of a pipeline, and in files for ever.
#[test]
fn a_secret_on_the_command_line_is_neither_repeated_nor_written() {
    let sealed = committed();
    let before = sealed.read("offers/linux-images.yaml");
    let hidden = "q7Xw2LmPz9VbNc4RtYh8KjD1sGfA6uE3";
    let (signed, string) = (
        format!("https://contosoimages.blob.core.windows.net/vhds/a.vhd?sv=2020-12-06&sr=c&sp=rl&sig={hidden}%3D"),
        format!("AccountName=contosoimages;AccountKey={hidden}{hidden}{hidden}=="),
    );
    let key = format!("{hidden}{hidden}==");
    let add = "image add contoso/linux-images 2026.11.28 --sku contoso-linux-12";
    let plain = "https://contosoimages.blob.core.windows.net/vhds/a.vhd";
    for line in [
        format!("{add} --vhd-env {signed}"),
        format!("{add} --vhd-env {key}"),
        format!("{add} --blob {plain} --key-env {key}"),
        format!("{add} --blob {plain} --connection-string-env {string}"),
        format!("{add} --blob {signed} --key-env K"),
        format!("{add} --blob https://user:{hidden}@contosoimages.blob.core.windows.net/vhds/a.vhd --key-env K"),
        format!("{add} --vhd-env V --data-disk 0={signed}"),
        format!("{add} --vhd-env V --data-disk 0={key}"),
        format!("{add} --vhd-env V --data-disk {key}=0"),
        format!("{add} --vhd-env V --generation contoso-linux-12-gen2={key}"),
        format!("{add} --vhd-env V --from {signed}"),
        format!("{add} --vhd-env V --label {signed}"),
        format!("{add} --vhd-env V --description {string}"),
        format!("{add} --vhd-env V --media-name {signed} --commit"),
        format!("{add} --vhd-env V --vhd-envv {signed}"),
        format!("{add} --gallery {signed}"),
        format!("{add} --vhd-env V {signed}"),
        format!("image deprecate contoso/linux-images {signed}"),
        format!("image add {signed} 1.0.0 --sku a --vhd-env V"),
    ] {
        let ran = run(&sealed, &line);
        assert_ne!(ran.exit, 0, "{line}");
        assert!(!ran.whole().contains(hidden), "{line}: {}", ran.whole());
        assert_eq!(sealed.read("offers/linux-images.yaml"), before, "{line}");
    }
}

#[test]
fn an_address_is_signed_as_it_was_given_or_not_at_all() {
    let sealed = committed();
    for address in [
        "https://contosoimages.blob.core.windows.net:8443/vhds/a.vhd",
        "https://contosoimages.blob.core.windows.net/vhds/../keys/a.vhd",
        "https://contosoimages.blob.core.windows.net/vhds/%2e%2e/keys/a.vhd",
        "https://contosoimages.blob.core.windows.net.evil.example/vhds/a.vhd",
        "http://contosoimages.blob.core.windows.net/vhds/a.vhd",
    ] {
        let ran = run(&sealed, &format!("image add firewall 1.11.0 --sku byol --blob {address} --key-env K"));
        assert_eq!(ran.exit, 3, "{address}: {}", ran.whole());
    }
    assert_eq!(git(&sealed, &["status", "--porcelain", "offers"]), "");
}

/// A file can ask for a long signature, and for an account in another cloud: a reviewer sees both, and the digest holds them.
#[test]
fn what_is_unusual_about_a_signature_is_in_the_plan_and_in_its_digest() {
    let sealed = committed();
    assert_eq!(run(&sealed, "--sandbox apply --auto-approve").exit, 0);
    run(&sealed, &format!("image add firewall 1.11.0 --sku byol --blob {BLOB} --key-env IMAGES_KEY"));
    let digest = |text: &str| text.split("sha256:").nth(1).map(|rest| rest[..64].to_owned()).unwrap();
    let planned = |shown: &str| {
        for format in ["human", "markdown", "json"] {
            let text = run(&sealed, &format!("--sandbox plan --offer firewall --format {format}")).stdout;
            let words: Vec<&str> = text.split_whitespace().collect();
            assert!(words.join(" ").contains(shown), "{format}: {text}");
        }
        digest(&run(&sealed, "--sandbox plan --offer firewall --format json").stdout)
    };
    let usual = planned("contosoimages/vhds/backup-1.11.0.vhd");
    sealed.edit(
        "offers/firewall.yaml",
        "key: { env: IMAGES_KEY }",
        "valid: 365d\n                key: { env: IMAGES_KEY }",
    );
    let long = planned("365 days");
    sealed.edit("offers/firewall.yaml", "valid: 365d", "suffix: core.chinacloudapi.cn");
    let elsewhere = planned("core.chinacloudapi.cn");
    assert!(usual != long && usual != elsewhere && long != elsewhere);
}

/// Two disks whose addresses come from secrets: which of them gets which is a matter of review, though no address is shown.
#[test]
fn which_secret_goes_where_is_shown_in_every_format() {
    let sealed = committed();
    let image =
        |name: &str| format!("          1.11.0: {{ osVhdUrl: {{ $secret: {{ env: {name} }} }}, lunVhdDetails: [] }}\n");
    let text = sealed.read("offers/firewall.yaml");
    let (standard, byol) = text.split_at(text.find("- planId: byol").unwrap());
    let with = |text: &str, at: &str, name: &str| text.replacen(at, &format!("{}{at}", image(name)), 1);
    let formats = |one: &str, two: &str| -> Vec<String> {
        let version = "          1.9.4: {";
        let text = format!("{}{}", with(standard, version, one), with(byol, version, two));
        sealed.write("offers/firewall.yaml", &text);
        let mut all: Vec<String> = ["human", "markdown", "json"]
            .into_iter()
            .map(|format| run(&sealed, &format!("--sandbox plan --offer firewall --format {format}")).stdout)
            .collect();
        run(&sealed, "--sandbox plan --offer firewall --html plan.html");
        all.push(sealed.read("plan.html"));
        let json = &all[2];
        let digest = json.split("sha256:").nth(1).unwrap()[..64].to_owned();
        // The digest stands in all of them, and would tell them apart by itself.
        all.iter().map(|text| text.replace(&digest, "").replace(&digest[..12], "")).collect()
    };
    let (one, other) = (formats("DISK_A", "DISK_B"), formats("DISK_B", "DISK_A"));
    for (number, (one, other)) in one.iter().zip(&other).enumerate() {
        assert!(one.contains("DISK_A") && one != other, "{number}: {one}");
    }
}

#[test]
fn a_text_becomes_one_value_whatever_it_holds() {
    let sealed = committed();
    assert_eq!(run(&sealed, "--sandbox apply --auto-approve").exit, 0);
    let before = sealed.read("offers/linux-images.yaml");
    for label in [
        "x: y # z",
        "a\nshowInGui: false\nb: c",
        "\u{1b}[31mred\u{202e}",
        "{$file: ../../x}",
        "*alias",
        "!!binary x",
        "null",
        "1.10",
        "it's \"q\" \\ ",
        "u\u{85}v\u{2028}w\u{feff}",
        "| \t>-",
        "<<",
    ] {
        let mut add = sealed.command("image add linux-images 2026.11.28 --sku contoso-linux-12 --vhd-env GEN1 --label");
        add.arg(label);
        assert_eq!(sealed.finish(add).exit, 0, "{label:?}");
        let plan = run(&sealed, "--sandbox plan --offer linux-images --format json");
        let plan: serde_json::Value = serde_json::from_str(&plan.stdout).unwrap();
        let changes = plan["offers"][0]["changes"].as_array().unwrap();
        let added: Vec<_> = changes.iter().filter(|change| change["op"] == "add").collect();
        assert_eq!(added.len(), 1, "{label:?}: {changes:?}");
        assert_eq!(added[0]["after"]["label"], label, "{label:?}");
        assert_eq!(added[0]["after"]["showInGui"], true, "{label:?}");
        sealed.write("offers/linux-images.yaml", &before);
    }
}
