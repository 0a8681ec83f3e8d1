//! Which standard, and which edition of it, a document belongs to.

use atalaya_document::{Content, Node, Place, nearest};

use crate::{Violation, ViolationKind};

/// An edition of the standard; later is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Edition {
    V300,
    V301,
    V302,
    V310,
}

impl Edition {
    pub(crate) const NEWEST: Self = Self::V310;
    const ALL: [Self; 4] = [Self::V300, Self::V301, Self::V302, Self::V310];

    /// The edition as `apiVersion` names it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::V300 => "v3.0.0",
            Self::V301 => "v3.0.1",
            Self::V302 => "v3.0.2",
            Self::V310 => "v3.1.0",
        }
    }
}

/// The edition that a document names; the newest where `apiVersion` is missing but the rest is an ODCS contract.
///
/// # Errors
/// One violation for a document that is no ODCS contract of a known edition, whose details would only mislead.
pub(crate) fn identify(root: &Node) -> Result<Edition, Violation> {
    let refuse =
        |path: &str, place: Place, message: String| Violation::new(ViolationKind::Standard, path, place, message);
    if !matches!(root.content, Content::Map(_)) {
        let message = format!("not an ODCS contract: the document is {}, not a mapping of fields", root.kind());
        return Err(
            refuse("", root.place, message).hint("a contract starts with apiVersion: v3.1.0 and kind: DataContract")
        );
    }
    let entry = |key: &str| root.entries().iter().find(|entry| entry.key == key);
    if let Some(other) = entry("dataContractSpecification") {
        let message = "not an ODCS contract: it follows the Data Contract Specification, an older format".to_owned();
        let hint = "rewrite it as ODCS with apiVersion: v3.1.0 and kind: DataContract";
        return Err(refuse("dataContractSpecification", other.place, message).hint(hint));
    }
    let Some(api_version) = entry("apiVersion") else {
        if entry("kind").is_none() {
            let message = "not an ODCS contract: apiVersion and kind are missing".to_owned();
            return Err(refuse("", root.place, message).hint("add apiVersion: v3.1.0 and kind: DataContract"));
        }
        return Ok(Edition::NEWEST);
    };
    let written = match &api_version.value.content {
        Content::Text(text) | Content::Number(text) => text.as_str(),
        _ => "",
    };
    if let Some(edition) = Edition::ALL.into_iter().find(|edition| edition.as_str() == written) {
        return Ok(edition);
    }
    let names = Edition::ALL.map(Edition::as_str);
    let message = format!("`{written}` is no edition of ODCS that Atalaya reads; it reads {}", names.join(", "));
    let padded = format!("v{}", written.trim_start_matches(['v', 'V']));
    let close = names.into_iter().find(|name| *name == padded || *name == format!("{padded}.0"));
    let hint = close.or_else(|| nearest::word(written, names).filter(|_| !padded.starts_with("v2")));
    let violation = refuse("apiVersion", api_version.value.place, message);
    Err(violation
        .hint(hint.map_or_else(|| "bring the document to v3.1.0".to_owned(), |name| format!("did you mean `{name}`?"))))
}
