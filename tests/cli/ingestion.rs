//! Offers of the Product Ingestion API on the command line.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::sandbox::Serving;
use crate::sealed::{Ran, Sealed, whole};

/// A repository with everything that the sandbox has, imported.
fn imported() -> Sealed {
    let sealed = Sealed::empty();
    let ran = sealed.run("--sandbox import --all --api product-ingestion --publisher contoso");
    assert_eq!(ran.exit, 0, "{}", ran.whole());
    sealed
}

#[test]
fn every_product_is_imported_and_then_planned_empty() {
    let sealed = Sealed::empty();
    whole!("ingestion-import", sealed.run("--sandbox import --all --api product-ingestion --publisher contoso"));
    let ran = sealed.run("--sandbox plan --detailed-exitcode");
    assert_eq!(ran.exit, 0, "{}", ran.whole());
    whole!("ingestion-file", sealed.file(sealed.read("offers/policy-console.yaml")));
    assert_eq!(sealed.run("validate").exit, 0, "{}", sealed.run("validate").whole());
}

#[test]
fn a_change_is_planned_applied_and_released_to_customers() {
    let sealed = imported();
    sealed.edit("offers/image-scanner.yaml", "title: Contoso Image Scanner", "title: Image Scanner");
    whole!("ingestion-plan", sealed.run("--sandbox plan offers/image-scanner.yaml"));
    let applied = sealed.run("--sandbox apply --auto-approve");
    assert_eq!(
        applied.last_line(),
        "Apply: 0 created, 1 updated, 4 unchanged, 0 refused, 0 failed.",
        "{}",
        applied.whole()
    );
    whole!("ingestion-status", sealed.run("--sandbox status image-scanner"));
    let published = sealed.run("--sandbox publish contoso/image-scanner --auto-approve --wait");
    assert_eq!(published.exit, 0, "{}", published.whole());
    let live = sealed.run("--sandbox go-live contoso/image-scanner --auto-approve --wait");
    assert_eq!(live.exit, 0, "{}", live.whole());
    whole!("ingestion-show", sealed.run("--sandbox show contoso/image-scanner"));
    let again = sealed.run("--sandbox publish contoso/image-scanner --auto-approve --wait");
    assert_eq!(again.exit, 0, "{}", again.whole());
    let operations = sealed.run("--sandbox operations list contoso/image-scanner").stdout;
    assert_eq!(operations.lines().count(), 3, "{operations}");
    let cancelled = sealed.run("--sandbox cancel contoso/image-scanner --auto-approve");
    assert_eq!(cancelled.exit, 0, "{}", cancelled.whole());
}

/// A release has the id that the list of operations shows, although the answer to its request names a job.
#[test]
fn a_release_is_shown_by_the_id_that_the_list_of_operations_has() {
    let sealed = imported();
    sealed.edit("offers/image-scanner.yaml", "title: Contoso Image Scanner", "title: Image Scanner");
    assert_eq!(sealed.run("--sandbox apply --auto-approve").exit, 0);
    let published = sealed.run("--sandbox publish contoso/image-scanner --auto-approve --format json").stdout;
    let published: serde_json::Value = serde_json::from_str(&published).unwrap();
    let listed = sealed.run("--sandbox operations list contoso/image-scanner --format json").stdout;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let ids: Vec<&str> = listed["offers"][0]["operations"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|operation| operation["id"].as_str())
        .collect();
    let id = published["steps"][0]["operation"].as_str().unwrap();
    assert!(id.starts_with("preview/") && ids.contains(&id), "{id}: {ids:?}");
}

/// A page about virtual machines says nothing about SaaS offers.
#[test]
fn a_guard_names_the_public_page_for_the_type_of_the_offer() {
    let sealed = imported();
    let market = |file: &str| {
        let text = sealed.read(file);
        let line = text.lines().find(|line| line.trim_start().starts_with("markets: [")).unwrap().to_owned();
        sealed.edit(file, &line, &line.replace('[', "[at, "));
        let plan = sealed.run(&format!("--sandbox plan {file} --format json")).stdout;
        let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
        let guards = plan["offers"][0]["guards"].as_array().unwrap();
        let added = guards.iter().find(|guard| guard["code"] == "market-added").unwrap();
        added["source"]
            .as_str()
            .unwrap()
            .split("; ")
            .map(|page| page.replace("articles/marketplace/", ""))
            .collect::<Vec<_>>()
    };
    let general = "marketplace-geo-availability-currencies.md";
    assert_eq!(market("offers/policy-console.yaml"), ["create-new-saas-offer-plans.md", general]);
    assert_eq!(market("offers/image-scanner.yaml"), [general]);
    assert_eq!(market("offers/firewall.yaml"), ["azure-vm-plan-pricing-and-availability.md", general]);
}

