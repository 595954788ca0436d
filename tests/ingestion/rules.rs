//! Rules find nothing wrong in what the service itself has.

use offerform::desired;
use offerform::offer::{Api, OfferAddress};
use offerform::rules::{Circumstances, Extent, findings, findings_in};
use offerform::secret::NoSecrets;
use offerform::source::MemoryTree;

use crate::bench::{Bench, PRODUCTS};
use crate::environment::NoVariableIsRead;

#[tokio::test]
async fn nothing_is_wrong_with_the_products_of_the_service_and_with_their_files() {
    let bench = Bench::new();
    let circumstances = Circumstances { now: "2030-01-01T00:00:00Z".parse().unwrap(), secrets: &NoSecrets };
    for product in PRODUCTS {
        let address = OfferAddress::new("contoso", product).through(Api::ProductIngestion);
        let live = bench.reader().draft(&address).await.unwrap().unwrap().document;
        // Signatures run out, and the rules about them are those of the other API.
        let found = findings_in(&live, Extent::Whole, circumstances);
        let found: Vec<String> = found
            .iter()
            .filter(|finding| !finding.rule.id.starts_with("sas-"))
            .map(|finding| format!("{} {}: {}", finding.rule.id, finding.spot.pointer, finding.message))
            .collect();
        assert_eq!(found, [""; 0], "{product}");

        let files = bench.import(&[product]).await.files;
        let tree = files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(path, text.as_str()));
        let loaded = desired::load(&tree, &[format!("{product}.yaml")], &NoVariableIsRead);
        let found = findings(&loaded.desired[0], circumstances);
        let found: Vec<String> =
            found.iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect();
        assert_eq!(found, [""; 0], "the file of {product}");
    }
}
