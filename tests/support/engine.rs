//! What test programs need to plan and to report in one process. Test programs include this file with `#[path]`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use offerform::apply::{OfferReport, Report};
use offerform::desired;
use offerform::plan::{Checkout, OnDrift, Plan, Policy, ReleaseRequest};
use offerform::reconcile::{Base, Memory, Planner};
use offerform::secret::{SecretLocation, SecretReference, SecretSource, SecretText};
use offerform::source::MemoryTree;

use crate::environment::NoVariableIsRead;

/// Secrets by the name of their variable or file. They can change between runs.
#[derive(Debug, Default)]
pub(crate) struct Variables(pub(crate) Mutex<BTreeMap<String, String>>);

impl Variables {
    pub(crate) fn set(&self, name: &str, value: &str) {
        self.0.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }
}

impl SecretSource for Variables {
    fn value(&self, reference: &SecretReference) -> Option<SecretText> {
        let (SecretLocation::Env(name) | SecretLocation::File(name)) = &reference.location else { return None };
        self.0.lock().unwrap().get(name).map(SecretText::new)
    }
}

/// The planner of a run over the files `selected` in `tree`, which have to be free of findings. It reverts drift.
pub(crate) fn planner(
    tree: &MemoryTree,
    selected: &[String],
    secrets: &Arc<Variables>,
    memory: &Arc<Memory>,
    release: ReleaseRequest,
) -> Planner {
    let loaded = desired::load(tree, selected, &NoVariableIsRead);
    let findings: Vec<_> = loaded.diagnostics.iter().map(|finding| format!("{finding:?}")).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    Planner {
        desired: loaded.desired.into_iter().map(Arc::new).collect(),
        sources: Arc::new(loaded.sources),
        secrets: Arc::<Variables>::clone(secrets),
        artifacts: Arc::default(),
        memory: Arc::clone(memory),
        base: Base::Unknown,
        policy: Policy { on_drift: OnDrift::Revert, release, ..Policy::default() },
        recording: Some(Checkout::default()),
        findings: BTreeMap::new(),
    }
}

/// The report of a run that carried out `plan` and ended `now`.
pub(crate) fn report(now: Timestamp, plan: &Plan, interrupted: bool, offers: Vec<OfferReport>) -> Report {
    Report {
        started: now,
        finished: now,
        endpoint: "scenario".to_owned(),
        identity: "scenario".to_owned(),
        commit: None,
        dirty: false,
        digest: plan.digest().to_string(),
        interrupted,
        offers,
    }
}