#[test]
fn an_import_of_all_products_needs_a_publisher() {
    let ran = Sealed::empty().run("--sandbox import --all --api product-ingestion");
    assert!(ran.exit == 1 && ran.stderr.contains("--publisher"), "{}", ran.whole());
}

#[test]
fn images_are_added_listed_and_deprecated() {
    let sealed = imported();
    let add = "image add contoso/linux-images 2026.11.28 --sku contoso-linux-12 --vhd-env GEN1 \
               --generation contoso-linux-12-gen2=GEN2 --generation contoso-linux-12-arm64=ARM";
    whole!("ingestion-image-add", sealed.run(&format!("{add} --dry-run")));
    assert_eq!(sealed.run(add).exit, 0);
    assert_eq!(sealed.run(add).exit, 3, "it is there already");
    let gallery = "image add contoso/firewall 1.11.0 --sku byol --gallery /subscriptions/s/galleries/g/images/i/versions/1.11.0 \
                   --gallery-tenant 5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11";
    assert_eq!(sealed.run(gallery).exit, 0);
    whole!("ingestion-image-deprecate", sealed.run("image deprecate contoso/firewall 1.9.2 --sku byol --dry-run"));
    whole!("ingestion-image-list", sealed.run("--sandbox image list"));
    let label = sealed.run("image add contoso/firewall 1.12.0 --sku byol --vhd-env X --label Text");
    assert!(label.exit == 3 && label.stderr.contains("no label"), "{}", label.whole());
    let pruned = sealed.run("--sandbox image prune contoso/firewall --keep 1 --dry-run");
    assert!(pruned.stdout.contains("customers have it"), "{}", pruned.whole());
}

#[test]
fn files_of_the_portal_are_migrated_and_then_planned_empty() {
    let sealed = Sealed::empty();
    assert_eq!(sealed.run("--sandbox import contoso/firewall contoso/linux-images contoso/legacy-scanner").exit, 0);
    sealed.edit("offers/firewall.yaml", "publisherId", "# Who buys it: everybody.\npublisherId");
    let text = sealed.read("offers/firewall.yaml");
    sealed.write("offers/firewall.yaml", &format!("{text}reconcile:\n  release: draft\n"));
    whole!("ingestion-migrate-dry", sealed.run("--sandbox migrate --dry-run"));
    assert_eq!(sealed.read("offers/firewall.yaml"), format!("{text}reconcile:\n  release: draft\n"));
    let ran = sealed.run("--sandbox migrate");
    assert_eq!(ran.last_line(), "Migrate: 3 migrated, 0 not migrated.", "{}", ran.whole());
    let file = sealed.read("offers/firewall.yaml");
    for kept in ["# Who buys it: everybody.", "api: product-ingestion", "reconcile:\n  release: draft", "$secret"] {
        assert!(file.contains(kept), "{kept}: {file}");
    }
    let ran = sealed.run("--sandbox plan --detailed-exitcode");
    assert_eq!(ran.exit, 0, "{}", ran.whole());
    let again = sealed.run("--sandbox migrate");
    assert_eq!(again.exit, 1, "{}", again.whole());
    let other = Sealed::empty();
    assert_eq!(other.run("--sandbox import contoso/data-stream").exit, 0);
    whole!("ingestion-migrate-no-product", other.run("--sandbox migrate"));
}

#[test]
fn migrate_names_the_included_files_that_nobody_uses_any_more() {
    let unused = "`offers/publisher.yaml` is no longer used; remove it";
    let sealed = Sealed::empty();
    assert_eq!(sealed.run("--sandbox import contoso/firewall contoso/linux-images").exit, 0);
    sealed.write("offers/publisher.yaml", "publisherId: contoso\n");
    for file in ["offers/firewall.yaml", "offers/linux-images.yaml"] {
        sealed.edit(file, "publisherId: contoso", "<<: { $file: publisher.yaml }");
    }
    let ran = sealed.run("--sandbox migrate offers/firewall.yaml --dry-run");
    assert!(ran.exit == 0 && !ran.stdout.contains(unused), "{}", ran.whole());
    let ran = sealed.run("--sandbox migrate --dry-run");
    assert_eq!((ran.exit, ran.stdout.matches(unused).count()), (0, 2), "{}", ran.whole());
    let ran = sealed.run("--sandbox migrate offers/firewall.yaml");
    let next = "next: review the files and commit them; `offerform plan` has nothing to do for these offers\n";
    assert_eq!((ran.exit, ran.stderr.as_str()), (0, next), "{}", ran.whole());
    let ran = sealed.run("--sandbox migrate offers/linux-images.yaml");
    assert!(ran.exit == 0 && ran.stdout.contains(unused), "{}", ran.whole());
    let next = "next: remove the files that are no longer used, because `offerform plan` reads them as offer files; then review and commit\n";
    assert_eq!(ran.stderr, next, "{}", ran.whole());
}

