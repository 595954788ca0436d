//! What the HTML of descriptions may be made of.

/// The tags that descriptions may have. Source: articles/marketplace/includes/long-description-3.md; `u` stands in a sample.
pub const DESCRIPTION_TAGS: [&str; 16] =
    ["p", "br", "b", "i", "em", "u", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "strong"];
