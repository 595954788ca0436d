//! A headless Chromium, spoken to over a pipe in its own protocol (chromedevtools.github.io/devtools-protocol): a page is opened in it, and
//! keys are pressed as a person would. Where there is none, tests say so and prove less; `.ci/run` installs one.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// After this long without a word from it, it is taken for dead.
const PATIENCE: Duration = Duration::from_mins(2);

/// What is the same however the browser is used.
const FLAGS: [&str; 4] = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];

/// The name of a browser that is there.
#[expect(clippy::print_stderr, reason = "whoever reads the log should know")]
fn program() -> Option<&'static str> {
    let known = ["chromium", "chromium-browser", "google-chrome"];
    let found = known.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok());
    if found.is_none() {
        eprintln!("no Chromium here: nothing was proven");
    }
    found
}

/// The page as it is once its script has run; `None` without a browser.
pub(crate) fn opened(page: &Path) -> Option<String> {
    let profile = TempDir::new().unwrap();
    let output = Command::new(program()?)
        .args(FLAGS)
        .args(["--virtual-time-budget=2000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// A page in a browser, with a keyboard.
pub(crate) struct Tab {
    browser: Child,
    questions: ChildStdin,
    answers: Receiver<Value>,
    session: Option<String>,
    frames: Vec<String>,
    asked: u64,
    _profile: TempDir,
}

impl Tab {
    /// Opens a page; `None` without a browser.
    pub(crate) fn open(page: &Path) -> Option<Self> {
        let profile = TempDir::new().unwrap();
        // The browser reads at 3 and writes at 4.
        let mut browser = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#, program()?])
            .args(FLAGS)
            .args(["--remote-debugging-pipe", "--window-size=1400,900"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let questions = browser.stdin.take().unwrap();
        let output = BufReader::new(browser.stdout.take().unwrap());
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for message in output.split(0).map_while(Result::ok) {
                let _ = sender.send(serde_json::from_slice(&message).unwrap());
            }
        });
        let mut tab =
            Self { browser, questions, answers, session: None, frames: Vec::new(), asked: 0, _profile: profile };
        let target = tab.ask("Target.createTarget", &json!({ "url": "about:blank" }))["targetId"].clone();
        let attached = tab.ask("Target.attachToTarget", &json!({ "targetId": target, "flatten": true }));
        tab.session = session(&attached);
        tab.ask("Page.enable", &json!({}));
        tab.ask("Emulation.setFocusEmulationEnabled", &json!({ "enabled": true }));
        tab.ask("Page.navigate", &json!({ "url": format!("file://{}", page.display()) }));
        tab.until(|message| message["method"] == "Page.loadEventFired");
        // Frames that are sealed off from the page are spoken to by themselves.
        let targets = tab.ask_of(None, "Target.getTargets", &json!({}))["targetInfos"].clone();
        for frame in targets.as_array().unwrap().iter().filter(|target| target["type"] == "iframe") {
            let which = json!({ "targetId": frame["targetId"], "flatten": true });
            let attached = tab.ask_of(None, "Target.attachToTarget", &which);
            tab.frames.extend(session(&attached));
        }
        Some(tab)
    }

    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        self.ask_of(self.session.clone(), method, parameters)
    }

    fn ask_of(&mut self, session: Option<String>, method: &str, parameters: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        let mut question = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = session {
            question["sessionId"] = json!(session);
        }
        self.questions.write_all(format!("{question}\0").as_bytes()).unwrap();
        let answer = self.until(|message| message["id"] == id);
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    fn until(&mut self, is_meant: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.answers.recv_timeout(PATIENCE).expect("the browser answers");
            if is_meant(&message) {
                return message;
            }
        }
    }

    /// How many frames the page has.
    pub(crate) fn frames(&self) -> usize {
        self.frames.len()
    }

    /// What an expression is on the page.
    pub(crate) fn is(&mut self, expression: &str) -> Value {
        self.is_in(self.session.clone(), expression)
    }

    /// What an expression is in a frame.
    pub(crate) fn is_in_frame(&mut self, frame: usize, expression: &str) -> Value {
        self.is_in(Some(self.frames[frame].clone()), expression)
    }

    fn is_in(&mut self, session: Option<String>, expression: &str) -> Value {
        let question = json!({ "expression": expression, "returnByValue": true });
        let answer = self.ask_of(session, "Runtime.evaluate", &question);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Presses a key and lets it go: a character, or one of a few names.
    pub(crate) fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, None),
            "Enter" => (13, Some("\r")),
            "Escape" => (27, None),
            "PageDown" => (34, None),
            "Home" => (36, None),
            "ArrowDown" => (40, None),
            character => (character.to_ascii_uppercase().as_bytes()[0], Some(character)),
        };
        let mut down = json!({ "type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code });
        if let Some(text) = text {
            down["text"] = json!(text);
        }
        self.ask("Input.dispatchKeyEvent", &down);
        let up = json!({ "type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code });
        self.ask("Input.dispatchKeyEvent", &up);
    }

    /// Types a text.
    pub(crate) fn write(&mut self, text: &str) {
        text.split("").filter(|character| !character.is_empty()).for_each(|character| self.press(character));
    }
}

fn session(attached: &Value) -> Option<String> {
    attached["sessionId"].as_str().map(ToOwned::to_owned)
}

impl Drop for Tab {
    fn drop(&mut self) {
        let _ = self.browser.kill();
        let _ = self.browser.wait();
    }
}