#[test]
fn migrate_lists_the_values_that_differ_from_the_portal() {
    let sealed = Sealed::empty();
    assert_eq!(sealed.run("--sandbox import contoso/firewall").exit, 0);
    let ran = sealed.run("--sandbox migrate --dry-run");
    assert!(ran.exit == 0 && !ran.stdout.contains("from the portal"), "{}", ran.whole());
    sealed.edit("offers/firewall.yaml", "displayText: Contoso Firewall", "displayText: Contoso Firewall 2");
    let ran = sealed.run("--sandbox migrate --dry-run");
    let lost = "  lost  1 value that differs from the portal; the new file has those of the portal: `/definition/displayText`\n";
    assert!(ran.exit == 0 && ran.stdout.contains(lost), "{}", ran.whole());
}

/// Places of the `reconcile` block are those of the new file, wherever the block stands; a part with nothing else is not used any more.
#[test]
fn migrate_keeps_comments_on_plans_and_the_reconcile_block() {
    let sealed = Sealed::empty();
    assert_eq!(sealed.run("--sandbox import contoso/firewall contoso/linux-images").exit, 0);
    sealed.edit("offers/firewall.yaml", "    - planId: byol", "    # For partners.\n    - planId: byol # not sold");
    let summary = "/definition/offer/microsoft-azure-marketplace.summary";
    let videos = "/definition/offer/microsoft-azure-marketplace.videos";
    let settings = format!("reconcile:\n  ignore:\n    - {{ path: {summary}, reason: Marketing. }}\n    - {videos}\n");
    sealed.write("offers/firewall.yaml", &format!("{}{settings}", sealed.read("offers/firewall.yaml")));
    sealed.write("offers/parts/settings.yaml", "reconcile: { release: draft, ownership: declared }\n");
    sealed.edit("offers/linux-images.yaml", "publisherId", "<<: { $file: parts/settings.yaml }\npublisherId");
    let ran = sealed.run("--sandbox migrate");
    assert_eq!(ran.exit, 0, "{}", ran.whole());
    for line in [
        "  kept  the comment on plan `byol`",
        &format!("  kept  `reconcile.ignore` at `{summary}`, now `/resources/listing/en-us/searchResultSummary`"),
        &format!("  lost  `reconcile.ignore` at `{videos}`: the product has no such place"),
        "  lost  `offers/parts/settings.yaml` is no longer used; remove it",
    ] {
        assert!(ran.stdout.lines().any(|told| told == line), "{line}: {}", ran.whole());
    }
    assert!(sealed.read("offers/firewall.yaml").contains("    # For partners.\n    - planId: byol  # not sold\n"));
    assert!(sealed.read("offers/linux-images.yaml").ends_with("reconcile:\n  release: draft\n  ownership: declared\n"));
    std::fs::remove_dir_all(sealed.path("offers/parts")).unwrap();
    let mut edit = sealed.command("sandbox edit contoso/firewall /resources/listing/en-us/searchResultSummary");
    edit.arg("Edited");
    assert_eq!(sealed.finish(edit).exit, 0);
    let plan = sealed.run("--sandbox plan --detailed-exitcode");
    assert!(plan.exit == 0 && plan.stdout.contains("Marketing."), "{}", plan.whole());
}

#[test]
fn what_is_wrong_in_a_file_is_told_with_its_place() {
    let sealed = Sealed::empty();
    sealed.write(
        "offers/a.yaml",
        "api: product-ingestion\npublisherId: contoso\nid: a\ntype: azureVirtualMachine\ntitle: x\nresources:\n  plan: {}\n  \
         listing: []\n  submission: {}\n  customer-leads: null\n  custumer-leads: {}\n  plans:\n    - plan: {}\n    - planId: b\n      \
         listing: {}\n    - planId: b\n",
    );
    sealed.write("offers/b.yaml", "api: partner-center\npublisherId: contoso\nid: b\n");
    whole!("ingestion-bad-file", sealed.run("validate"));
}

