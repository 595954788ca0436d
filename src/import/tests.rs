//! Live documents and the files that become of them, written by hand.

use serde_json::{Value, json};

use super::*;
use crate::desired::{self, Desired, NoVariables};
use crate::diagnostic::Severity;
use crate::source::MemoryTree;

const VM: &str = "microsoft-azure-virtualmachines";

#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn live(id: &str, offer: Value, plans: Value) -> (OfferAddress, Document) {
    let document = json!({
        "publisherId": "contoso", "id": id, "offerTypeId": VM, "version": 3, "changedTime": "2026-11-21", "lockStatus": "none",
        "definition": {"displayText": "Contoso Firewall", "offer": offer, "plans": plans},
    });
    (OfferAddress::new("contoso", id), Document::new(document))
}

fn manner(sharing: Sharing) -> Manner<'static> {
    Manner { schema: "../offer.schema.json", sharing }
}

fn one(offer: Value, plans: Value) -> Import {
    import(&[live("fw", offer, plans)], manner(Sharing::Apart))
}

fn loaded(import: &Import) -> Vec<Desired> {
    let tree = import.files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(path, text.as_str()));
    let files: Vec<String> = import.offers.iter().map(|offer| offer.file.clone()).collect();
    let loaded = desired::load(&tree, &files, &NoVariables);
    assert!(!loaded.diagnostics.has_errors());
    loaded.desired
}

fn left_out(import: &Import) -> Vec<String> {
    import.offers[0].left_out.iter().map(|left| format!("{} {}", left.place, left.why)).collect()
}

/// What the rules call an error in the files.
fn errors(import: &Import) -> Vec<&'static str> {
    use crate::rules::{Circumstances, findings};
    let circumstances = Circumstances { now: jiff::Timestamp::UNIX_EPOCH, secrets: &crate::secret::NoSecrets };
    let found = findings(&loaded(import)[0], circumstances);
    found
        .iter()
        .map(|finding| finding.rule)
        .filter(|rule| rule.severity == Severity::Error)
        .map(|rule| rule.id)
        .collect()
}

#[test]
fn what_the_rules_call_an_error_is_silenced_for_as_long_as_it_stays_as_it_is() {
    let mut import = one(
        json!({
            "microsoft-azure-marketplace.title": "x".repeat(201),
            "microsoft-azure-marketplace.privacyURL": "contoso.example/privacy",
        }),
        json!([{"planId": "2019-Datacenter", "regions": ["US", "XX", "YY"]}]),
    );
    assert_eq!(errors(&import), [""; 0], "{}", import.files["fw.yaml"]);
    let file = import.files.get_mut("fw.yaml").unwrap();
    for (from, to, expected) in [
        ("planId: \"2019-Datacenter\"", "planId: \"2020-Datacenter\"", "plan-id-format"),
        ("[US, XX, YY]", "[US, XZ, YY]", "regions-known"),
        ("privacyURL: contoso.example/privacy", "privacyURL: contoso.example/gone", "privacy-url"),
    ] {
        assert!(file.contains(from), "{from} in:\n{file}");
        let changed = file.replacen(from, to, 1);
        let files = [("fw.yaml".to_owned(), changed)].into();
        let mut offers = one(json!({}), json!([])).offers;
        let again = Import { offers: vec![offers.remove(0)], refused: Vec::new(), files };
        assert!(errors(&again).contains(&expected), "{to}");
    }
}

/// Variables as somebody sets them who copies what the portal shows.
#[derive(Debug)]
struct Copied(Vec<(String, String)>);

impl crate::secret::SecretSource for Copied {
    fn value(&self, reference: &crate::secret::SecretReference) -> Option<crate::secret::SecretText> {
        let crate::secret::SecretLocation::Env(name) = &reference.location else { return None };
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(crate::secret::SecretText::new(value.as_str()))
    }
}

