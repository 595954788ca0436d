//! Signals that ask the program to end: Ctrl-C, and what a build system or a closed terminal sends.
//!
//! Each of them lets a run finish what is in flight, report and remember it. Only a second Ctrl-C ends it at once: a build system
//! sends one signal after the other by itself, and nobody asked it to.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Exit;
use super::progress::Aside;
use crate::reconcile::Interrupt;

/// The first signal asks the run to end; Ctrl-C after that ends the program.
pub(super) fn on_signal(aside: Aside) -> Interrupt {
    let interrupt = Interrupt::default();
    let raised = interrupt.clone();
    // Before anything is sent: a signal must not come before somebody listens.
    let mut signals = Signals::listen();
    tokio::spawn(async move {
        signals.any().await;
        raised.raise();
        aside.say("interrupted: finishing requests in flight; press Ctrl-C again to stop at once");
        signals.ctrl_c().await;
        aside.say_last("stopped; run plan to see the state of the offers");
        super::exit::now(Exit::Error);
    });
    interrupt
}

/// The signals that ask the program to end, from the moment they are listened to. One that cannot be waited for never comes.
pub(super) struct Signals {
    #[cfg(unix)]
    listened: [Option<Signal>; 3],
}

#[cfg(unix)]
impl Signals {
    /// Listens. From now on none of them ends the program by itself.
    pub(super) fn listen() -> Self {
        let closed = if hangs_on() { None } else { signal(SignalKind::hangup()).ok() };
        let [interrupt, terminate] = [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok());
        Self { listened: [interrupt, terminate, closed] }
    }

    /// Returns when one of them comes.
    pub(super) async fn any(&mut self) {
        let [interrupt, terminate, closed] = &mut self.listened;
        tokio::select! {
            () = next(interrupt) => {}
            () = next(terminate) => {}
            () = next(closed) => {}
        }
    }

    /// Returns at Ctrl-C.
    async fn ctrl_c(&mut self) {
        next(&mut self.listened[0]).await;
    }
}

#[cfg(unix)]
async fn next(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

#[cfg(not(unix))]
impl Signals {
    /// Listens as soon as it is asked.
    pub(super) fn listen() -> Self {
        Self {}
    }

    /// Returns at Ctrl-C.
    pub(super) async fn any(&mut self) {
        self.ctrl_c().await;
    }

    async fn ctrl_c(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Whether the program was started so that it goes on when its terminal closes, as `nohup` does. Known on Linux only.
#[cfg(unix)]
fn hangs_on() -> bool {
    // The last digit of the mask of ignored signals: SIGHUP is the first signal.
    let status = crate::file::read(std::path::Path::new("/proc/self/status"), 64 * 1024).unwrap_or_default();
    let status = String::from_utf8_lossy(&status);
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| mask.trim().chars().last()?.to_digit(16)).is_some_and(|digit| digit % 2 == 1)
}
