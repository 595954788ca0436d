//! Keys of storage accounts that are asked of Azure: a stand-in for the management service, and one for the Azure CLI.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::sealed::{Sealed, whole};
use crate::stand_in::{Answer, Asked, StandIn};

/// Sixteen bytes, for tests.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODw==";

/// An offer whose disk is signed with a key from Azure.
const OFFER: &str = "publisherId: contoso
id: backup
offerTypeId: microsoft-azure-virtualmachines
definition:
  displayText: Backup
  plans:
    - planId: standard
      regions: [US]
      microsoft-azure-virtualmachines:
        skuTitle: Standard
        vmImages:
          1.0.0:
            osVhdUrl:
              $sas: { account: contosoimages, container: vhds, blob: backup-1.0.0.vhd, key: { from: azure } }
            lunVhdDetails: []
";

/// A repository with the offer, and an `az` that gives a different token for each scope.
fn repository() -> Sealed {
    let sealed = Sealed::empty();
    sealed.write("offers/backup.yaml", OFFER);
    let az = "#!/bin/sh
scope=none
while [ $# -gt 0 ]; do
  case \"$1\" in --scope) scope=\"$2\" ;; esac
  shift
done
case \"$scope\" in
  https://cloudpartner.azure.com/.default) token=portal-token ;;
  https://management.azure.com/.default) token=management-token ;;
  *) echo \"unexpected scope $scope\" >&2; exit 1 ;;
esac
echo \"{\\\"accessToken\\\": \\\"$token\\\", \\\"expires_on\\\": 4102444800, \\\"tokenType\\\": \\\"Bearer\\\"}\"
";
    sealed.write("bin/az", az);
    std::fs::set_permissions(sealed.path("bin/az"), std::fs::Permissions::from_mode(0o755)).unwrap();
    sealed
}

/// The portal: it has no such offer, and takes it.
fn portal() -> StandIn {
    let written = std::sync::Mutex::new(None::<String>);
    let with_revision = |status: u16, body: &str| (status, "etag: \"1\"\r\n".to_owned(), body.to_owned());
    StandIn::start(move |asked| {
        let mut written = written.lock().unwrap();
        match (asked.method.as_str(), written.as_deref()) {
            ("PUT", _) => with_revision(201, written.insert(asked.body.clone())),
            (_, Some(offer)) if asked.path.contains("/offers/backup?") => with_revision(200, offer),
            _ if asked.path.contains("/offers/backup") => (404, String::new(), "{}".to_owned()),
            _ => (200, String::new(), "[]".to_owned()),
        }
    })
}

/// Azure with two subscriptions; the account is in the second, on the second page of its list.
fn azure(asked: &Asked, host: &str) -> Answer {
    let answer = |body: serde_json::Value| (200, String::new(), body.to_string());
    let account = "/subscriptions/two/resourceGroups/images/providers/Microsoft.Storage/storageAccounts/contosoimages";
    let path = asked.path.split('?').next().unwrap();
    match (asked.method.as_str(), path) {
        ("GET", "/subscriptions") => {
            answer(json!({ "value": [{ "subscriptionId": "one" }, { "subscriptionId": "two" }] }))
        }
        ("GET", "/subscriptions/two/providers/Microsoft.Storage/storageAccounts") if asked.path.contains("page=2") => {
            answer(json!({ "value": [{ "name": "contosoimages", "id": account }] }))
        }
        ("GET", "/subscriptions/two/providers/Microsoft.Storage/storageAccounts") => {
            let next = format!("{host}{path}?api-version=2023-01-01&page=2");
            answer(json!({ "value": [{ "name": "other", "id": "/x" }], "nextLink": next }))
        }
        ("GET", "/subscriptions/one/providers/Microsoft.Storage/storageAccounts") => {
            // A page that lies elsewhere is not asked for: the token would go along.
            answer(json!({ "value": [], "nextLink": "https://elsewhere.example/subscriptions" }))
        }
        ("POST", path) if path == format!("{account}/listKeys") => answer(json!({ "keys": [
            { "keyName": "key1", "value": "cmVhZA==", "permissions": "READ" },
            { "keyName": "key2", "value": KEY, "permissions": "FULL" },
        ] })),
        _ => (404, String::new(), json!({ "error": { "code": "NotFound", "message": "none" } }).to_string()),
    }
}

/// A stand-in whose answers name its own address, as those of Azure do.
fn management(answer: impl Fn(&Asked, &str) -> Answer + Send + Sync + 'static) -> StandIn {
    let address = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let known = std::sync::Arc::clone(&address);
    let stand_in = StandIn::start(move |asked| answer(asked, &known.lock().unwrap()));
    stand_in.endpoint.clone_into(&mut address.lock().unwrap());
    stand_in
}