#[test]
fn what_the_rules_say_of_an_address_behind_a_variable_is_silenced_like_the_rest() {
    use crate::rules::{Circumstances, judge};
    // Neither an end nor seconds nor the right to list; and a data disk without a signature, in the shape of old documents.
    let (system, data) =
        ("https://disks.example/vhds/a.vhd?st=2017-01-01&sp=r&sig=HUSH", "https://disks.example/vhds/b.vhd?sig=HUSH");
    let image = json!({"osVhdUrl": system, "lunVhdDetails": [{"lun": 0, "lunVhdUrl": data}]});
    let plans = json!([{"planId": "standard", "microsoft-azure-virtualmachines.vmImages": {"1.9.2": image}}]);
    let import = one(json!({}), plans);
    let text = &import.files["fw.yaml"];
    assert!(!text.contains("HUSH"), "{text}");
    let shown = |variable: &Variable| (variable.name.clone(), variable.value.as_ref().unwrap().expose().to_owned());
    let copied: Vec<(String, String)> = import.offers[0].variables.iter().map(shown).collect();
    assert_eq!(copied.len(), 2);
    let judged = |values: Vec<(String, String)>| {
        let secrets = Copied(values);
        let circumstances = Circumstances { now: "2026-11-21T00:00:00Z".parse().unwrap(), secrets: &secrets };
        let found = judge(&loaded(&import)[0], circumstances, None);
        let codes =
            |severity| found.iter().filter(|one| one.severity == severity).map(|one| one.code).collect::<Vec<_>>();
        (codes(Severity::Error), codes(Severity::Warning).contains(&"unused-silence"))
    };
    assert_eq!(judged(copied.clone()), (vec![], false), "{text}");
    assert_eq!(judged(Vec::new()), (vec![], false), "where nothing is set");
    let renewed: Vec<_> = copied.iter().map(|(name, value)| (name.clone(), value.replace("HUSH", "NEW"))).collect();
    assert_eq!(judged(renewed), (vec![], false), "only the signature is another");
    let other: Vec<_> = copied.into_iter().map(|(name, value)| (name, value.replace("/vhds/", "/other/"))).collect();
    let (errors, is_idle) = judged(other);
    assert!(errors.contains(&"sas-permissions") && errors.contains(&"sas-st-se") && is_idle, "{errors:?}");
}

#[test]
fn an_offer_without_errors_is_written_without_silences() {
    let import = one(json!({"microsoft-azure-marketplace.title": "Contoso Firewall"}), json!([]));
    assert!(!import.files["fw.yaml"].contains("reconcile"), "{}", import.files["fw.yaml"]);
}

#[test]
fn an_offer_becomes_what_a_person_would_have_written() {
    let query = "sv=1&sr=c&sp=rl&st=2026-01-01T00:00:00Z&se=2027-01-01T00:00:00Z&sig=SIGNATURE";
    let disk = |name: &str| format!("https://disks.example/vhds/{name}.vhd?{query}");
    let signed = disk("a");
    let prices = json!({"isByol": false, "coreMultiplier": {"currency": "USD", "single": 0.10}});
    let import = one(
        json!({
            "microsoft-azure-marketplace.wideLogo": "https://hosted.example/w.png?sv=1&sig=SIGNATURE",
            "microsoft-azure-marketplace.title": "Contoso Firewall",
            "microsoft-azure-marketplace.description": "<p>One</p>\n<p>Two</p>",
            "microsoft-azure-marketplace.screenshots": [],
            "microsoft-azure-marketplace.customAmendments": null,
            "microsoft-azure-marketplace.crmLeadConfiguration": {},
            "microsoft-azure-marketplace.marketoLeadConfiguration": {"munchkinId": "123-ABC-456"},
            "microsoft-azure-virtualmachines.managerContactName": "",
            "acme.list": [1.50, "1.50", null],
        }),
        json!([{
            "planId": "standard",
            "regions": ["US", "NO", "DE"],
            "virtualMachinePricing": prices,
            "virtualMachinePricingV2": prices,
            "microsoft-azure-virtualmachines.skuTitle": "Standard",
            "microsoft-azure-virtualmachines.generation": "1",
            "microsoft-azure-virtualmachines.vmImages": {
                "1.10.0": {"osVhdUrl": signed, "lunVhdDetails": []},
                "1.9.2": {"osVhdUrl": disk("b"), "lunVhdDetails": [{"lun": 0, "lunVhdUrl": disk("data")}]},
            },
        }]),
    );
    assert_eq!(
        import.files["fw.yaml"],
        r#"# yaml-language-server: $schema=../offer.schema.json
publisherId: contoso
id: fw
offerTypeId: microsoft-azure-virtualmachines
definition:
  displayText: Contoso Firewall
  offer:
    acme.list: [1.50, "1.50", null]
    microsoft-azure-marketplace:
      title: Contoso Firewall
      description: { $file: fw/description.html }
      wideLogo: https://hosted.example/w.png
      marketoLeadConfiguration:
        clientSecret: { $secret: { env: FW_MARKETO_CLIENT_SECRET } }
        munchkinId: "123-ABC-456"
  plans:
    - planId: standard
      regions: [DE, "NO", US]
      virtualMachinePricing:
        isByol: false
        coreMultiplier:
          currency: USD
          single: 0.1
      microsoft-azure-virtualmachines:
        skuTitle: Standard
        vmImages:
          1.9.2:
            osVhdUrl: { $secret: { env: FW_STANDARD_1_9_2_OS_VHD_URL } }
            lunVhdDetails:
              - lun: 0
                lunVhdUrl: { $secret: { env: FW_STANDARD_1_9_2_LUN_VHD_DETAILS_0_LUN_VHD_URL } }
          1.10.0:
            osVhdUrl: { $secret: { env: FW_STANDARD_1_10_0_OS_VHD_URL } }
"#
        .replace("1.50, ", "1.5, ")
    );
    assert_eq!(import.files["fw/description.html"], "<p>One</p>\n<p>Two</p>\n");
    assert_eq!(import.files.len(), 2);
    let names: Vec<&str> = import.offers[0].variables.iter().map(|variable| variable.name.as_str()).collect();
    let disks = ["1_10_0_OS_VHD_URL", "1_9_2_OS_VHD_URL", "1_9_2_LUN_VHD_DETAILS_0_LUN_VHD_URL"];
    let disks = disks.map(|disk| format!("FW_STANDARD_{disk}"));
    assert_eq!(names, [&["FW_MARKETO_CLIENT_SECRET".to_owned()][..], &disks].concat());
    assert_eq!(left_out(&import), [""; 0]);
}

