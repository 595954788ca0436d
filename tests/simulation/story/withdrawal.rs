//! A market is taken out of an offer that customers have: the preview may lose it, and production only with a yes to the guard.

use std::sync::Arc;
use std::time::Duration;

use offerform::backend::OperationKind;
use offerform::plan::ReleaseRequest;
use offerform::plan::release::{AfterFailure, Aim, IfPublishing, Level};
use offerform::simulator::Slot;

use super::{Story, quiet};
use crate::declared::markets_of;
use crate::process::{Ending, run};
use crate::schedule::{self, Run};
use crate::vocabulary::Cast;

/// The market that is taken out.
const WITHDRAWN: &str = "DE";

/// The offer that steps by hand are for: the first one of every commit.
const OFFER: &str = "contoso/firewall";

/// Runs that end before customers lose anything: the network disturbs them, and nobody says yes.
const WITHOUT_A_YES: u32 = 3;

impl Story {
    /// Sells the first offer in two markets, takes one out of its preview, and goes live without and then with a yes.
    pub(super) async fn withdraw_a_market(&mut self) {
        self.sell_in(&["US", WITHDRAWN], Level::Live).await;
        self.sell_in(&["US"], Level::Preview).await;
        if self.world.result().is_err() {
            return;
        }
        if !self.is_sold(Slot::Production) || self.is_sold(Slot::Preview) {
            return self.world.broken(format!("{OFFER} has in its slots other markets than were released"));
        }
        for _ in 0..WITHOUT_A_YES {
            let Some(extra) = &mut self.extra else { return };
            let mut disturbed = schedule::disturbed(extra);
            let by_hand = extra.bool();
            if self.world.is_product(OFFER) {
                disturbed.for_cast(Cast::Products, &mut self.of_cast);
            }
            self.go_live(Run { allows: false, ..disturbed }, by_hand).await;
        }
        for by_hand in [true, false] {
            let ending = self.go_live(Run { allows: false, ..to_live() }, by_hand).await;
            if !matches!(ending, Ending::Refused) {
                self.world.broken(format!("going live without {WITHDRAWN} ends without a yes with {ending:?}"));
            }
        }
        if !self.is_sold(Slot::Production) {
            self.world.broken(format!("customers of {OFFER} lost {WITHDRAWN}; nobody allowed that"));
        }
        let by_hand = self.extra.as_mut().is_some_and(fastrand::Rng::bool);
        self.go_live(to_live(), by_hand).await;
        self.world.look();
        if self.is_sold(Slot::Production) {
            self.world.broken(format!("{OFFER} does not go live without {WITHDRAWN}, with a yes to the guard"));
        }
    }

    /// Commits these markets for the first offer, and applies until it is released so far.
    async fn sell_in(&mut self, markets: &[&'static str], level: Level) {
        let mut next = self.commit.clone();
        next.number += 1;
        next.markets.insert("firewall".to_owned(), markets.to_vec());
        next.levels.insert("firewall".to_owned(), level);
        self.before = Some(std::mem::replace(&mut self.commit, next));
        self.history.push(self.commit.clone());
        self.come_right().await;
    }

    /// Brings the first offer to customers: by `go-live` by hand, or by an apply that is asked to.
    async fn go_live(&mut self, run_of: Run, by_hand: bool) -> Ending {
        let commit = self.commit.clone();
        let mut process = self.process_of(run_of, commit);
        if by_hand {
            process = process.for_step(OperationKind::GoLive);
        }
        let ending = run(Arc::clone(&self.world), Arc::new(process), self.checkout()).await;
        // More than any release takes.
        self.world.clock.advance(Duration::from_hours(10 * 24));
        self.world.look();
        ending
    }

    fn is_sold(&self, place: Slot) -> bool {
        self.world.held(OFFER, place).is_some_and(|document| markets_of(&document).contains(WITHDRAWN))
    }
}

/// A run that nobody disturbs, and that is asked to go live.
fn to_live() -> Run {
    Run {
        // What is left of other offers is not to stand in the way.
        release_request: ReleaseRequest {
            aim: Aim::AtLeast(Level::Live),
            if_publishing: IfPublishing::Cancel,
            ..ReleaseRequest::default()
        },
        overwrite: false,
        ..quiet(AfterFailure::Report)
    }
}