/// The service cancels by the id of a job: that of the record. What was cancelled is released again, although customers have an earlier draft.
#[test]
fn a_release_that_another_run_started_is_cancelled() {
    let sealed = imported();
    sealed.edit("offers/image-scanner.yaml", "title: Contoso Image Scanner", "title: Image Scanner");
    assert_eq!(sealed.run("--sandbox apply --auto-approve").exit, 0);
    assert_eq!(sealed.run("--sandbox publish contoso/image-scanner --auto-approve").exit, 0);
    let cancelled = sealed.run("--sandbox cancel contoso/image-scanner --auto-approve");
    assert_eq!(cancelled.exit, 0, "{}", cancelled.whole());
    let status = sealed.run("--sandbox status image-scanner --format json").stdout;
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert_eq!(
        (&status["offers"][0]["operation"], &status["offers"][0]["released"]),
        (&serde_json::Value::Null, &"draft".into())
    );
    let plan = sealed.run("--sandbox plan offers/image-scanner.yaml --publish");
    assert_eq!(plan.last_line(), "Plan: 0 to create, 0 to update, 1 to release, 0 unchanged.", "{}", plan.whole());
}

/// A repository with two offers of a served sandbox, and a folder for caches of its own.
struct Planning {
    sealed: Sealed,
    serving: Serving,
    cache: TempDir,
}

impl Planning {
    fn start() -> Self {
        let sealed = imported();
        for file in ["firewall", "linux-images", "legacy-scanner"] {
            std::fs::remove_file(sealed.path(&format!("offers/{file}.yaml"))).unwrap();
        }
        // The import keeps the ids in the record of the sandbox; a plan of a service that is served has another one.
        let serving = Serving::start(&sealed);
        Self { sealed, serving, cache: TempDir::new().unwrap() }
    }

    fn run_in(&self, cache: &Path, line: &str) -> Ran {
        let variables = [
            ("OFFERFORM_INGESTION_TOKEN", "anything"),
            ("OFFERFORM_ENDPOINT", self.serving.endpoint.as_str()),
            ("XDG_CACHE_HOME", cache.to_str().unwrap()),
        ];
        self.sealed.run_with(&variables, line)
    }

    /// What a run asks the service, without the part of each address that all of them have.
    fn asks_in(&self, cache: &Path, line: &str) -> Vec<String> {
        let log = || self.sealed.run("sandbox log").stdout;
        let before = log().lines().count();
        let ran = self.run_in(cache, line);
        assert_eq!(ran.exit, 0, "{line}: {}", ran.whole());
        let path = |line: &str| {
            line.split_once("/rp/product-ingestion/").unwrap().1.split(['?', '/']).next().unwrap().to_owned()
        };
        let mut asked: Vec<String> = log().lines().skip(before).map(path).collect();
        asked.sort();
        asked
    }

    fn asks(&self, line: &str) -> Vec<String> {
        self.asks_in(self.cache.path(), line)
    }

    fn cache_file(&self) -> PathBuf {
        let mut files = std::fs::read_dir(self.cache.path().join("offerform")).unwrap();
        let file = files.next().unwrap().unwrap().path();
        assert!(files.next().is_none());
        file
    }

    /// The ids in the cache, by offer.
    fn cached(&self) -> serde_json::Value {
        let text = String::from_utf8(std::fs::read(self.cache_file()).unwrap()).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["products"].take()
    }

    /// Puts another id in the cache.
    fn spoil(&self, offer: &str, id: &str) {
        let text = String::from_utf8(std::fs::read(self.cache_file()).unwrap()).unwrap();
        let mut content: serde_json::Value = serde_json::from_str(&text).unwrap();
        content["products"][offer]["product"] = id.into();
        std::fs::write(self.cache_file(), content.to_string()).unwrap();
    }
}

#[test]
fn a_plan_looks_up_each_product_once_for_all_runs_that_follow() {
    let planning = Planning::start();
    assert_eq!(planning.asks("plan --detailed-exitcode"), ["product", "product", "resource-tree", "resource-tree"]);
    assert_eq!(planning.asks("plan --detailed-exitcode"), ["resource-tree", "resource-tree"]);
    let declared = ["contoso/image-scanner", "contoso/policy-console"];
    assert_eq!(planning.cached().as_object().unwrap().keys().collect::<Vec<_>>(), declared);
    // It lists all products, to name those that no file declares.
    assert_eq!(planning.asks("drift"), ["product", "resource-tree", "resource-tree"]);
    assert_eq!(planning.asks("operations list contoso/policy-console --api product-ingestion"), ["submission"]);
    assert!(!planning.sealed.path(".offerform/record.json").exists(), "a plan writes no record");
    assert_eq!(
        planning.asks("show contoso/firewall --api product-ingestion")[0],
        "resource-tree",
        "the list told its id"
    );
}

