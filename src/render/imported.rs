//! Imported offers: which files they are in, what no file says, and what has to be set.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::visible;
use crate::apply::ErrorMessage;
use crate::offer::{IdentityPath, OfferAddress};
use crate::text::counted;

/// What came of an import.
#[derive(Debug)]
pub struct Import {
    /// The service the offers are from.
    pub endpoint: String,
    /// The offers that are in the files.
    pub offers: Vec<Offer>,
    /// The offers that are not, and why.
    pub failed: Vec<(OfferAddress, ErrorMessage)>,
    /// How many of those could be read, and could not be written.
    pub refused: usize,
    /// The files, as the user knows them.
    pub files: Vec<String>,
}

/// An offer in its file.
#[derive(Debug)]
pub struct Offer {
    /// The address of the offer.
    pub address: OfferAddress,
    /// The file that declares the offer, as the user knows it.
    pub file: String,
    /// The files with its texts and parts.
    pub texts: Vec<String>,
    /// What no file declares, and why.
    pub left_out: Vec<(IdentityPath, String)>,
    /// What has to be set before it is changed.
    pub variables: Vec<Variable>,
    /// In how many fields its draft differs from production; `None` if in none, or if it was never live.
    pub ahead: Option<usize>,
    /// What has to be corrected before `validate` passes.
    pub to_correct: Vec<Correction>,
}

/// A value in a file that `validate` refuses, whatever the file says about it.
#[derive(Debug)]
pub struct Correction {
    /// The id of the rule.
    pub rule: &'static str,
    /// The file, as the user knows it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// The problem with the value.
    pub message: String,
}

impl Import {
    /// How many values have to be corrected before `validate` passes.
    #[must_use]
    pub fn to_correct(&self) -> usize {
        self.offers.iter().map(|offer| offer.to_correct.len()).sum()
    }
}

/// A variable that has to be set.
#[derive(Debug)]
pub struct Variable {
    /// The name of the variable.
    pub name: String,
    /// The kind of secret that the variable contains.
    pub kind: VariableKind,
    /// The path of the value that the variable contains.
    pub place: IdentityPath,
}

/// What a variable is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableKind {
    /// A value that nobody may see, such as a password.
    Secret,
    /// An address with a signature in it, as of a disk image.
    SignedAddress,
}

/// Writes what was written, what to set, and a last line that counts.
pub fn import(import: &Import, out: &mut dyn Write) -> io::Result<()> {
    import.offers.iter().try_for_each(|imported| offer(imported, out))?;
    variables(import, out)?;
    let offers = counted(import.offers.len(), ("offer", "offers"));
    let files = counted(import.files.len(), ("file", "files"));
    writeln!(out, "Import: {offers} in {files}, {} refused.", import.refused)
}

/// Writes why offers are not in the files.
pub fn failures(failures: &[(OfferAddress, ErrorMessage)], out: &mut dyn Write) -> io::Result<()> {
    for (address, failure) in failures {
        writeln!(out, "{}: not imported: {}", visible(&address.to_string()), visible(&failure.message))?;
        failure.hint.iter().try_for_each(|hint| writeln!(out, "  hint: {}", visible(hint)))?;
    }
    Ok(())
}

fn offer(offer: &Offer, out: &mut dyn Write) -> io::Result<()> {
    let texts = match offer.texts.len() {
        0 => String::new(),
        count => format!(", and {} beside it", counted(count, ("file", "files"))),
    };
    let address = visible(&offer.address.to_string()).into_owned();
    writeln!(out, "{address}: {}{texts}", visible(&offer.file))?;
    for (place, why) in &offer.left_out {
        writeln!(out, "  not written: {}: {}", visible(place.as_str()), visible(why))?;
    }
    for Correction { rule, file, line, column, message } in &offer.to_correct {
        writeln!(out, "  to correct: {}:{line}:{column}: {rule}: {}", visible(file), visible(message))?;
    }
    if let Some(count) = offer.ahead {
        writeln!(out, "  the draft differs from production in {}:", counted(count, ("field", "fields")))?;
        writeln!(out, "    offerform diff {address} --from production --to draft")?;
    }
    Ok(())
}

/// The variables by name, each once.
fn variables(import: &Import, out: &mut dyn Write) -> io::Result<()> {
    let mut all = BTreeMap::new();
    for offer in &import.offers {
        for variable in &offer.variables {
            all.entry(&variable.name).or_insert((offer, variable));
        }
    }
    if all.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\nSet these variables where `apply` runs. `plan` needs none of them, and `apply` needs a signed address"
    )?;
    writeln!(out, "only when it sends a new image or a changed address:")?;
    for (name, (offer, variable)) in all {
        let what = match variable.kind {
            VariableKind::SignedAddress => "signed address",
            VariableKind::Secret => "secret",
        };
        let (address, place) = (offer.address.to_string(), variable.place.as_str());
        writeln!(out, "  {name}\n      {what} of {}: {}", visible(&address), visible(place))?;
    }
    writeln!(out)
}
