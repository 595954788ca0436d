//! The help of every command, and what is made from it.

use crate::sealed::{Sealed, Table, whole};

/// The names of all commands and of the commands below them, such as `image add`; the first one is empty, for the program itself.
fn commands() -> Vec<String> {
    fn collect(command: &clap::Command, name: &str, found: &mut Vec<String>) {
        found.push(name.to_owned());
        for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
            collect(below, format!("{name} {}", below.get_name()).trim_start(), found);
        }
    }
    let mut found = Vec::new();
    collect(&offerform::cli::command(), "", &mut found);
    assert!(found.len() > 30, "{found:?}");
    found
}

#[test]
fn every_command_has_help_with_examples() {
    let sealed = Sealed::empty();
    let mut table = Table::default();
    // Every command repeats the global options; the snapshot has them once.
    let mut global = String::new();
    for name in commands() {
        let mut ran = sealed.run_with(&[("COLUMNS", "100")], &format!("{name} --help"));
        let group = commands().iter().any(|other| other.starts_with(&format!("{name} ")));
        assert!(group || ran.stdout.contains("Example"), "{name} has no example");
        if global.is_empty() {
            let start = ran.stdout.find("Global options:").unwrap();
            let end = ran.stdout.find("\nExamples:").unwrap();
            global = ran.stdout[start..end].to_owned();
        } else {
            assert!(ran.stdout.contains(&global), "{name}: other global options");
            ran.stdout = ran.stdout.replace(&global, "Global options: as above\n");
        }
        table.add(&format!("{name} --help"), &ran);
    }
    whole!("help", table);
}

/// A line that is wrapped cannot be copied.
#[test]
fn examples_fit_into_eighty_columns() {
    fn check(command: &clap::Command) -> usize {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples: Vec<&str> = help.lines().filter(|line| line.starts_with("  ")).collect();
        for line in &examples {
            assert!(line.chars().count() <= 80, "{}: {line}", command.get_name());
        }
        examples.len() + command.get_subcommands().map(check).sum::<usize>()
    }
    assert!(check(&offerform::cli::command()) > 80);
}

#[test]
fn nothing_at_all_is_answered_with_help() {
    let sealed = Sealed::empty();
    let (nothing, asked) = (sealed.run(""), sealed.run("-h"));
    assert_eq!((nothing.exit, nothing.stdout.as_str()), (1, ""));
    assert!(asked.stdout.starts_with(nothing.stderr.lines().next().unwrap()));
}

#[test]
fn the_version_is_told() {
    whole!("version", Sealed::empty().run("--version"));
}

#[test]
fn completions_know_every_command() {
    let sealed = Sealed::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = sealed.run(&format!("completions {shell}"));
        assert_eq!((ran.exit, ran.stderr.as_str()), (0, ""), "{shell}");
        let words = commands().into_iter().filter_map(|name| name.split(' ').next_back().map(str::to_owned));
        for word in words.chain(["detailed-exitcode".to_owned(), "auto-approve".to_owned()]) {
            assert!(ran.stdout.contains(&word), "{shell}: no {word}");
        }
    }
    // The generators of other shells leave arguments without a name out.
    for shell in ["bash", "zsh"] {
        assert!(sealed.run(&format!("completions {shell}")).stdout.contains("virtual-machine"), "{shell}");
    }
    let bash = sealed.run("completions bash").stdout;
    let mut check = std::process::Command::new("bash");
    if let Ok(mut child) = check.arg("-n").stdin(std::process::Stdio::piped()).spawn() {
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), bash.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "bash cannot read its completions");
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let sealed = Sealed::empty();
    whole!("man", sealed.run("man pages/man"));
    let mut pages: Vec<_> = std::fs::read_dir(sealed.path("pages/man"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    let mut expected: Vec<String> = commands()
        .iter()
        .map(|name| format!("{}.1", format!("offerform {name}").trim_end().replace(' ', "-")))
        .collect();
    expected.sort();
    assert_eq!(pages, expected);
    assert!(sealed.read("pages/man/offerform-plan.1").contains("detailed\\-exitcode"));
}

#[test]
fn manual_pages_that_cannot_be_written_are_an_error() {
    let sealed = Sealed::empty();
    sealed.write("taken", "a file");
    whole!("man-refused", sealed.run("man taken"));
}