fn run(sealed: &Sealed, (portal, management): (&str, &str), line: &str) -> crate::sealed::Ran {
    let path = format!("{}:/usr/bin:/bin", sealed.path("bin").display());
    let variables =
        [("PATH", path.as_str()), ("OFFERFORM_ENDPOINT", portal), ("OFFERFORM_MANAGEMENT_ENDPOINT", management)];
    sealed.run_with(&variables, &format!("--auth cli {line}"))
}

#[test]
fn a_disk_is_signed_with_a_key_that_azure_gives_and_each_token_goes_to_its_own_service() {
    let sealed = repository();
    let (portal, azure) = (portal(), management(azure));
    let at = (portal.endpoint.as_str(), azure.endpoint.as_str());
    let plan = run(&sealed, at, "plan --no-fetch --out plan.json");
    assert_eq!(plan.exit, 0, "{}", plan.whole());
    assert_eq!(azure.asked().len(), 0, "a plan needs no key");
    let applied = run(&sealed, at, "apply --auto-approve --no-fetch --report report.json -vv");
    let puts: Vec<Asked> = portal.asked().into_iter().filter(|asked| asked.method == "PUT").collect();
    assert_eq!(puts.len(), 1, "{}", applied.whole());
    assert!(puts[0].body.contains("backup-1.0.0.vhd?sv=2020-12-06&st="), "{}", puts[0].body);
    let signature = puts[0].body.split("&sig=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for (name, text) in [
        ("output", format!("{}{}", plan.whole(), applied.whole())),
        ("plan.json", sealed.read("plan.json")),
        ("report.json", sealed.read("report.json")),
    ] {
        assert!(!text.contains(KEY) && !text.contains(&signature), "{name} holds a secret");
        assert!(!text.contains("management-token") && !text.contains("portal-token"), "{name} holds a token");
    }
    assert!(portal.asked().iter().all(|asked| asked.authorization == "Bearer portal-token"), "{:?}", portal.asked());
    assert!(azure.asked().iter().all(|asked| asked.authorization == "Bearer management-token"), "{:?}", azure.asked());
    let last = azure.asked().pop().unwrap();
    assert_eq!((last.method.as_str(), last.body.as_str()), ("POST", ""));
    assert!(last.path.ends_with("/contosoimages/listKeys?api-version=2023-01-01"), "{}", last.path);
}

#[test]
fn an_account_whose_place_is_declared_is_not_looked_for() {
    let sealed = repository();
    sealed.edit("offers/backup.yaml", "from: azure", "from: azure, subscription: two, resource_group: images");
    let (portal, azure) = (portal(), management(azure));
    let applied = run(&sealed, (&portal.endpoint, &azure.endpoint), "apply --auto-approve --no-fetch");
    let paths: Vec<String> = azure.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths.len(), 1, "{paths:?} {}", applied.whole());
}

