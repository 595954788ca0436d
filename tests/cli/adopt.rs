//! `offerform adopt`.

use std::process::Command;

use crate::sealed::{Sealed, whole};

fn git(sealed: &Sealed, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Test", "-c", "user.email=test@contoso.example", "-c", "commit.gpgsign=false"]);
    let output =
        command.args(arguments).current_dir(sealed.root()).env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The examples, committed and applied.
fn applied() -> Sealed {
    let sealed = Sealed::with_examples();
    std::fs::remove_dir(sealed.path(".git")).unwrap();
    git(&sealed, &["init", "-q", "-b", "main"]);
    git(&sealed, &["add", "offers"]);
    git(&sealed, &["commit", "-q", "-m", "Add the offers"]);
    assert_eq!(run(&sealed, "--sandbox apply --auto-approve").exit, 0);
    sealed
}

#[expect(clippy::disallowed_methods, reason = "the program finds git by the PATH of the tests")]
fn run(sealed: &Sealed, line: &str) -> crate::sealed::Ran {
    let path = std::env::var("PATH").unwrap();
    sealed.run_with(&[("PATH", path.as_str()), ("GIT_CONFIG_GLOBAL", "/dev/null")], line)
}

fn edit(sealed: &Sealed, offer: &str, place: &str, value: &str) {
    let mut command = sealed.command("sandbox edit");
    command.args([offer, place, value]);
    assert_eq!(sealed.finish(command).exit, 0);
}

#[test]
fn what_was_edited_in_the_portal_goes_into_the_files_and_nothing_is_left_to_plan() {
    let sealed = applied();
    let before = sealed.read("offers/firewall.yaml");
    edit(&sealed, "contoso/firewall", "/definition/offer/microsoft-azure-marketplace.summary", "Edited: by hand");
    edit(&sealed, "contoso/firewall", "/definition/plans/0/regions/-", "FI");
    edit(&sealed, "contoso/firewall", "/definition/offer/microsoft-azure-marketplace.description", "<p>New</p>");
    whole!("adopt-dry-run", run(&sealed, "--sandbox adopt --dry-run"));
    assert_eq!(sealed.read("offers/firewall.yaml"), before);
    whole!("adopt", run(&sealed, "--sandbox adopt"));
    let after = sealed.read("offers/firewall.yaml");
    let changed = before.lines().zip(after.lines()).filter(|(before, after)| before != after).count();
    assert_eq!((changed, before.lines().count()), (2, after.lines().count()), "{after}");
    assert_eq!(sealed.read("offers/firewall/description.html"), "<p>New</p>\n");
    let plan = run(&sealed, "--sandbox plan --detailed-exitcode");
    assert_eq!(plan.exit, 0, "{}", plan.stdout);
    whole!("adopt-nothing", run(&sealed, "--sandbox adopt"));
}

#[test]
fn own_changes_stay_and_conflicts_are_refused() {
    let sealed = applied();
    let summary = "/definition/offer/microsoft-azure-marketplace.summary";
    sealed.edit("offers/firewall.yaml", "displayText: Contoso Firewall", "displayText: Mine");
    edit(&sealed, "contoso/firewall", summary, "Theirs");
    assert_eq!(run(&sealed, "--sandbox adopt").exit, 0);
    let text = sealed.read("offers/firewall.yaml");
    assert!(text.contains("displayText: Mine") && text.contains("summary: Theirs"), "{text}");
    sealed.edit("offers/firewall.yaml", "title: Contoso Firewall", "title: Mine");
    edit(&sealed, "contoso/firewall", "/definition/offer/microsoft-azure-marketplace.title", "Theirs");
    edit(&sealed, "contoso/firewall", summary, "Theirs again");
    edit(&sealed, "contoso/firewall", "/definition/plans/0/regions/-", "FI");
    whole!("adopt-conflict", run(&sealed, "--sandbox adopt"));
    let text = sealed.read("offers/firewall.yaml");
    assert!(
        text.contains("title: Mine") && text.contains("summary: Theirs again\n") && text.contains("JP, FI]"),
        "{text}"
    );
    // Nothing but conflicts is left: nothing is written.
    assert_eq!(run(&sealed, "--sandbox adopt").exit, 3);
    assert_eq!(sealed.read("offers/firewall.yaml"), text);
    assert_eq!(run(&sealed, "--sandbox adopt --overwrite-conflicts").exit, 0);
    let text = sealed.read("offers/firewall.yaml");
    assert!(text.contains("title: Theirs\n") && text.contains("displayText: Mine"), "{text}");
}

#[cfg(unix)]
#[test]
fn links_are_not_written_through_and_rights_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let sealed = applied();
    let summary = "/definition/offer/microsoft-azure-marketplace.summary";
    edit(&sealed, "contoso/firewall", summary, "Theirs");
    let file = sealed.path("offers/firewall.yaml");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(run(&sealed, "--sandbox adopt").exit, 0);
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    edit(&sealed, "contoso/firewall", "/definition/offer/microsoft-azure-marketplace.description", "<p>Theirs</p>");
    let text = sealed.path("offers/firewall/description.html");
    std::fs::rename(&text, sealed.path("elsewhere.html")).unwrap();
    std::os::unix::fs::symlink("../../elsewhere.html", &text).unwrap();
    let before = (sealed.read("offers/firewall.yaml"), sealed.read("elsewhere.html"));
    let ran = run(&sealed, "--sandbox adopt");
    assert_eq!(ran.exit, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("is a symbolic link"), "{}", ran.stderr);
    assert_eq!((sealed.read("offers/firewall.yaml"), sealed.read("elsewhere.html")), before);
}

