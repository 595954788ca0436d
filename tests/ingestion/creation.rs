//! A product that does not exist yet.

use std::collections::BTreeMap;

use offerform::apply::Outcome;

use crate::bench::{Bench, outcomes};
use crate::service_schemas::{folder, validator};

const NEW: &str = "\
api: product-ingestion
publisherId: contoso
id: new-machine
type: azureVirtualMachine
resources:
  product: { alias: New machine }
  property:
    kind: azureVM
    termsConditions: standardMicrosoft
    categories: { compute: [operating-systems] }
  listing:
    en-us:
      kind: azureVM
      title: New machine
      description: <p>A machine.</p>
  listing-asset:
    en-us:
      - { type: azureLogoSmall, url: 'https://assets.contoso.example/48.png' }
      - { type: azureLogoLarge, url: 'https://assets.contoso.example/216.png' }
  price-and-availability-offer:
    previewAudiences: [{ type: subscription, id: 5d1f6c0a-3c1e-4c57-9b0e-6f2b8f1f0a11 }]
  customer-leads:
    leadDestination: marketo
    marketoLeadConfiguration: { munchkinId: m, formId: '1', clientId: c, clientSecret: { $secret: { env: MARKETO } } }
  plans:
    - planId: standard
      plan: { alias: Standard, azureRegions: [azureGlobal] }
      plan-listing:
        en-us: { kind: azureVM-plan, name: Standard, summary: A plan, description: A plan. }
      price-and-availability-plan:
        visibility: visible
        audience: public
        markets: [us, no]
        pricing: { licenseModel: byol }
      virtual-machine-plan-technical-configuration:
        operatingSystem: { family: linux, type: ubuntu, friendlyName: Ubuntu }
        skus: [{ imageType: x64Gen2, skuId: standard }]
        vmImageVersions:
          - versionNumber: 1.0.0
            vmImages:
              - imageType: x64Gen2
                source: { sourceType: sasUri, osDisk: { uri: { $secret: { env: DISK } } } }
";

fn files() -> BTreeMap<String, String> {
    [("new.yaml".to_owned(), NEW.to_owned())].into()
}

#[tokio::test]
async fn a_new_product_is_created_in_one_write_and_then_planned_empty() {
    let bench = Bench::new();
    bench.secret("MARKETO", "hunter2-hunter2");
    bench.secret("DISK", "https://disks.contoso.example/os.vhd?sv=2020-02-10&sr=b&sp=r&se=2031-01-01&sig=abc%3D");
    let report = bench.apply(&files()).await;
    assert_eq!(outcomes(&report), [&Outcome::Created], "{:?}", report.offers[0].remarks);
    assert_eq!(bench.writes().len(), 1);
    bench.is_silent(&files()).await;
    let machine = bench.resource("new-machine", "virtual-machine-plan-technical-configuration", Some("standard"));
    assert_eq!(machine["skus"][0]["skuId"], "standard");
}

#[tokio::test]
async fn a_plan_and_an_image_are_added_and_a_plan_that_was_never_published_is_deleted() {
    let bench = Bench::new();
    bench.secret("MARKETO", "hunter2-hunter2");
    bench.secret("DISK", "https://disks.contoso.example/os.vhd?sv=2020-02-10&sr=b&sp=r&se=2031-01-01&sig=abc%3D");
    bench.apply(&files()).await;
    let second = "    - planId: basic
      plan: { alias: Basic, azureRegions: [azureGlobal] }
      plan-listing:
        en-us: { kind: azureVM-plan, name: Basic, summary: A plan, description: A plan. }
      price-and-availability-plan: { visibility: hidden, audience: public, markets: [us], pricing: { licenseModel: byol } }
";
    let with_second = BTreeMap::from([("new.yaml".to_owned(), format!("{NEW}{second}"))]);
    let report = bench.apply(&with_second).await;
    assert_eq!(outcomes(&report), [&Outcome::Updated], "{:?}", report.offers[0].remarks);
    bench.is_silent(&with_second).await;
    let exact = format!("{NEW}reconcile: {{ ownership: exact }}\n");
    let exact = BTreeMap::from([("new.yaml".to_owned(), exact)]);
    let report = bench.apply(&exact).await;
    assert_eq!(outcomes(&report), [&Outcome::Updated], "{:?}", report.offers[0]);
    bench.is_silent(&exact).await;
}

#[tokio::test]
async fn what_is_sent_fits_the_schemas_of_the_service() {
    let Some(folder) = folder() else {
        println!("skipped: OFFERFORM_INGESTION_SCHEMAS does not name a folder with the schemas of the service");
        return;
    };
    let bench = Bench::new();
    bench.secret("MARKETO", "hunter2-hunter2");
    bench.secret("DISK", "https://disks.contoso.example/os.vhd?sv=2020-02-10&sr=b&sp=r&se=2031-01-01&sig=abc%3D");
    bench.apply(&files()).await;
    let report = bench.apply(&[("new.yaml".to_owned(), NEW.replace("Standard", "Standard edition"))].into()).await;
    assert_eq!(outcomes(&report), [&Outcome::Updated]);
    let mut checked = 0;
    for resource in bench.writes().iter().flat_map(|body| body["resources"].as_array().unwrap()) {
        let kind = resource["$schema"].as_str().unwrap().rsplit('/').nth(1).unwrap();
        // The settings of Marketo are those of the next version of its schema.
        if kind == "customer-leads" {
            continue;
        }
        let found = validator(&folder, kind);
        let errors: Vec<String> = found.iter_errors(resource).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{resource:#}");
        checked += 1;
    }
    assert!(checked > 9, "{checked}");
}
