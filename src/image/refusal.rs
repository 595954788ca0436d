//! Why an edit of images is not made.

use crate::offer::OfferTypeId;
use crate::text::counted;

/// Why an edit is not made. Nothing is written then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The offer type has none.
    #[error("offers of the type `{0}` have no images")]
    NoImages(OfferTypeId),
    /// The API has no images in galleries.
    #[error("the Cloud Partner Portal API does not support images in a compute gallery")]
    NoGallery,
    /// The API has no such text for an image.
    #[error("images of the Product Ingestion API have no {0}")]
    NoText(&'static str),
    /// Data disks are part of an image in a gallery.
    #[error("an image in a compute gallery has its data disks itself")]
    GalleryDisks,
    /// No file declares it.
    #[error("`{given}` is not a SKU or disk generation in the file")]
    UnknownSku {
        /// The id that was given.
        given: String,
        /// The declared id that is spelled most nearly like it.
        near: Option<String>,
        /// The ids of the SKUs and disk generations that the file declares.
        known: Vec<String>,
    },
    /// It is not in any of the SKUs.
    #[error("`{given}` is not a disk generation of {skus}")]
    UnknownGeneration {
        /// The id that was given.
        given: String,
        /// The SKUs that were looked at.
        skus: String,
        /// The ids of the disk generations of those SKUs.
        known: Vec<String>,
    },
    /// The command line names this value twice.
    #[error("`{0}` is given twice")]
    Twice(String),
    /// It is not three numbers.
    #[error("`{0}` is not a version: three numbers such as `1.10.0`, of at most 32 characters")]
    NotAVersion(String),
    /// It is declared already.
    #[error("`{holder}` already has the version `{version}`")]
    Exists {
        /// The SKU or disk generation.
        holder: String,
        /// The image version, such as `1.10.0`.
        version: String,
    },
    /// Customers would never get it.
    #[error("`{version}` is not greater than `{newest}`, the newest version of `{holder}`")]
    NotNewer {
        /// The SKU or disk generation.
        holder: String,
        /// The image version, such as `1.10.0`.
        version: String,
        /// The newest version that is declared.
        newest: String,
    },
    /// There is no such version.
    #[error("`{holder}` has no version `{version}`")]
    NoVersion {
        /// The SKU or disk generation, or the offer.
        holder: String,
        /// The version that was asked for, such as `1.10.0`.
        version: String,
        /// The versions that it has.
        known: Vec<String>,
    },
    /// All versions of a SKU have the same number of data disks.
    #[error("the versions of `{holder}` have {}, but {given} are given", counted(*expected, ("data disk", "data disks")))]
    DataDisks {
        /// The SKU or disk generation.
        holder: String,
        /// How many the others have.
        expected: usize,
        /// How many are given.
        given: usize,
    },
    /// They are not numbered from 0 without a gap.
    #[error("data disks are numbered 0, 1, 2 and so on without a gap, at most 16 of them; {0} is missing")]
    Gap(u8),
    /// It is deprecated already.
    #[error("`{version}` is already deprecated")]
    Deprecated {
        /// The image version, such as `1.10.0`.
        version: String,
    },
    /// Customers would see no version any more.
    #[error("`{version}` is the last version of `{holder}` that customers see")]
    LastShown {
        /// The SKU or disk generation.
        holder: String,
        /// The image version, such as `1.10.0`.
        version: String,
    },
    /// A text would be a secret in a file.
    #[error("the {0} looks like a signature, a key, a token or a password, or contains one")]
    Secret(&'static str),
    /// The images are not a mapping from versions.
    #[error("the images of `{0}` are not a mapping from versions to images")]
    NotAMapping(String),
}

impl Refusal {
    /// What the user can do instead.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoImages(_) => {
                "only virtual machine offers and core virtual machine offers have images; edit the file by hand"
                    .to_owned()
            }
            Self::UnknownSku { near: Some(near), .. } => format!("did you mean `{near}`?"),
            Self::UnknownSku { known, .. } => format!("the file has {}", listed(known)),
            Self::UnknownGeneration { known, .. } if known.is_empty() => "leave out --generation".to_owned(),
            Self::Twice(_) => "give each SKU and each disk generation once".to_owned(),
            Self::NotAVersion(_) => "use three numbers separated by dots".to_owned(),
            Self::Exists { .. } => "a published image cannot be changed: give the new one a greater version".to_owned(),
            Self::NotNewer { .. } => "the service offers the greatest version: choose a greater one".to_owned(),
            Self::NoVersion { known, .. } if known.is_empty() => "it has no versions".to_owned(),
            Self::UnknownGeneration { known, .. } | Self::NoVersion { known, .. } => {
                format!("there are {}", listed(known))
            }
            Self::DataDisks { .. } => {
                "give each data disk with --data-disk LUN=…; create another SKU for a machine with other disks"
                    .to_owned()
            }
            Self::NoGallery => {
                "copy the image to a storage account as a VHD, and pass its address with --blob".to_owned()
            }
            Self::NoText(_) => "leave the option out".to_owned(),
            Self::GalleryDisks => "leave --data-disk out".to_owned(),
            Self::Gap(_) => "pass the missing one with --data-disk".to_owned(),
            Self::Deprecated { .. } => "there is nothing to do".to_owned(),
            Self::LastShown { .. } => "add a newer version first".to_owned(),
            Self::Secret(_) => "this field is public: use another text, and change the secret if it is real".to_owned(),
            Self::NotAMapping(_) => "`offerform validate` shows what is wrong with the file".to_owned(),
        }
    }
}

/// Joins names in backticks, separated by commas.
fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
