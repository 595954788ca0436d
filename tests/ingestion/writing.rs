//! What is sent, what is kept, and what happens when somebody else writes at the same time.

use offerform::apply::{Outcome, RemarkKind};
use offerform::plan::Allowance;
use offerform::simulator::ingestion::Dialect;
use offerform::simulator::{Fault, FaultRule, When};
use serde_json::json;

use crate::bench::{Bench, changes, edit_as_another_client, outcomes, resource_types};

/// The files of a product with one text in place of another.
async fn edited(bench: &Bench, product: &str, from: &str, to: &str) -> std::collections::BTreeMap<String, String> {
    let mut import = bench.import(&[product]).await;
    let file = import.files.get_mut(&format!("{product}.yaml")).unwrap();
    assert!(file.contains(from), "{file}");
    *file = file.replace(from, to);
    import.files
}

#[tokio::test]
async fn a_resource_is_sent_whole_with_what_no_file_declares() {
    let bench = Bench::new();
    bench.edit("policy-console", "listing", None, |listing| {
        listing["contoso.bigNumber"] = serde_json::from_str("9007199254740993").unwrap();
        listing["contoso.nested"] = json!({"kept": [1, {"two": 2}]});
    });
    let import = bench.import(&["policy-console"]).await;
    let mut files = import.files;
    let file = files.get_mut("policy-console.yaml").unwrap();
    let lines: Vec<&str> = file.lines().filter(|line| !line.contains("contoso.bigNumber")).collect();
    *file = lines.join("\n").replace("title: Contoso Policy Console", "title: Renamed");
    let report = bench.apply(&files).await;
    assert_eq!(outcomes(&report), [&Outcome::Updated], "{:?}", report.offers[0].remarks);
    let writes = bench.writes();
    let sent = &writes.last().unwrap()["resources"][0];
    assert_eq!(sent["title"], "Renamed");
    assert_eq!(sent["contoso.bigNumber"].to_string(), "9007199254740993");
    assert_eq!(sent["contoso.nested"], json!({"kept": [1, {"two": 2}]}));
    assert!(sent.get("validations").is_none() && sent.get("id").is_none(), "{sent}");
}

#[tokio::test]
async fn a_secret_is_sent_with_its_own_resource_only() {
    let bench = Bench::new();
    let files = edited(&bench, "policy-console", "title: Contoso Policy Console", "title: Renamed").await;
    bench.apply(&files).await;
    assert_eq!(bench.writes().iter().map(resource_types).collect::<Vec<_>>(), [["listing"]]);
    assert!(!bench.writes()[0].to_string().contains("a secret"));

    let files: std::collections::BTreeMap<String, String> = files
        .into_iter()
        .map(|(path, text)| {
            (
                path,
                text.replace(
                    "leadDestination: marketo",
                    "leadDestination: marketo\n    contactEmail: [leads@contoso.example]",
                ),
            )
        })
        .collect();
    bench.apply(&files).await;
    let writes = bench.writes();
    let leads = &writes.last().unwrap()["resources"][0];
    assert_eq!(leads["marketoLeadConfiguration"]["clientSecret"], "a secret", "{leads}");
}

#[tokio::test]
async fn an_edit_of_another_resource_between_the_read_and_the_write_is_not_lost() {
    let bench = Bench::new();
    let files = edited(&bench, "image-scanner", "title: Contoso Image Scanner", "title: Renamed").await;
    bench.before_next_write(|service| {
        edit_as_another_client(service, "image-scanner", "property", None, |property| {
            property["termsConditions"] = json!("custom");
            property["termsOfUse"] = json!("edited meanwhile");
        });
    });
    bench.apply(&files).await;
    assert_eq!(bench.resource("image-scanner", "property", None)["termsOfUse"], "edited meanwhile");
    assert_eq!(bench.resource("image-scanner", "listing", None)["title"], "Renamed");
}

#[tokio::test]
async fn an_edit_right_after_a_write_is_not_taken_for_what_the_service_makes_of_it() {
    let bench = Bench::new();
    let files = edited(&bench, "image-scanner", "title: Contoso Image Scanner", "title: Renamed").await;
    let plan = bench.plan(&files).await;
    // The run and the writer have read the draft; the third read is the one after the job.
    bench.before_read(3, |service| {
        edit_as_another_client(service, "image-scanner", "listing", None, |listing| {
            listing["title"] = json!("Edited by somebody else");
        });
    });
    let report = bench.carry_out(&files, plan, &[]).await;
    let [remark] = report.offers[0].remarks.as_slice() else { panic!("{:?}", report.offers[0].remarks) };
    assert_eq!((remark.kind, remark.path.as_str()), (RemarkKind::NotVerified, "/resources/listing/en-us/title"));
    assert_eq!(changes(&bench.plan(&files).await.offers()[0]), ["Replace /resources/listing/en-us/title"]);
    assert_eq!(bench.writes().len(), 1, "nothing is written again over an edit");
}

