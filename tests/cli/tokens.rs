//! Known shapes of tokens: refused in files, and shown as redacted wherever the service returns them.

use crate::sealed::Sealed;

/// Made up, in the shapes that tokens have.
const TOKENS: [&str; 8] = [
    "ghp_LeakMark456789abcdefABCDEF0123456789abcd",
    "gho_LeakMark456789abcdefABCDEF0123456789abcd",
    "ghs_LeakMark456789abcdefABCDEF0123456789abcd",
    "github_pat_11LeakMark0abcdefghij_0123456789",
    "eyJLeakMarkAiOiJK.eyJhdWQiOiJ4.abc-_1",
    "Lea8Q~kMark56789abcdefghij.KLMNOPQRST-_123",
    "AccountKey=LeakMark==",
    "https://user:LeakMark@host.example/",
];

fn assert_unseen(what: &str, text: &str) {
    for piece in ["LeakMark", "kMark56789"] {
        assert!(!text.contains(piece), "{what} shows a token:\n{text}");
    }
}

#[test]
fn a_token_in_a_file_is_refused_wherever_it_comes_from() {
    let sealed = Sealed::with_small_offer();
    for token in TOKENS {
        for title in [format!("title: \"see {token}\""), "title: { $env: GREETING }".to_owned()] {
            sealed.edit("offers/small.yaml", "title: Small", &title);
            for command in ["validate", "validate --format json", "--sandbox plan", "--sandbox apply --auto-approve"] {
                let ran = sealed.run_with(&[("GREETING", token)], command);
                let said = format!("{}{}", ran.stdout, ran.stderr);
                assert_eq!(ran.exit, 1, "{token}: {command}\n{said}");
                assert!(said.contains("secret-in-clear-text"), "{token}: {command}\n{said}");
                assert_unseen(command, &said);
            }
            sealed.edit("offers/small.yaml", &title, "title: Small");
        }
    }
}

#[test]
fn a_token_that_the_portal_has_is_shown_nowhere_and_its_place_is() {
    let sealed = Sealed::with_examples();
    let offer = "/definition/offer/";
    let mut edits: Vec<(String, String)> = vec![
        (format!("{offer}microsoft-azure-marketplace.title"), format!("a {} b", TOKENS[0])),
        (format!("{offer}microsoft-azure-marketplace.description"), format!("<p>a</p><p>{}</p>", TOKENS[1])),
        (format!("{offer}{}", TOKENS[2]), "x".to_owned()),
        (format!("{offer}microsoft-azure-marketplace.smallLogo"), format!("https://x.example/{}.png", TOKENS[3])),
        ("/definition/plans/-".to_owned(), format!(r#"{{"planId": "{}", "regions": ["US"]}}"#, TOKENS[4])),
        ("/definition/plans/0/regions/-".to_owned(), TOKENS[5].to_owned()),
    ];
    for (number, token) in TOKENS.iter().enumerate() {
        edits.push((format!("{offer}contoso.key{number}"), (*token).to_owned()));
    }
    for (at, value) in edits {
        let mut command = sealed.command("sandbox edit contoso/firewall");
        command.args([at, value]);
        assert_eq!(sealed.finish(command).exit, 0);
    }
    for line in [
        "plan --show-unmanaged --drift revert",
        "plan --show-unmanaged --drift revert --format json",
        "plan --show-unmanaged --drift revert --format markdown --html plan.html --out plan.json",
        "plan --offer firewall --drift refuse",
        "drift",
        "drift --format json --markdown drift.md --html drift.html",
        "diff contoso/firewall",
        "diff contoso/firewall --from draft --to production --format json",
        "adopt --dry-run",
        "status",
        "import contoso/firewall --dir imported",
        "-vvv apply --offer firewall --drift revert --auto-approve --report report.json --markdown run.md",
    ] {
        let ran = sealed.run(&format!("--sandbox {line}"));
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert_unseen(line, &said);
        if line.starts_with("plan --show") {
            assert!(said.contains("(redacted: looks like a GitHub token)"), "{line}: what is missing is seen\n{said}");
        }
    }
    for file in ["plan.html", "plan.json", "drift.md", "drift.html", "report.json", "run.md"] {
        if sealed.path(file).exists() {
            assert_unseen(file, &sealed.read(file));
        }
    }
    assert!(sealed.read("plan.html").contains("(redacted: looks like a GitHub token)"));
}