/// Values that YAML, files or directives could turn into something else.
fn twisted() -> Vec<Value> {
    let mut values: Vec<Value> = [
        "null",
        "~",
        "1.10",
        "NO",
        "yes",
        "0x10",
        "1e3",
        "2026-11-21",
        "a\tb",
        "trailing ",
        " leading",
        "- a: b # c",
        "😀",
        "\u{0}\u{7}",
        "a\r\nb",
        "",
        "\n",
        "a\n",
        "a\n\n",
        "\n\na",
        "$file",
        "{ $file: x }",
        "a\u{2028}b",
        "\u{feff}a",
        "key: value",
        "'\"\\",
        "a\rb\r",
    ]
    .map(Value::from)
    .into();
    for text in ["<p>line</p>\n", "<p>line</p>\r\n", "words of a plain text, ", "x", "line\n"] {
        values.push(json!(text.repeat(100_000 / text.len())));
    }
    values.extend([
        json!({"$file": "../../etc/passwd"}),
        json!({"$env": "HOME", "$other": 1}),
        json!({"$$file": {"$secret": {"env": "X"}}}),
        json!({"$": 1, "<<": {"a": 1}, "": 2, "a: b": 3, "#": 4, "1.10": 5, "no": 6, "line\nbreak": 7, "'": 8}),
        json!([[], {}, [[{"a": [{}]}]], {"$file": "x"}, null, true]),
    ]);
    values
}

#[test]
fn values_that_could_be_twisted_are_what_they_were() {
    let members = twisted().into_iter().enumerate().map(|(number, value)| (format!("acme.value{number}"), value));
    let offer: Value = Value::Object(members.collect());
    let sku: Vec<Value> = vec![json!({"planId": "standard", "acme.values": twisted()})];
    let import = one(offer.clone(), Value::from(sku.clone()));
    assert_eq!(import.refused, []);
    assert_eq!(left_out(&import), [""; 0]);
    let desired = &loaded(&import)[0];
    let definition = &desired.document.content()["definition"];
    assert_eq!(definition["offer"], offer);
    assert_eq!(definition["plans"], Value::from(sku));
    assert!(import.files.len() > 3, "long texts are in files of their own: {:?}", import.files.keys());
}

