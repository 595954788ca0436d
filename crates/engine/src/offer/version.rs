//! Versions of images and packages.

/// How long the version of an image may be, in characters. Source: release-engineering/cloudpub
/// `schemas/azure/virtual-machine-plan-technical-configuration-2022-03-01-preview2.json`.
pub const LENGTH: usize = 32;

/// The numbers of a version such as `1.10.0`; `None` if it is none.
#[must_use]
pub fn numbers(text: &str) -> Option<[u64; 3]> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split('.').collect();
    let numbers: Option<Vec<u64>> = parts.iter().map(|part| digits(part).then(|| part.parse().ok())?).collect();
    numbers?.try_into().ok()
}
