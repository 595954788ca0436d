//! Secrets of lead systems, which the service masks.

use super::*;
use crate::secret::SecretLocation;

const FORM: &str = "/resources/customer-leads/marketoLeadConfiguration/formId";

const INSTANCE: &str = "/resources/customer-leads/dynamicsLeadConfiguration/instanceUrl";

/// An offer whose leads go to Dynamics, with what the service shows of the secret.
fn dynamics(shown: &Value) -> Value {
    let mut document = virtual_machine();
    document["resources"]["customer-leads"] = json!({
        "leadDestination": "dynamics",
        "dynamicsLeadConfiguration": {
            "instanceUrl": "https://crm.example", "authentication": "azureAD", "applicationKey": shown,
        },
    });
    document
}

/// The guards of a change of the lead system, with or without a secret that is declared.
fn leads(shown: &Value, sealed: bool) -> Vec<String> {
    let live = dynamics(shown);
    let after = edited(live.clone(), &[(INSTANCE, r#""https://other.example""#)]);
    let declared = if sealed {
        let at = "/resources/customer-leads/dynamicsLeadConfiguration/applicationKey";
        let mut content = after.clone();
        *content.pointer_mut(at).unwrap() = Value::Null;
        let reference = SecretReference { location: SecretLocation::Env("CRM".into()), version: None };
        Document::with_sealed(content, BTreeMap::from([(crate::offer::Pointer::parse(at).unwrap(), reference)]))
    } else {
        Document::new(after.clone())
    };
    names(&judged(&is(&live), &live, &after, &declared).guards)
}

const CHANGED: &str = "lead-destination-changed:contoso/firewall";

#[test]
fn a_secret_that_the_draft_masks_is_sent_back_and_kept() {
    assert_eq!(leads(&json!("*********"), false), [CHANGED]);
    assert_eq!(leads(&json!("***"), false), [CHANGED]);
}

#[test]
fn a_secret_that_is_neither_masked_nor_declared_would_be_lost() {
    let lost = "secret-not-declared:contoso/firewall/dynamicsLeadConfiguration";
    assert_eq!(leads(&Value::Null, false), [lost, CHANGED]);
    assert_eq!(leads(&Value::Null, true), [CHANGED], "it is declared");
}

#[test]
fn the_old_form_of_marketo_has_no_secret() {
    let mut live = virtual_machine();
    live["resources"]["customer-leads"]["marketoLeadConfiguration"] =
        json!({"serverId": "s", "munchkinId": "m", "formId": "1"});
    assert_eq!(changing(&live, &[(FORM, r#""2""#)]), [CHANGED]);
}