#[tokio::test]
async fn an_edit_between_plan_and_apply_is_seen() {
    let bench = Bench::new();
    let files = edited(&bench, "image-scanner", "title: Contoso Image Scanner", "title: Renamed").await;
    let plan = bench.plan(&files).await;
    bench.edit("image-scanner", "listing", None, |listing| listing["title"] = json!("Somebody else's"));
    let report = bench.carry_out(&files, plan, &[]).await;
    assert!(matches!(outcomes(&report)[..], [Outcome::Conflict { .. }]), "{:?}", outcomes(&report));
    assert!(bench.writes().is_empty());
    assert_eq!(bench.resource("image-scanner", "listing", None)["title"], "Somebody else's");
}

#[tokio::test]
async fn a_write_that_stops_in_the_middle_is_told_with_the_reason_and_what_is_left() {
    let bench = Bench::new();
    let import = bench.import(&["firewall"]).await;
    let mut files = import.files;
    let file = files.get_mut("firewall.yaml").unwrap();
    // Names of plans are unique: the second plan listing is refused, and the first resource stays written.
    *file = file
        .replace("alias: Standard", "alias: Standard edition")
        .replace("name: Bring your own licence", "name: Standard");
    let report = bench.apply(&files).await;
    let [Outcome::Failed(failed)] = outcomes(&report)[..] else { panic!("{:?}", outcomes(&report)) };
    assert!(failed.message.contains("must be unique"), "{}", failed.message);
    assert!(failed.message.contains("1 of 2 changes are left"), "{}", failed.message);
    assert_eq!(bench.resource("firewall", "plan", Some("standard"))["alias"], "Standard edition");
    assert_eq!(changes(&bench.plan(&files).await.offers()[0]).len(), 1);
}

#[tokio::test]
async fn what_the_service_makes_of_a_value_is_learned() {
    let bench = Bench::speaking(Dialect::reports());
    let terms = "termsConditions: standardMicrosoft\n    termsOfUse: What customers agree to, in the words of Contoso.";
    let files = edited(&bench, "image-scanner", "termsConditions: standardMicrosoft", terms).await;
    let report = bench.apply(&files).await;
    assert_eq!(outcomes(&report), [&Outcome::Updated], "{:?}", report.offers[0].remarks);
    let kinds: Vec<RemarkKind> = report.offers[0].remarks.iter().map(|remark| remark.kind).collect();
    assert_eq!(kinds, [RemarkKind::Rewritten], "{:?}", report.offers[0].remarks);
    bench.is_silent(&files).await;
    // The second write tells what the service makes of a value from what somebody else wrote right after the first one.
    assert_eq!(bench.writes().len(), 2);
}

#[tokio::test]
async fn an_edit_between_the_last_two_reads_is_seen_by_the_second_one() {
    // The run reads the draft, and the writer reads it once more right before it sends anything.
    for nth in [1, 2] {
        let bench = Bench::new();
        let files = edited(&bench, "image-scanner", "title: Contoso Image Scanner", "title: Renamed").await;
        let plan = bench.plan(&files).await;
        bench.before_read(nth, |service| {
            edit_as_another_client(service, "image-scanner", "listing", None, |listing| {
                listing["shortDescription"] = json!("Edited by somebody else.");
            });
        });
        let report = bench.carry_out(&files, plan, &[]).await;
        let listing = bench.resource("image-scanner", "listing", None);
        assert_eq!(listing["shortDescription"], "Edited by somebody else.", "{nth}: {:?}", outcomes(&report));
    }
}

#[tokio::test]
async fn a_refusal_that_repeats_a_secret_is_told_without_it() {
    let bench = Bench::new();
    let leads = "leadDestination: marketo\n    contactEmail: [leads@contoso.example]";
    let files = edited(&bench, "policy-console", "leadDestination: marketo", leads).await;
    let failure =
        serde_json::from_value(json!({"resource": "customer-leads", "message": "`a secret` was not accepted"}));
    let when = When { method: "POST".to_owned(), path: "*/configure".to_owned(), nth: 1 };
    bench.faults(vec![FaultRule { when, times: 1, fault: Fault::FailResource(failure.unwrap()) }]);
    // The change of where leads go is allowed.
    let allow: Allowance = "lead-destination-changed:contoso/policy-console".parse().unwrap();
    let report = bench.apply_allowing(&files, &[allow]).await;
    assert!(bench.all_faults_fired());
    let told = format!("{:?}", outcomes(&report));
    assert!(told.contains("was not accepted") && !told.contains("a secret"), "{told}");
}
