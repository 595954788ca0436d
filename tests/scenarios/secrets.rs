//! Secrets: sent with every write of their offer, never compared, and never lost without somebody's yes.

use offerform::apply::Outcome;
use offerform::plan::{self, Action};
use offerform::simulator::{Dialect, Fault, Rewrites};
use serde_json::json;

use super::bench::{Bench, FIREWALL, LONG_SUMMARY, SUMMARY, changes, edit_between, exit, once, outcome, remarks};

const MARKETO: &str = "/definition/offer/microsoft-azure-marketplace.marketoLeadConfiguration/clientSecret";
const TABLE: &str =
    "/definition/offer/microsoft-azure-marketplace.tableLeadConfiguration/storageAccountConnectionString";

/// An offer with two secrets that the service keeps to itself and one address that it gives back.
const DECLARED: &str = "\
publisherId: contoso
id: firewall
offerTypeId: microsoft-azure-virtualmachines
definition:
  offer:
    microsoft-azure-marketplace:
      title: Contoso Firewall
      summary: The declared summary
      marketoLeadConfiguration: { munchkinId: 123-ABC, clientSecret: { $secret: { env: MARKETO } } }
      tableLeadConfiguration: { storageAccountConnectionString: { $secret: { file: table.txt } } }
  plans:
    - planId: standard
      regions: [US]
      microsoft-azure-virtualmachines.vmImages:
        1.0.0: { osVhdUrl: { $secret: { env: VHD } }, lunVhdDetails: [] }
";

async fn applied() -> Bench {
    let bench = Bench::empty(Dialect::default(), Rewrites::default());
    bench.secret("MARKETO", "marketo-hush");
    bench.secret("table.txt", "AccountKey=table-hush");
    bench.secret("VHD", "https://images.contoso.example/1.vhd?sv=1&sig=vhd-hush");
    let report = bench.apply(DECLARED).await;
    assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Created), "{:?}", remarks(&report));
    bench
}

fn are_in_the_portal(bench: &Bench, marketo: &str) -> bool {
    let service = bench.service();
    service.secret_matches(FIREWALL, MARKETO, marketo) == Some(true)
        && service.secret_matches(FIREWALL, TABLE, "AccountKey=table-hush") == Some(true)
}

#[tokio::test]
async fn they_go_with_every_write_and_cause_none() {
    let bench = applied().await;
    assert!(are_in_the_portal(&bench, "marketo-hush"));
    bench.is_silent(DECLARED).await;
    for (pointer, value) in [(SUMMARY, json!("By hand")), (TITLE, json!("By hand"))] {
        bench.edit(pointer, value);
        let report = bench.apply(DECLARED).await;
        assert_eq!((exit(&report), outcome(&report)), (0, &Outcome::Updated), "{:?}", remarks(&report));
        let sent = bench.puts().pop().unwrap();
        assert_eq!(sent.at(MARKETO), Some(&json!("marketo-hush")));
        assert_eq!(sent.at(TABLE), Some(&json!("AccountKey=table-hush")));
        assert!(are_in_the_portal(&bench, "marketo-hush"));
    }
}

const TITLE: &str = "/definition/offer/microsoft-azure-marketplace.title";

#[tokio::test]
async fn they_go_with_a_second_try_too() {
    for fault in [Fault::LoseRequest, edit_between(LONG_SUMMARY, json!("Meanwhile"))] {
        let bench = applied().await;
        bench.edit(SUMMARY, json!("By hand"));
        bench.faults(vec![once("PUT", fault)]);
        let report = bench.apply(DECLARED).await;
        assert!(bench.all_faults_fired());
        assert_eq!((exit(&report), bench.puts().len()), (0, 3));
        assert!(are_in_the_portal(&bench, "marketo-hush"));
    }
}

#[tokio::test]
async fn another_value_goes_with_the_next_write() {
    let bench = applied().await;
    bench.secret("MARKETO", "marketo-rotated");
    bench.is_silent(DECLARED).await;
    bench.edit(SUMMARY, json!("By hand"));
    assert_eq!(exit(&bench.apply(DECLARED).await), 0);
    assert!(are_in_the_portal(&bench, "marketo-rotated"));
}

#[tokio::test]
async fn a_plan_neither_needs_nor_shows_them() {
    let bench = applied().await;
    bench.edit(SUMMARY, json!("By hand"));
    let with = bench.plan(DECLARED).await;
    bench.forget_secrets();
    let without = bench.plan(DECLARED).await;
    assert_eq!(changes(&with.offers()[0]), [format!("Replace {SUMMARY}")]);
    assert_eq!(changes(&without.offers()[0]), [format!("Replace {SUMMARY}")]);
    let shown = format!("{with:?}{without:?}");
    assert!(!shown.contains("hush"), "not even to a debugger: {shown}");
    // Without them nothing is sent.
    let before = bench.document();
    let report = bench.run(DECLARED, without, &[]).await;
    let Outcome::Failed(failure) = outcome(&report) else { panic!("{:?}", outcome(&report)) };
    assert!(failure.message.contains("env MARKETO") && failure.message.contains("file table.txt"), "{failure:?}");
    assert_eq!((exit(&report), bench.puts().len(), bench.document()), (1, 1, before));
}