#[test]
fn numbers_keep_their_digits() {
    let offer: Value = serde_json::from_str(
        r#"{"acme.numbers": [18446744073709551617, 0.10, -0.0, 1E+2, 1e400, 12345678901234567890.5]}"#,
    )
    .unwrap();
    let import = one(offer.clone(), json!([]));
    assert_eq!(loaded(&import)[0].document.content()["definition"]["offer"].to_string(), offer.to_string());
}

#[test]
fn no_signature_gets_into_a_file_wherever_it_stands() {
    let signed = "https://x.example/a?sv=1&sig=SIGNATURE&se=2";
    let import = one(
        json!({
            "acme.address": signed,
            "acme.html": format!("<a href=\"{signed}\">x</a>"),
            "acme.list": [{"url": signed}, 1],
            "acme.set": {signed: 1},
            "acme.token": "Authorization: Bearer eyJ0eXAiOiJKV1QiLCJhbGciOi.x-y_z",
            "microsoft-azure-marketplace.screenshots": [signed],
            "microsoft-azure-marketplace.crmLeadConfiguration": {"password": "hunter2-SIGNATURE", "user": "x"},
            "microsoft-azure-marketplace.blobLeadConfiguration": {"storageAccountConnectionString": "*"},
            "microsoft-azure-corevm.crmLeadConfiguration": {"instanceUrl": "https://crm.example"},
        }),
        json!([{"planId": "a", "microsoft-azure-virtualmachines.vmImages": {"1.0.0": {"osVhdUrl": signed}}}]),
    );
    let all: String = import.files.values().cloned().collect();
    assert!(!all.contains("SIGNATURE") && !all.contains("eyJ0"), "{all}");
    assert!(all.contains("password: { $secret: { env: FW_CRM_PASSWORD } }"), "{all}");
    assert!(all.contains("screenshots: [https://x.example/a]"), "{all}");
    let places: Vec<&str> = import.offers[0].left_out.iter().map(|left| left.place.as_str()).collect();
    assert_eq!(places.len(), 5, "{places:?}");
    for key in ["address", "html", "list", "token"] {
        assert!(places.contains(&format!("/definition/offer/acme.{key}").as_str()), "{places:?}");
    }
    let shown = format!("{import:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("sig=SIG"), "{shown}");
}

#[test]
fn of_several_secrets_that_nobody_sees_none_is_guessed() {
    let import = one(
        json!({"microsoft-azure-marketplace.crmLeadConfiguration": {"instanceUrl": "https://crm.example"}}),
        json!([]),
    );
    let expected = "/definition/offer/microsoft-azure-marketplace.crmLeadConfiguration it has a secret that the service does not \
                    show: declare one of applicationKey, password";
    assert_eq!(left_out(&import), [expected]);
}

#[test]
fn what_no_file_can_say_is_left_to_the_portal() {
    let import = one(
        json!({"microsoft-azure-odd": "text", "microsoft-azure-other": {"title": "x"}, "microsoft-azure-marketplace.title": "T"}),
        json!([{"planId": "a/b"}]),
    );
    let places: Vec<&str> = import.offers[0].left_out.iter().map(|left| left.place.as_str()).collect();
    assert_eq!(
        places,
        ["/definition/offer/microsoft-azure-odd", "/definition/offer/microsoft-azure-other", "/definition/plans"]
    );
    let deep = (0..100).fold(json!(1), |value, _| json!({"a": value}));
    let import = one(json!({"acme.deep": deep, "acme.other": 1}), json!([]));
    assert_eq!((import.offers[0].left_out.len(), import.refused.len()), (1, 0));
}

#[test]
fn prices_that_the_service_works_out_are_left_out() {
    let prices = json!({
        "spreadSheetPricing": {"uri": "https://prices.example/sheet"},
        "regionPrices": {"US": 1, "NO": 2},
    });
    let import = one(json!({}), json!([{"planId": "a", "virtualMachinePricing": prices}]));
    assert!(!import.files["fw.yaml"].contains("regionPrices"), "{}", import.files["fw.yaml"]);
    let by_market = json!({"regionPrices": {"US": 1}});
    let sku = json!([{"planId": "a", "virtualMachinePricing": by_market, "virtualMachinePricingV2": by_market}]);
    assert_eq!(
        one(json!({}), sku).files["fw.yaml"].matches("regionPrices").count(),
        2,
        "both are needed to change one"
    );
}

#[test]
fn names_from_the_service_stay_in_the_folder() {
    let ids = ["..", "CON", "a:b", "A:c", "A.b", "offerform", "parts", ".git", &"x".repeat(300), "con", "ünïcode"];
    let offers: Vec<_> = ids
        .iter()
        .map(|id| live(id, json!({"microsoft-azure-marketplace.description": "<p>\n</p>"}), json!([])))
        .collect();
    let import = import(&offers, manner(Sharing::Apart));
    let refused: Vec<&str> = import.refused.iter().map(|(address, _)| address.offer.as_str()).collect();
    assert_eq!(refused, ["con", ".."], "no file can hold that id, and none tells upper from lower case");
    let mut lower: Vec<String> = import.files.keys().map(|path| path.to_lowercase()).collect();
    let count = lower.len();
    lower.sort();
    lower.dedup();
    assert_eq!((lower.len(), count), (18, 18));
    for path in import.files.keys() {
        assert!(path.split('/').count() <= 2 && path.len() < 120, "{path}");
        assert!(path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.')), "{path}");
        assert!(path.split('/').all(|part| !part.starts_with('.')), "{path}");
    }
}

#[test]
fn an_answer_about_another_offer_is_refused() {
    let (_, document) = live("other", json!({}), json!([]));
    let import = import(&[(OfferAddress::new("contoso", "fw"), document)], manner(Sharing::Apart));
    assert_eq!(import.refused[0].1.to_string(), "the service answered with another offer, `contoso/other`");
    assert!(import.files.is_empty());
}

#[test]
fn what_offers_have_in_common_is_written_once_if_that_is_wanted() {
    let offer = |title: &str| {
        json!({
            "microsoft-azure-marketplace.title": title,
            "microsoft-azure-marketplace.termsOfUse": "<p>Terms</p>\n<p>of use</p>",
            "microsoft-azure-marketplace.supportContactName": "Contoso Support",
            "microsoft-azure-marketplace.supportContactEmail": "support@contoso.example",
        })
    };
    let offers = [live("one", offer("One"), json!([])), live("two", offer("Two"), json!([]))];
    let apart: Vec<String> = import(&offers, manner(Sharing::Apart)).files.into_keys().collect();
    assert_eq!(apart, ["one.yaml", "one/terms-of-use.html", "two.yaml", "two/terms-of-use.html"]);
    let shared = import(&offers, manner(Sharing::Shared));
    let files: Vec<&str> = shared.files.keys().map(String::as_str).collect();
    assert_eq!(files, ["one.yaml", "parts/contacts.yaml", "parts/terms-of-use.html", "two.yaml"]);
    assert_eq!(
        shared.files["parts/contacts.yaml"],
        "supportContactEmail: support@contoso.example\nsupportContactName: Contoso Support\n"
    );
    let expected = "    microsoft-azure-marketplace:\n      <<: { $file: parts/contacts.yaml }\n      title: One\n      termsOfUse: { $file: parts/terms-of-use.html }\n";
    assert!(shared.files["one.yaml"].contains(expected), "{}", shared.files["one.yaml"]);
    for (desired, title) in loaded(&shared).iter().zip(["One", "Two"]) {
        assert_eq!(desired.document.content()["definition"]["offer"], offer(title));
    }
}

#[test]
fn the_same_address_has_one_variable_and_names_do_not_collide() {
    let image = |url: &str| json!({"1.0.0": {"osVhdUrl": url}});
    let key = "microsoft-azure-virtualmachines.vmImages";
    let sku = |id: &str, url: &str| json!({"planId": id, key: image(url)});
    let plans =
        json!([sku("a-b", "https://x/1?sig=a"), sku("a.b", "https://x/2?sig=a"), sku("c", "https://x/1?sig=b")]);
    let import = one(json!({}), plans);
    let names: Vec<&str> = import.offers[0].variables.iter().map(|variable| variable.name.as_str()).collect();
    assert_eq!(names, ["FW_A_B_1_0_0_OS_VHD_URL", "FW_A_B_1_0_0_OS_VHD_URL_2"]);
    assert_eq!(import.files["fw.yaml"].matches("env: FW_A_B_1_0_0_OS_VHD_URL }").count(), 2);
}