#[test]
fn an_id_in_the_cache_that_is_lost_or_wrong_is_looked_up_again() {
    let planning = Planning::start();
    let lookup = ["product", "product", "resource-tree", "resource-tree"];
    assert_eq!(planning.asks("plan --detailed-exitcode"), lookup);
    let (right, console) = (planning.cached(), "contoso/policy-console");
    let of_another = right["contoso/image-scanner"]["product"].as_str().unwrap();
    for wrong in ["11111111-2222-3333-4444-555555555555", of_another, "..", "a/../b", "\u{fc}"] {
        planning.spoil(console, wrong);
        let asked = planning.asks("plan --detailed-exitcode");
        let lookups = asked.iter().filter(|path| *path == "product").count();
        assert_eq!(lookups, 1, "{wrong}: {asked:?}");
        assert_eq!(planning.cached(), right, "{wrong}");
        assert_eq!(planning.asks("plan --detailed-exitcode"), ["resource-tree", "resource-tree"], "{wrong}");
    }
    for line in ["operations list contoso/policy-console", "status policy-console", "diff contoso/policy-console"] {
        planning.spoil(console, "11111111-2222-3333-4444-555555555555");
        planning.asks(line);
        assert_eq!(planning.cached(), right, "{line}");
    }
    std::fs::write(planning.cache_file(), "{ half").unwrap();
    assert_eq!(planning.asks("plan --detailed-exitcode"), lookup);
    assert_eq!(planning.cached(), right);
    std::fs::remove_dir_all(planning.cache.path().join("offerform")).unwrap();
    assert_eq!(planning.asks("plan --detailed-exitcode"), lookup);
}

#[test]
fn a_plan_needs_no_cache_and_that_of_the_sandbox_writes_none() {
    let planning = Planning::start();
    let lookup = ["product", "product", "resource-tree", "resource-tree"];
    let taken = planning.cache.path().join("taken");
    std::fs::write(&taken, "a file in the place of the folder").unwrap();
    for _ in 0..2 {
        assert_eq!(planning.asks_in(&taken, "plan --detailed-exitcode"), lookup);
        assert_eq!(planning.asks_in(Path::new("relative"), "plan --detailed-exitcode"), lookup);
    }
    assert!(!planning.sealed.path("relative").exists(), "nothing is written into the repository");
    let sandbox = planning.run_in(planning.cache.path(), "--sandbox plan --detailed-exitcode");
    assert_eq!(sandbox.exit, 0, "{}", sandbox.whole());
    assert!(!planning.cache.path().join("offerform").exists());
}

/// Products are edited by the places that their files have, also those that the portal's API does not know.
#[test]
fn a_product_is_edited_in_the_sandbox_here_and_where_it_is_served() {
    let sealed = imported();
    let edits = [
        ("contoso/policy-console /resources/listing/en-us/title", "listing/en-us/title"),
        ("policy-console /resources/plans/standard/plan-listing/en-us/name", "plan-listing/en-us/name"),
        ("contoso/firewall /resources/product/alias", "product/alias"),
    ];
    let edit = |place: &str, value: &str| sealed.run(&format!("sandbox edit {place} {value}"));
    let plan = || sealed.run("--sandbox plan").stdout;
    for (place, shown) in edits {
        assert_eq!(edit(place, "First").exit, 0, "{place}");
        assert!(plan().lines().any(|line| line.contains(shown) && line.contains("\"First\"")), "{shown}: {}", plan());
    }
    let wrong = |place: &str| {
        let ran = edit(place, "x");
        assert_eq!(ran.exit, 1, "{place}");
        ran.stderr
    };
    let serving = Serving::start(&sealed);
    for (place, shown) in edits {
        assert_eq!(edit(place, "Second").exit, 0, "{place}");
        assert!(plan().lines().any(|line| line.contains(shown) && line.contains("\"Second\"")), "{shown}: {}", plan());
    }
    let served = ["contoso/nothing /a", "contoso/policy-console /definition/a"].map(wrong);
    drop(serving);
    let here = ["contoso/nothing /a", "contoso/policy-console /definition/a"].map(wrong);
    assert_eq!(served, here);
    assert!(
        here[0].contains("no offer `contoso/nothing`")
            && here[0].ends_with("only the Product Ingestion API has image-scanner, policy-console\n"),
        "{here:?}"
    );
    assert!(here[1].contains("write one such as `/resources/"), "{here:?}");
}
