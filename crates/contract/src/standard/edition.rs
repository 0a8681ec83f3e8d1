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
    V320,
}

impl Edition {
    pub(crate) const NEWEST: Self = Self::V320;
    const ALL: [Self; 5] = [Self::V300, Self::V301, Self::V302, Self::V310, Self::V320];

    /// The edition as `apiVersion` names it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::V300 => "v3.0.0",
            Self::V301 => "v3.0.1",
            Self::V302 => "v3.0.2",
            Self::V310 => "v3.1.0",
            Self::V320 => "v3.2.0",
        }
    }

    /// The editions that came after this one, in their order.
    pub(crate) fn later(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |other| *other > self)
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|edition| edition.as_str() == name)
    }

    /// The edition that a name means which is none: the last one up to its number, or the one that is written nearly
    /// so. None for what came before v3, which is another structure altogether.
    fn meant(name: &str) -> Option<Self> {
        let Some(number) = number(name) else {
            let near = nearest::word(name, Self::ALL.map(Self::as_str)).and_then(Self::named);
            return Some(near.unwrap_or(Self::NEWEST));
        };
        Self::ALL.into_iter().rev().find(|edition| self::number(edition.as_str()).is_some_and(|own| own <= number))
    }
}

/// `v3.1.0`, `3.1` or `V3` as three numbers.
fn number(name: &str) -> Option<[u32; 3]> {
    let mut number = [0; 3];
    for (index, part) in name.trim_start_matches(['v', 'V']).split('.').enumerate() {
        *number.get_mut(index)? = part.parse().ok()?;
    }
    Some(number)
}

/// The edition to judge a document by: the one that it names; the nearest to a name that is unknown; the newest where
/// `apiVersion` is missing. That the name is missing or unknown is a fault among the others, which [`super::check`]
/// finds.
///
/// # Errors
/// One violation for a document that is no ODCS contract of v3, whose details would only mislead.
pub(crate) fn identify(root: &Node) -> Result<Edition, Violation> {
    let refusal =
        |path: &str, place: Place, message: String| Violation::new(ViolationKind::Standard, path, place, message);
    if !matches!(root.content, Content::Map(_)) {
        let message = format!("not an ODCS contract: the document is {}, not a mapping of fields", root.kind());
        return Err(refusal("", root.place, message).hint(format!("a contract starts with {HEAD}")));
    }
    let entry = |key: &str| root.entries().iter().find(|entry| entry.key == key);
    if let Some(other) = entry("dataContractSpecification") {
        let message = "not an ODCS contract: it follows the Data Contract Specification, an older format".to_owned();
        return Err(
            refusal("dataContractSpecification", other.place, message).hint(format!("rewrite it as ODCS with {HEAD}"))
        );
    }
    let Some(api_version) = entry("apiVersion") else {
        if is_contract(root) {
            return Ok(Edition::NEWEST);
        }
        let message = "not an ODCS contract: it has no apiVersion, no kind: DataContract, no schema and no servers";
        return Err(refusal("", root.place, message.to_owned()).hint(format!("add {HEAD}")));
    };
    let name = name(&api_version.value);
    match Edition::named(name).or_else(|| Edition::meant(name).filter(|_| is_contract(root))) {
        Some(edition) => Ok(edition),
        None => Err(refusal("apiVersion", api_version.value.place, unknown(name))
            .hint(format!("bring the document to {}", Edition::NEWEST.as_str()))),
    }
}

/// How a contract of the newest edition starts. What is valid in v3.1.0 is valid in it too.
const HEAD: &str = "apiVersion: v3.2.0 and kind: DataContract";

/// What is wrong with an `apiVersion` that is there: the message and the hint.
pub(super) fn fault(api_version: &Node) -> Option<(String, String)> {
    let name = name(api_version);
    if Edition::named(name).is_some() {
        return None;
    }
    let edition = Edition::meant(name).unwrap_or(Edition::NEWEST).as_str();
    Some((unknown(name), format!("did you mean `{edition}`? all else is judged by that edition")))
}

fn unknown(name: &str) -> String {
    let known = Edition::ALL.map(Edition::as_str).join(", ");
    format!("`{name}` is no edition of ODCS that Atalaya reads; it reads {known}")
}

fn name(api_version: &Node) -> &str {
    match &api_version.content {
        Content::Text(text) | Content::Number(text) => text,
        _ => "",
    }
}

/// Whether the document looks like a contract of ODCS v3 without its `apiVersion`.
fn is_contract(root: &Node) -> bool {
    let has = |key: &str| root.get(key).is_some();
    root.get("kind").and_then(Node::text) == Some("DataContract")
        || has("schema")
        || has("servers")
        || has("slaProperties")
        || (has("id") && has("version") && (has("status") || has("kind")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_all_is_the_newest() {
        assert_eq!(Edition::ALL.last(), Some(&Edition::NEWEST));
        assert!(Edition::ALL.is_sorted());
        assert!(HEAD.contains(Edition::NEWEST.as_str()));
    }

    #[test]
    fn a_name_that_is_none_means_the_last_edition_up_to_its_number() {
        for (name, edition) in [
            ("3.1.0", Some(Edition::V310)),
            ("v3.1", Some(Edition::V310)),
            ("V3", Some(Edition::V300)),
            ("v3.0.7", Some(Edition::V302)),
            ("v3.2.1", Some(Edition::V320)),
            ("v3.9.0", Some(Edition::V320)),
            ("v4.0.0", Some(Edition::V320)),
            ("v3.1.O", Some(Edition::V310)),
            ("", Some(Edition::V320)),
            ("latest", Some(Edition::V320)),
            ("v2.2.2", None),
            ("1", None),
        ] {
            assert_eq!(Edition::meant(name), edition, "{name}");
        }
    }
}
