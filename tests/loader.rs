//! The loader against the shipped examples.

use std::path::Path;

use offerform::desired::{self, Environment};
use offerform::source::WorkTree;

#[derive(Debug)]
struct Empty;
impl Environment for Empty {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }
}

#[test]
fn examples() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let selection = vec!["examples/offers".to_owned()];
    let tree = WorkTree::open(root, &selection).unwrap();
    let loaded = desired::load(&tree, &selection, &Empty);
    for d in &loaded.diagnostics {
        let p = d
            .primary
            .as_ref()
            .map(|l| (loaded.sources.name(l.span.source).to_owned(), loaded.sources.line_column(l.span)));
        eprintln!("{:?} {} {} {:?}", d.severity, d.code, d.message, p);
    }
    for d in &loaded.desired {
        eprintln!("{} {} {} {:?}", d.address, d.file, d.offer_type, d.document);
    }
    assert_eq!(loaded.desired.len(), 4);
    assert!(loaded.diagnostics.is_empty());
}
