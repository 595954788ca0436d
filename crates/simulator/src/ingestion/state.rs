//! What the service holds: products with their drafts, previews and live contents, submissions, and jobs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::answer::Reason;
use super::dialect::Dialect;
use super::secret::Sealer;
use crate::operation::{Failure, Pace};
use crate::stamp::Random;

/// The Product Ingestion API, as a state machine without input, output or a time of its own.
#[derive(Serialize, Deserialize)]
pub struct Ingestion {
    pub(super) dialect: Dialect,
    pub(super) random: Random,
    /// By their GUIDs.
    pub(super) products: BTreeMap<String, Product>,
    /// By their GUIDs.
    pub(super) jobs: BTreeMap<String, Job>,
    /// Jobs that have not ended.
    pub(super) open: BTreeSet<String>,
    pub(super) last_submission: u64,
    /// The products that are offers of the Cloud Partner Portal, by `publisher/offer`.
    pub(super) offers: BTreeMap<String, String>,
    #[serde(skip)]
    pub(super) sealer: Sealer,
}

/// A resource without what its id and its type say, and without what the service owns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Resource {
    /// The version of its schema.
    pub(super) version: String,
    pub(super) body: Map<String, Value>,
}

/// Resources by their durable ids.
pub(super) type Tree = BTreeMap<String, Resource>;

/// One product.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Product {
    pub(super) guid: String,
    pub(super) external_id: String,
    /// The type of the product, such as `azureVirtualMachine`.
    pub(super) kind: String,
    pub(super) draft: Tree,
    pub(super) preview: Option<Tree>,
    pub(super) live: Option<Tree>,
    /// Oldest first.
    pub(super) submissions: Vec<Submission>,
    /// The offer of the Cloud Partner Portal that it is.
    pub(super) offer: Option<Followed>,
}

/// What tells contents of an offer in draft, preview and production from all its others.
pub(crate) type Marks = [Option<(u64, i64)>; 3];

/// The offer behind a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Followed {
    /// Which contents of draft, preview and production were taken over last.
    pub(super) marks: Marks,
    /// Whether the product still shows what the portal has. A write through this API ends that.
    pub(super) is_followed: bool,
}

/// Where a submission brings its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Target {
    Preview,
    Live,
}

impl Target {
    /// The value of `targetType`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Preview => "preview",
            Self::Live => "live",
        }
    }
}

/// How a submission came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    Succeeded,
    Failed,
}

/// A release.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Submission {
    /// 19 digits. A go-live keeps the number of its preview.
    pub(super) number: u64,
    pub(super) target: Target,
    pub(super) created: Timestamp,
    /// When it leaves the queue.
    pub(super) begins: Timestamp,
    /// When its certification has passed.
    pub(super) certified: Timestamp,
    /// When it ends by itself.
    pub(super) ends: Timestamp,
    /// What it brings there; empty once it is there.
    pub(super) content: Tree,
    pub(super) ending: Option<Ending>,
    pub(super) failure: Option<Failure>,
}

impl Submission {
    /// Whether it has not ended at `now`.
    pub(super) fn is_running(&self, now: Timestamp) -> bool {
        self.ending.is_none() || self.ends > now
    }

    /// Whether it was successful at `now`.
    pub(super) fn has_succeeded(&self, now: Timestamp) -> bool {
        !self.is_running(now) && self.ending == Some(Ending::Succeeded)
    }
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum JobResult {
    Succeeded,
    Failed,
    Cancelled,
}

/// One resource of a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) kind: String,
    pub(super) version: String,
    /// As it was sent, but for secrets.
    pub(super) body: Map<String, Value>,
    /// What is wrong with it, found when the request was read, and reported by the job.
    pub(super) flaw: Option<Reason>,
}