#[tokio::test]
async fn a_disk_address_is_compared_without_its_signature() {
    let bench = applied().await;
    bench.secret("VHD", "https://images.contoso.example/1.vhd?sv=2&sig=renewed");
    bench.is_silent(DECLARED).await;
    bench.secret("VHD", "https://images.contoso.example/2.vhd?sv=2&sig=renewed");
    let plan = bench.plan(DECLARED).await;
    let vhd = "/definition/plans/standard/microsoft-azure-virtualmachines.vmImages/1.0.0/osVhdUrl";
    assert_eq!(changes(&plan.offers()[0]), [format!("Replace {vhd}")]);
    let report = bench.run(DECLARED, plan, &[]).await;
    assert_eq!(exit(&report), 0, "{:?}", remarks(&report));
    bench.is_silent(DECLARED).await;
}

#[tokio::test]
async fn the_service_does_not_bring_them_back_by_repeating_them() {
    let bench = applied().await;
    bench.edit(SUMMARY, json!("By hand"));
    // The service complains, and quotes what it complains about.
    bench.answer_puts_with(400, r#"{"error": {"code": "Bad", "message": "cannot use marketo-hush, AccountKey=table-hush and https://images.contoso.example/1.vhd?sv=1&sig=vhd-hush"}}"#);
    let report = bench.apply(DECLARED).await;
    let Outcome::Failed(failure) = outcome(&report) else { panic!("{:?}", outcome(&report)) };
    assert!(failure.message.contains("cannot use"), "{}", failure.message);
    assert!(!format!("{report:?}").contains("hush"), "{report:?}");
}

#[tokio::test]
async fn what_the_portal_has_and_no_file_declares_is_not_erased_without_a_yes() {
    let bare = "\
publisherId: contoso
id: firewall
offerTypeId: microsoft-azure-virtualmachines
definition: { offer: { microsoft-azure-marketplace.summary: The declared summary } }
";
    let with = |extra: &str| bare.replace("summary } }", &format!("summary{extra} }} }}"));
    let marketo = "microsoft-azure-marketplace.marketoLeadConfiguration";
    // What the portal has besides, what is declared besides, and the guard's target.
    for (live, declared, target) in [
        (json!({marketo: {"munchkinId": "1"}}), "", Some(marketo)),
        (json!({marketo: {"munchkinId": "1"}}), ", microsoft-azure-marketplace.title: T", Some(marketo)),
        (
            json!({marketo: {"munchkinId": "1"}}),
            ", microsoft-azure-marketplace.marketoLeadConfiguration: { munchkinId: 2 }",
            Some(marketo),
        ),
        (
            json!({marketo: {"munchkinId": "1"}}),
            ", microsoft-azure-marketplace.marketoLeadConfiguration: { clientSecret: { $secret: { env: X } } }",
            None,
        ),
        (json!({marketo: {"munchkinId": "1"}}), ", microsoft-azure-marketplace.marketoLeadConfiguration: null", None),
        (json!({marketo: {}}), "", None),
        // All that this kind of destination holds is a secret, so nothing of it is to be seen.
        (
            json!({"microsoft-azure-marketplace.leadDestination": "AzureTable", "microsoft-azure-marketplace.tableLeadConfiguration": {}}),
            "",
            Some("microsoft-azure-marketplace.leadDestination"),
        ),
        (
            json!({"microsoft-azure-marketplace.leadDestination": "AzureTable", "microsoft-azure-marketplace.tableLeadConfiguration": {}}),
            ", microsoft-azure-marketplace.tableLeadConfiguration: { storageAccountConnectionString: { $secret: { env: X } } }",
            None,
        ),
        (
            json!({"microsoft-azure-marketplace.leadDestination": "AzureTable"}),
            ", microsoft-azure-marketplace.leadDestination: None",
            None,
        ),
        (json!({"microsoft-azure-marketplace.leadDestination": "None"}), "", None),
        (
            json!({"microsoft-azure-marketplace.leadDestination": "HttpsEndpoint",
                "microsoft-azure-marketplace.httpsEndpointLeadConfiguration": {"httpsEndpointUrl": "https://x.example"}}),
            "",
            None,
        ),
    ] {
        let bench = Bench::empty(Dialect::default(), Rewrites::none());
        let mut offer = live.clone();
        offer["microsoft-azure-marketplace.summary"] = json!("By hand");
        bench.has(json!({"publisherId": "contoso", "id": "firewall", "offerTypeId": "microsoft-azure-virtualmachines",
            "definition": {"offer": offer, "plans": []}}));
        let plan = bench.plan(&with(declared)).await;
        assert_eq!(plan.offers()[0].action(), Action::Update);
        let guards: Vec<String> = plan.offers()[0].guards().iter().map(plan::Guard::name).collect();
        let expected: Vec<String> =
            target.iter().map(|target| format!("secret-not-declared:contoso/firewall/{target}")).collect();
        assert_eq!(guards, expected, "{live} {declared}");
        let refused = plan::approve(plan.clone(), &[]).is_err();
        assert_eq!(refused, target.is_some());
        let allow: Vec<_> = expected.iter().map(|name| name.parse().unwrap()).collect();
        assert!(plan::approve(plan, &allow).is_ok(), "it can be allowed");
    }
}
