//! Guards stop a plan before anything is sent, and what they name can be allowed.

use std::collections::BTreeMap;

use offerform::apply::Outcome;
use offerform::plan;

use crate::bench::{Bench, outcomes};

type Files = BTreeMap<String, String>;

fn replaced(mut files: Files, product: &str, from: &str, to: &str) -> Files {
    let file = files.get_mut(&format!("{product}.yaml")).unwrap();
    assert!(file.contains(from), "{file}");
    *file = file.replacen(from, to, 1);
    files
}

/// The files of a product that customers have.
async fn published(bench: &Bench, product: &str) -> Files {
    let mut files = bench.import(&[product]).await.files;
    files.get_mut(&format!("{product}.yaml")).unwrap().push_str("reconcile: { release: live }\n");
    bench.apply(&files).await;
    bench.forget_requests();
    files
}

async fn guards(bench: &Bench, files: &Files) -> Vec<String> {
    bench.plan(files).await.offers()[0].guards().iter().map(plan::Guard::name).collect()
}

#[tokio::test]
async fn a_raised_price_is_refused_until_it_is_allowed() {
    let bench = Bench::new();
    let files = replaced(published(&bench, "image-scanner").await, "image-scanner", "price: 0.04", "price: 0.05");
    let found = guards(&bench, &files).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("price-raised:contoso/image-scanner/"), "{found:?}");
    assert!(bench.try_apply(&files).await.is_none());
    assert!(bench.writes().is_empty());
    let report = bench.apply_allowing(&files, &[found[0].parse().unwrap()]).await;
    assert_eq!(outcomes(&report), [&Outcome::Updated]);
}

#[tokio::test]
async fn what_somebody_does_in_the_draft_is_guarded_when_it_would_go_live() {
    let bench = Bench::new();
    let files = published(&bench, "policy-console").await;
    let files = replaced(files, "policy-console", "termsConditions: standardMicrosoft", "termsConditions: custom");
    assert_eq!(guards(&bench, &files).await, ["standard-contract-left:contoso/policy-console"]);
    assert!(bench.try_apply(&files).await.is_none());
}

#[tokio::test]
async fn a_secret_that_the_draft_masks_needs_no_declaration() {
    let bench = Bench::new();
    let mut files = published(&bench, "policy-console").await;
    let file = files.get_mut("policy-console.yaml").unwrap();
    let lines: Vec<&str> = file.lines().filter(|line| !line.contains("clientSecret")).collect();
    *file = lines.join("\n").replace("1042", "1043") + "\n";
    let found = guards(&bench, &files).await;
    assert_eq!(found, ["lead-destination-changed:contoso/policy-console"]);
}

#[tokio::test]
async fn the_images_of_a_machine_are_guarded_as_the_file_names_them() {
    let bench = Bench::new();
    let mut files = published(&bench, "linux-images").await;
    let file = files.get_mut("linux-images.yaml").unwrap();
    let version = file.lines().find_map(|line| line.trim().strip_prefix("- versionNumber: ")).unwrap().to_owned();
    let from = format!("versionNumber: {version}");
    let indent = file.lines().find(|line| line.contains(&from)).unwrap().find('-').unwrap() + 2;
    let to = format!("{from}\n{}lifecycleState: deprecated", " ".repeat(indent));
    let files = replaced(files, "linux-images", &from, &to);
    let found = guards(&bench, &files).await;
    assert!(!found.is_empty() && found.iter().all(|name| name.starts_with("image-removal:contoso/linux-images/")));
    assert!(found.iter().all(|name| name.ends_with(&format!("/{}", version.trim_matches('"')))), "{found:?}");
}