/// What a `POST configure` started.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) started: Timestamp,
    /// When the next resource has been handled.
    pub(super) ready: Timestamp,
    pub(super) pace: Pace,
    /// In the order in which they are handled.
    pub(super) items: Vec<Item>,
    /// How many were handled.
    pub(super) handled: usize,
    /// Durable ids by the names that the request gave to its resources.
    pub(super) names: BTreeMap<String, String>,
    /// Durable ids of what was written, in order.
    pub(super) written: Vec<String>,
    /// The submission that it waits for: the product and the position.
    pub(super) releases: Option<(String, usize)>,
    /// How its submission will fail.
    pub(super) failure: Option<Failure>,
    /// How one of its resources will fail.
    pub(super) resource_failure: Option<ResourceFailure>,
    pub(super) errors: Vec<Reason>,
    pub(super) ended: Option<(Timestamp, JobResult)>,
}

/// How one resource of a job fails, as a fault script has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceFailure {
    /// The type of the resource; the first one of this type fails.
    pub resource: String,
    /// The reason that the job gives.
    #[serde(default = "no_reason")]
    pub message: String,
}

fn no_reason() -> String {
    "The resource could not be saved.".to_owned()
}

/// The first submission of a simulated account has the next number.
const FIRST_SUBMISSION: u64 = 1_152_921_505_000_000_000;

impl Ingestion {
    /// An account without products; `seed` decides the ids that it makes up.
    #[must_use]
    pub fn new(dialect: Dialect, seed: u64) -> Self {
        Self {
            dialect,
            random: Random::new(seed),
            products: BTreeMap::new(),
            jobs: BTreeMap::new(),
            open: BTreeSet::new(),
            last_submission: FIRST_SUBMISSION,
            offers: BTreeMap::new(),
            sealer: Sealer::default(),
        }
    }

    /// How the service speaks.
    #[must_use]
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// Changes how the service speaks from now on.
    pub fn set_dialect(&mut self, dialect: Dialect) {
        self.dialect = dialect;
    }

    /// The product with this external id.
    pub(super) fn product_named(&self, external_id: &str) -> Option<&Product> {
        self.products.values().find(|product| product.external_id == external_id)
    }

    /// A number for a new submission. Numbers grow by more than one, as those of a service with many users do.
    pub(super) fn next_submission(&mut self) -> u64 {
        self.last_submission += 1 + self.random.seed() % 1_000_000;
        self.last_submission
    }
}

/// Contents may hold signatures, so they are not shown.
impl std::fmt::Debug for Ingestion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ingestion")
            .field("dialect", &self.dialect)
            .field("products", &self.products.values().map(|product| &product.external_id).collect::<Vec<_>>())
            .field("jobs", &self.jobs.len())
            .finish_non_exhaustive()
    }
}

/// The GUID of the plan with this external id.
pub(super) fn plan_in<'t>(tree: &'t Tree, external_id: &str) -> Option<&'t str> {
    tree.iter().find_map(|(id, resource)| {
        let guid = id.strip_prefix("plan/")?.split_once('/')?.1;
        let name = resource.body.get("identity")?.get("externalId")?.as_str()?;
        (name == external_id).then_some(guid)
    })
}

impl Product {
    /// `product/{guid}`.
    pub(super) fn id(&self) -> String {
        format!("product/{}", self.guid)
    }

    /// The GUID of the plan with this external id in the draft.
    pub(super) fn plan_named(&self, external_id: &str) -> Option<&str> {
        plan_in(&self.draft, external_id)
    }

    /// Whether a resource was ever released.
    pub(super) fn was_published(&self, id: &str) -> bool {
        [&self.preview, &self.live].into_iter().flatten().any(|tree| tree.contains_key(id))
    }

    /// The submission that runs at `now`.
    pub(super) fn running(&self, now: Timestamp) -> Option<&Submission> {
        self.submissions.iter().rev().find(|submission| submission.is_running(now))
    }

    /// The last submission to a target.
    pub(super) fn last(&self, target: Target) -> Option<&Submission> {
        self.submissions.iter().rev().find(|submission| submission.target == target)
    }
}
