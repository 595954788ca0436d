//! `offerform image`.

use std::process::Command;

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
fn a_deprecated_version_is_hidden_and_stays() {
    let sealed = committed();
    assert_eq!(run(&sealed, "--sandbox apply --auto-approve").exit, 0);
    whole!("image-deprecate", run(&sealed, "image deprecate linux-images 2026.9.15"));
    let text = sealed.read("offers/linux-images.yaml");
    assert_eq!(text.matches("showInGui: false").count(), 2);
    whole!("image-deprecate-plan", run(&sealed, "--sandbox plan --offer contoso/linux-images"));
}