#[test]
fn without_the_key_nothing_is_written_and_it_is_said_what_to_do() {
    let sealed = repository();
    let refusing =
        StandIn::always(403, r#"{"error": {"code": "AuthorizationFailed", "message": "no action listKeys"}}"#);
    let portal = portal();
    let ran = run(&sealed, (&portal.endpoint, &refusing.endpoint), "apply --auto-approve --no-fetch");
    assert!(ran.exit == 1 && ran.stderr.contains("AuthorizationFailed"), "{}", ran.whole());
    assert!(ran.stderr.contains("Storage Account Key Operator Service Role"), "{}", ran.whole());
    assert!(portal.asked().iter().all(|asked| asked.method == "GET"), "{:?}", portal.asked());

    let token = [("OFFERFORM_TOKEN", "portal-token"), ("OFFERFORM_ENDPOINT", portal.endpoint.as_str())];
    let with_token = [token.as_slice(), &[("OFFERFORM_MANAGEMENT_ENDPOINT", refusing.endpoint.as_str())]].concat();
    let before = refusing.asked().len();
    let ran = sealed.run_with(&with_token, "apply --auto-approve --no-fetch");
    assert!(ran.exit == 1 && ran.stderr.contains("OFFERFORM_TOKEN"), "{}", ran.whole());
    assert_eq!(refusing.asked().len(), before, "the portal's token goes nowhere else");

    let elsewhere = run(&sealed, (&portal.endpoint, "http://management.example"), "apply --auto-approve --no-fetch");
    assert!(elsewhere.exit == 1 && elsewhere.stderr.contains("OFFERFORM_MANAGEMENT_ENDPOINT"), "{}", elsewhere.whole());
}

/// Azure says when to come back. A run comes back once, and does not wait for a day.
#[test]
fn azure_is_asked_again_unless_it_says_to_come_back_tomorrow() {
    let sealed = repository();
    sealed.edit("offers/backup.yaml", "from: azure", "from: azure, subscription: two, resource_group: images");
    let keys = json!({ "keys": [{ "value": KEY, "permissions": "FULL" }] }).to_string();
    let busy_once = {
        let asked = std::sync::atomic::AtomicBool::default();
        move |_: &Asked| {
            let is_first = !asked.swap(true, std::sync::atomic::Ordering::SeqCst);
            if is_first {
                (429, "retry-after: 1\r\n".to_owned(), "{}".to_owned())
            } else {
                (200, String::new(), keys.clone())
            }
        }
    };
    let (busy_today, busy_once) =
        (StandIn::start(|_| (429, "retry-after: 86400\r\n".to_owned(), "{}".to_owned())), StandIn::start(busy_once));
    let line = "apply --auto-approve --no-fetch";
    let portal = portal();
    let ran = run(&sealed, (&portal.endpoint, &busy_today.endpoint), line);
    assert!(ran.exit == 1 && ran.stderr.contains("24 h"), "{}", ran.whole());
    assert_eq!(busy_today.asked().len(), 1);
    let ran = run(&sealed, (&portal.endpoint, &busy_once.endpoint), line);
    assert_eq!(busy_once.asked().len(), 2, "{}", ran.whole());
}

/// The disk leads nowhere, so that looking at it is a finding at its place: without the key nobody could look.
#[test]
fn validate_looks_at_a_disk_with_a_key_that_azure_gives() {
    let sealed = repository();
    sealed.edit("offers/backup.yaml", "from: azure", "from: azure, subscription: two, resource_group: images");
    sealed.edit("offers/backup.yaml", "account: contosoimages", "account: nosuchaccountofofferform");
    let giving = StandIn::always(200, &json!({ "keys": [{ "value": KEY, "permissions": "FULL" }] }).to_string());
    let refusing = StandIn::always(403, "{}");
    let disks = |management: &str, line: &str| {
        let ran = run(&sealed, ("http://127.0.0.1:9", management), line);
        assert!(!ran.whole().contains("sig=") && !ran.whole().contains(KEY), "{}", ran.whole());
        let found: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let findings = found["findings"].as_array().unwrap().iter();
        (findings.filter(|finding| finding["id"] == "asset-url-fetchable").count(), ran)
    };
    let (found, ran) = disks(&giving.endpoint, "validate --online --format json");
    assert_eq!(found, 1, "{}", ran.whole());
    assert_eq!(giving.asked().len(), 1, "{:?}", giving.asked());
    let (found, ran) = disks(&refusing.endpoint, "validate --online --format json");
    assert!(found == 0 && ran.stderr.contains("nosuchaccountofofferform"), "{}", ran.whole());
    let before = giving.asked().len();
    disks(&giving.endpoint, "validate --format json");
    disks(&giving.endpoint, "--sandbox validate --online --format json");
    assert_eq!(giving.asked().len(), before, "nobody is asked without --online, nor in the sandbox");
}

#[test]
fn doctor_tries_to_get_the_key() {
    let sealed = repository();
    let (portal, azure) = (portal(), management(azure));
    let line = |management: &str| {
        let said = run(&sealed, (&portal.endpoint, management), "doctor").stdout;
        said.lines().find(|line| line.contains("signatures")).unwrap_or_default().to_owned()
    };
    assert!(line(&azure.endpoint).starts_with("ok"), "{}", line(&azure.endpoint));
    let empty = StandIn::always(200, r#"{"value": []}"#);
    assert!(line(&empty.endpoint).starts_with("failed"), "{}", line(&empty.endpoint));
}

#[test]
fn a_place_that_cannot_be_is_a_finding() {
    for (name, written) in [
        ("other", "from: aws"),
        ("key", "from: azure, tenant: x"),
        ("group", "from: azure, resource_group: images"),
        ("name", "from: azure, subscription: ../x"),
    ] {
        let sealed = repository();
        sealed.edit("offers/backup.yaml", "from: azure", written);
        let ran = sealed.run("validate offers");
        assert_eq!(ran.exit, 1, "{}", ran.whole());
        whole!(format!("sas-from-{name}"), ran);
    }
    let sealed = repository();
    sealed.edit(
        "offers/backup.yaml",
        "blob: backup-1.0.0.vhd,",
        "blob: backup-1.0.0.vhd, suffix: core.chinacloudapi.cn,",
    );
    let ran = sealed.run("validate offers");
    assert!(ran.exit == 1 && ran.whole().contains("public Azure only"), "{}", ran.whole());
}
