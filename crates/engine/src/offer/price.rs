//! What is known of prices, whoever asks.

/// The key of the price sheet of a price block. The prices of the block are those of the sheet behind its address.
pub const PRICE_SHEET: &str = "spreadSheetPricing";

/// The sizes of virtual machines that have a price of their own. Source: cloud-partner-portal-api-setting-price.md; seven of
/// them came in July 2019, and more may come.
pub const CORE_SIZES: [&str; 25] = [
    "sharedcore",
    "1core",
    "2core",
    "4core",
    "6core",
    "8core",
    "10core",
    "12core",
    "16core",
    "20core",
    "24core",
    "32core",
    "36core",
    "40core",
    "44core",
    "48core",
    "60core",
    "64core",
    "72core",
    "80core",
    "96core",
    "120core",
    "128core",
    "208core",
    "416core",
];