#[test]
fn what_several_offers_share_is_told_and_left() {
    let sealed = applied();
    edit(&sealed, "contoso/firewall", "/definition/offer/microsoft-azure-marketplace.supportContactEmail", "Theirs");
    edit(&sealed, "contoso/firewall", "/definition/displayText", "Theirs");
    whole!("adopt-shared", run(&sealed, "--sandbox adopt offers/firewall.yaml"));
    assert!(sealed.read("offers/parts/contacts.yaml").contains("supportContactEmail: support@contoso.example"));
    let ran = run(&sealed, "--sandbox adopt --path /definition/offer/microsoft-azure-marketplace/title");
    assert_eq!((ran.exit, ran.last_line()), (0, "Adopt: 0 changes written to 0 files, 0 left, 0 in conflict."));
}

#[test]
fn a_place_that_leads_nowhere_is_an_error_and_one_where_nothing_differs_is_none() {
    let sealed = applied();
    let run = |place: &str| run(&sealed, &format!("--sandbox adopt --offer firewall --path {place}"));
    for (place, hint) in [
        ("/definition/plan/standard", "did you mean `/definition/plans/standard`?"),
        ("/definition/plans/standart", "did you mean `/definition/plans/standard`?"),
        ("/definition/quite/another", "`offerform drift` lists the places that differ"),
    ] {
        let ran = run(place);
        assert_eq!((ran.exit, ran.stdout.as_str()), (1, ""), "{place}");
        let said = format!("--path `{place}`: nothing is declared there, and nothing differs");
        assert!(ran.stderr.contains(&said) && ran.stderr.contains(hint), "{}", ran.stderr);
    }
    for place in ["/definition", "/definition/plans/0", "/definition/offer/microsoft-azure-marketplace"] {
        assert_eq!(run(place).exit, 0, "{place}");
    }
    // Below a namespace is everything of it.
    edit(&sealed, "contoso/firewall", "/definition/offer/microsoft-azure-marketplace.summary", "Theirs");
    let ran = run("/definition/offer/microsoft-azure-marketplace");
    assert_eq!(ran.last_line(), "Adopt: 1 change written to 1 file, 0 left, 0 in conflict.", "{}", ran.stderr);
}

#[test]
fn outside_of_git_every_difference_is_an_edit() {
    let sealed = Sealed::with_examples();
    let ran = sealed.run("--sandbox adopt --offer firewall");
    assert_eq!(ran.exit, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(sealed.read("offers/firewall.yaml").contains("now 20% off"));
    let plan = sealed.run("--sandbox plan --offer firewall --detailed-exitcode");
    assert_eq!(plan.exit, 0, "{}", plan.stdout);
}
