//! An environment for tests whose files use no variable. Test programs include this file with `#[path]`.

use offerform::desired::Environment;

/// An environment in which reading a variable fails the test.
#[derive(Debug)]
pub(crate) struct NoVariableIsRead;

impl Environment for NoVariableIsRead {
    fn variable(&self, name: &str) -> Option<String> {
        panic!("this test must not read the variable `{name}`")
    }
}
