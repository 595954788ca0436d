//! Every command in the documentation is run as it is written, against the sandbox, or stands here with the reason why
//! not.

#![expect(clippy::disallowed_methods, reason = "the program finds git by the PATH of the tests")]
#![expect(clippy::unwrap_used, reason = "a test: what is not as expected ends it")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

/// The pages whose commands are run.
const PAGES: [&str; 8] = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/guide.md",
    "docs/pipelines.md",
    "docs/simulator.md",
    "docs/offer-file.md",
    "docs/product-ingestion.md",
    "docs/errors-and-exit-codes.md",
];

/// Commands that are not run, or end differently when they are, each with its reason.
const EXCEPTIONS: [(&str, Ends, &str); 15] = [
    ("cargo test", Ends::NotRun, "this is it"),
    (".ci/run", Ends::NotRun, "it runs these tests"),
    ("cargo install --path .", Ends::NotRun, "it takes minutes"),
    ("mkdir ../contoso && cd ../contoso && git init", Ends::NotRun, "tests/cli/tape.rs does that"),
    ("export OFFERFORM_SANDBOX=1", Ends::NotRun, "tests/cli/tape.rs does that"),
    (
        "offerform import contoso/firewall",
        Ends::With(3),
        "a file declares it; tests/cli/tape.rs runs it where none does",
    ),
    ("git commit -m 'The offer as the portal has it'", Ends::NotRun, "tests/cli/tape.rs does that"),
    (
        "export AZURE_TENANT_ID=… AZURE_CLIENT_ID=… AZURE_CLIENT_SECRET=…",
        Ends::NotRun,
        "shown as a form to fill in; needs a real account",
    ),
    ("offerform sandbox serve", Ends::NotRun, "serves until Ctrl-C; tests/cli/sandbox.rs does that"),
    ("cargo run --release -- --sandbox apply examples/offers", Ends::With(1), "asks, and nobody is there to answer"),
    ("offerform publish contoso/firewall", Ends::With(1), "asks, and nobody is there to answer"),
    ("offerform operations show contoso/data-stream", Ends::With(1), "nothing was published in a new sandbox"),
    ("offerform apply", Ends::With(1), "asks, and nobody is there to answer"),
    ("offerform apply plan.json", Ends::With(1), "asks, and nobody is there to answer"),
    ("offerform apply --report report.json", Ends::With(1), "asks, and nobody is there to answer"),
];

/// Commands that have something to say with their exit code, besides 0.
const CODES: [(&str, i32); 2] = [("offerform plan --detailed-exitcode", 2), ("offerform drift", 2)];

#[derive(Clone, Copy, PartialEq, Debug)]
enum Ends {
    NotRun,
    With(i32),
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The lines of code blocks marked `sh` or `console`, without comments.
fn commands(page: &str) -> Vec<String> {
    let text = String::from_utf8(std::fs::read(root().join(page)).unwrap()).unwrap();
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            inside = !inside && matches!(line, "```sh" | "```console" | "```bash");
            continue;
        }
        let command = line.split("  #").next().unwrap().split(" # ").next().unwrap().trim().trim_start_matches("$ ");
        if inside && !command.is_empty() {
            found.push(command.to_owned());
        }
    }
    found
}

