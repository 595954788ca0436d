//! A repository with a remote one, a portal that is served over HTTP, and `gh`, `az` and `cargo` that do nothing but write down what
//! they were asked.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// What stands for a program of which only the calls are of interest: writes its arguments down in one line, and answers with the file
/// that is named as the first words of the call; through the given filter, where `jq` is there to apply it.
const STUB: &str = r#"#!/usr/bin/env bash
set -euo pipefail
name=${0##*/}
printf '%s %s\n' "$name" "${*//$'\n'/ }" >> "$STUBS/calls"
filter=
output=
for ((i = 1; i <= $#; i++)); do
    next=$((i + 1))
    case "${!i}" in
        --jq) filter=${!next} ;;
        --dir | --path) output=${!next} ;;
        body=@*) file=${!i}; cp "${file#body=@}" "$STUBS/body" ;;
        --in-file) cp "${!next}" "$STUBS/body" ;;
    esac
done
for answer in "$STUBS/answers"/*; do
    [[ -f "$answer/call" ]] || continue
    [[ "$name $*" == *"$(cat "$answer/call")"* ]] || continue
    if [[ -d "$answer/files" ]]; then mkdir -p "$output"; cp "$answer"/files/* "$output"; fi
    if [[ -n "$filter" && -f "$answer/json" ]] && command -v jq > /dev/null; then
        jq -r "$filter" "$answer/json"
    elif [[ -f "$answer/text" ]]; then
        cat "$answer/text"
    fi
    exit 0
done
"#;

/// The disks that the examples name as secrets.
const DISKS: [&str; 8] = [
    "FIREWALL_VHD_1_9_2",
    "FIREWALL_VHD_1_9_4",
    "FIREWALL_VHD_1_10_0",
    "LINUX_VHD_GEN1_2026_9_15",
    "LINUX_VHD_GEN1_2026_10_13",
    "LINUX_VHD_GEN2_2026_9_15",
    "LINUX_VHD_GEN2_2026_10_13",
    "LINUX_VHD_ARM64_2026_10_13",
];

/// What the examples name as secrets; only a job that applies has them.
pub(crate) fn secrets() -> BTreeMap<String, String> {
    let signature = "sv=2021-08-06&sr=c&sp=rl&st=2020-01-01T00:00:00Z&se=2099-01-01T00:00:00Z&sig=Zm9v";
    let disk = |name: &&str| {
        ((*name).to_owned(), format!("https://sandbox.blob.core.windows.net/secrets/{name}.vhd?{signature}"))
    };
    let disks = DISKS.iter().map(disk);
    let others = ["MARKETO_CLIENT_SECRET", "IMAGE_SCANNER_REGISTRY_PASSWORD"];
    disks.chain(others.map(|name| (name.to_owned(), "a-secret".to_owned()))).collect()
}

/// Everything around a pipeline.
pub(crate) struct World {
    folder: TempDir,
    portal: Option<Portal>,
}

struct Portal {
    endpoint: String,
    child: Child,
}

/// How a script ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) said: String,
}

impl World {
    /// A repository whose branch `main` has the examples, cloned from a remote one, and the sandbox's portal.
    pub(crate) fn new() -> Self {
        let mut world = Self { folder: TempDir::new().unwrap(), portal: None };
        for folder in ["portal/.git", "bin", "stubs/answers", "artifacts", "temp"] {
            std::fs::create_dir_all(world.path(folder)).unwrap();
        }
        for name in ["gh", "az", "cargo"] {
            let path = world.path("bin").join(name);
            std::fs::write(&path, STUB).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_offerform"), world.path("bin/offerform")).unwrap();
        let origin = world.path("origin.git");
        Self::git_in(world.folder.path(), &["init", "-q", "--bare", "-b", "main", origin.to_str().unwrap()]);
        Self::git_in(world.folder.path(), &["clone", "-q", origin.to_str().unwrap(), "repository"]);
        world.copy(Path::new("examples/offers"), "offers");
        let mut init = Command::new(env!("CARGO_BIN_EXE_offerform"));
        init.args(["init", "--workflows", "github"]).current_dir(world.root()).env_clear();
        assert!(init.output().unwrap().status.success());
        world
            .write("offerform.yaml", "record: git-notes\ndrift: revert\nnotification_emails: [team@contoso.example]\n");
        world.git(&["checkout", "-q", "-b", "main"]);
        world.commit("Add the offers");
        world.git(&["push", "-q", "-u", "origin", "main"]);
        world.open_portal();
        world
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.path("repository")
    }

    fn copy(&self, from: &Path, to: &str) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(from);
        for entry in walkdir::WalkDir::new(&from).into_iter().map(Result::unwrap) {
            let target = self.root().join(to).join(entry.path().strip_prefix(&from).unwrap());
            if entry.file_type().is_dir() {
                std::fs::create_dir_all(target).unwrap();
            } else {
                std::fs::copy(entry.path(), target).unwrap();
            }
        }
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        std::fs::write(self.root().join(path), text).unwrap();
    }

    pub(crate) fn edit(&self, path: &str, old: &str, new: &str) {
        let text = String::from_utf8(std::fs::read(self.root().join(path)).unwrap()).unwrap();
        assert!(text.contains(old), "{path} does not hold {old}");
        self.write(path, &text.replacen(old, new, 1));
    }

    fn git_in(folder: &Path, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=Test", "-c", "user.email=test@contoso.example", "-c", "commit.gpgsign=false"]);
        let output = git.arg("-C").arg(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        Self::git_in(&self.root(), arguments)
    }

    /// Commits everything, and gives the id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Serves the portal; on the same port as before, so that it is the same service.
    fn open_portal(&mut self) {
        let port = self.portal.as_ref().map_or("0", |portal| portal.endpoint.rsplit(':').next().unwrap()).to_owned();
        let mut serve = Command::new(env!("CARGO_BIN_EXE_offerform"));
        serve.args(["sandbox", "serve", "--port", &port]).current_dir(self.path("portal")).env_clear();
        let mut child = serve.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("http://127.0.0.1:"), "{line}");
        self.portal = Some(Portal { endpoint: line.trim().to_owned(), child });
    }

    /// Edits an offer as somebody would in the portal.
    pub(crate) fn edit_portal(&mut self, offer: &str, pointer: &str, value: &str) {
        let portal = self.portal.as_mut().unwrap();
        let process = portal.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &process]).status().unwrap().success());
        assert!(portal.child.wait().unwrap().success());
        let mut edit = Command::new(env!("CARGO_BIN_EXE_offerform"));
        edit.args(["sandbox", "edit", offer, pointer, value]).current_dir(self.path("portal")).env_clear();
        assert!(edit.output().unwrap().status.success());
        self.open_portal();
    }

    /// What a call of `gh` or `az` that holds `call` is answered with: `json` through the filter of the call, or `text` where there is no `jq`.
    pub(crate) fn answer(&self, name: &str, call: &str, json: &str, text: &str) {
        let folder = self.path("stubs/answers").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        for (file, content) in [("call", call), ("json", json), ("text", text)] {
            std::fs::write(folder.join(file), content).unwrap();
        }
    }

    /// What a call that downloads gets, besides the answer: the artifact of this name.
    pub(crate) fn answer_files(&self, name: &str, call: &str, artifact: &str) {
        self.answer(name, call, "", "");
        let folder = self.path("stubs/answers").join(name).join("files");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for file in std::fs::read_dir(self.path("artifacts").join(artifact)).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
        }
    }

    /// The calls of `gh`, `az` and `cargo` since the last time, those that only read left out.
    pub(crate) fn writes(&self) -> Vec<String> {
        let path = self.path("stubs/calls");
        let calls = std::fs::read(&path).unwrap_or_default();
        let _ = std::fs::remove_file(&path);
        let calls = String::from_utf8(calls).unwrap();
        let writes = |call: &&str| call.contains(" POST") || call.contains(" PATCH") || call.contains("work-item");
        calls.lines().filter(writes).map(str::to_owned).collect()
    }

    /// The text that was sent last.
    pub(crate) fn body(&self) -> String {
        String::from_utf8(std::fs::read(self.path("stubs/body")).unwrap()).unwrap()
    }

    /// Runs a script with bash, and these variables besides those of every job.
    pub(crate) fn bash(&self, script: &str, variables: &BTreeMap<String, String>, folder: &Path) -> Ran {
        let path = self.path("temp/script.sh");
        std::fs::File::create(&path).unwrap().write_all(script.as_bytes()).unwrap();
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&path).current_dir(folder).env_clear();
        bash.stdin(Stdio::null()).envs(variables);
        let search = format!("{}:{}", self.path("bin").display(), std::env::var_os("PATH").unwrap().to_str().unwrap());
        bash.env("PATH", search).env("STUBS", self.path("stubs")).env("GIT_CONFIG_GLOBAL", "/dev/null");
        let endpoint = &self.portal.as_ref().unwrap().endpoint;
        bash.env("OFFERFORM_ENDPOINT", endpoint);
        bash.env("OFFERFORM_INGESTION_ENDPOINT", format!("{endpoint}/rp/product-ingestion"));
        // The simulated service accepts any token; other tests cover how a real job signs in.
        bash.env("OFFERFORM_AUTH", "token").env("OFFERFORM_TOKEN", "anything");
        bash.env("OFFERFORM_INGESTION_TOKEN", "anything");
        let output = bash.output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let said = format!("{stdout}{}", String::from_utf8_lossy(&output.stderr));
        Ran { code: output.status.code().unwrap(), stdout, said }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(portal) = &mut self.portal {
            let _ = portal.child.kill();
            let _ = portal.child.wait();
        }
    }
}