/// The words of a command; quotes keep some together.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('\'').enumerate();
    let mut words = vec![String::new()];
    for (position, part) in parts {
        if position % 2 == 1 {
            words.last_mut().unwrap().push_str(part);
            continue;
        }
        for character in part.chars() {
            if character == ' ' {
                words.push(String::new());
            } else {
                words.last_mut().unwrap().push(character);
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A repository as the documentation has it in mind: committed twice, with offers in `offers` and in `examples/offers`.
fn repository() -> TempDir {
    let folder = TempDir::new().unwrap();
    for copy in ["offers", "examples/offers"] {
        let examples = root().join("examples/offers");
        for entry in walkdir::WalkDir::new(&examples).into_iter().map(Result::unwrap) {
            let target = folder.path().join(copy).join(entry.path().strip_prefix(&examples).unwrap());
            if entry.file_type().is_dir() {
                std::fs::create_dir_all(target).unwrap();
            } else {
                std::fs::copy(entry.path(), target).unwrap();
            }
        }
    }
    std::fs::write(folder.path().join("faults.json"), r#"[{"when": {"method": "DELETE"}, "fault": "lose_answer"}]"#)
        .unwrap();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Test", "-c", "user.email=test@contoso.example", "-c", "commit.gpgsign=false"]);
        let output =
            command.args(arguments).current_dir(folder.path()).env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["commit", "-q", "--allow-empty", "-m", "Begin"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "Add the offers"]);
    git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    folder
}

fn run(repository: &Path, command: &str) -> (i32, String) {
    // `> FILE` at the end is for the shell.
    let (command, file) = command.split_once(" > ").map_or((command, None), |(command, file)| (command, Some(file)));
    let words = words(command);
    let offerform = env!("CARGO_BIN_EXE_offerform");
    let (name, arguments) = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["offerform", ..] => (offerform, words[1..].to_vec()),
        ["git", ..] => ("git", words[1..].to_vec()),
        ["cargo", "run", "--release", "--", ..] => (offerform, words[4..].to_vec()),
        _ => panic!("`{command}` is neither run nor listed with a reason"),
    };
    let mut program = Command::new(name);
    program.args(arguments).current_dir(repository).env_clear().env("OFFERFORM_SANDBOX", "1");
    program.env("PATH", std::env::var_os("PATH").unwrap()).env("GIT_CONFIG_GLOBAL", "/dev/null").stdin(Stdio::null());
    let output = program.output().unwrap();
    if let Some(file) = file {
        std::fs::write(repository.join(file), &output.stdout).unwrap();
    }
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap(), said)
}

/// How `command` ends: as its exception says, or as all that begin like it. `None`: it is not run.
fn expected(command: &str) -> Option<i32> {
    match EXCEPTIONS.iter().find(|(exception, ..)| *exception == command) {
        Some((_, Ends::NotRun, _)) => None,
        Some((_, Ends::With(code), _)) => Some(*code),
        None => Some(CODES.iter().find(|(known, _)| command.starts_with(known)).map_or(0, |(_, code)| *code)),
    }
}

#[test]
fn every_command_of_the_documentation_does_what_it_is_said_to_do() {
    let commands: Vec<(&str, String)> =
        PAGES.iter().flat_map(|page| commands(page).into_iter().map(move |command| (*page, command))).collect();
    let used = |exception: &str| commands.iter().any(|(_, command)| command == exception);
    let unused: Vec<_> = EXCEPTIONS.iter().filter(|(exception, ..)| !used(exception)).collect();
    assert!(unused.is_empty(), "exceptions for commands that are nowhere: {unused:?}");

    // Each has a repository of its own, so several run at the same time.
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some((page, command)) = commands.get(next.fetch_add(1, Ordering::SeqCst)) {
            let Some(expected) = expected(command) else { continue };
            let repository = repository();
            if command.contains("plan.json") {
                run(repository.path(), "offerform plan --out plan.json");
            }
            let (code, said) = run(repository.path(), command);
            assert_eq!(code, expected, "{page}: `{command}` said:\n{said}");
        }
    };
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(work))));
}

#[test]
fn the_first_commands_are_the_ones_that_are_promised() {
    let commands = commands("README.md");
    assert_eq!(commands[0], "cargo run --release -- --sandbox plan examples/offers");
    assert!(commands.contains(&"cargo test".to_owned()));
    let repository = repository();
    let (code, said) = run(repository.path(), &commands[0]);
    assert_eq!(code, 0);
    assert!(said.contains("\nPlan: 1 to create, 4 to update, 0 to release, 1 unchanged.\n"), "{said}");
    let readme = String::from_utf8(std::fs::read(root().join("README.md")).unwrap()).unwrap();
    assert!(readme.contains("one offer to create, four to update and one unchanged"));
}

/// The help of a command and of all commands below it.
fn help_of(command: &str) -> String {
    let mut help = run(root(), &format!("offerform {command} --help")).1;
    let listed = help.split_once("\nCommands:\n").map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    let names = listed.lines().take_while(|line| line.starts_with("  ")).filter(|line| !line.starts_with("   "));
    for name in names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        help.push_str(&help_of(format!("{command} {name}").trim_start()));
    }
    help
}

#[test]
fn every_option_of_the_documentation_exists() {
    let help = help_of("");
    for page in PAGES {
        let text = String::from_utf8(std::fs::read(root().join(page)).unwrap()).unwrap();
        for option in
            text.split([' ', '`', '(', '\n']).filter(|word| word.starts_with("--") && !word.starts_with("---"))
        {
            let option: String = option.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            let foreign = [
                "--release",
                "--ignored",
                "--test",
                "--locked",
                "--check",
                "--all-targets",
                "--example",
                "--bench",
                "--unshallow",
            ];
            assert!(help.contains(&option) || foreign.contains(&option.as_str()), "{page}: {option}");
        }
    }
}
