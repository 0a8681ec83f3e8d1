//! How what comes from outside is written where people read it.

use atalaya_contract::inert::{self, Inert};

/// Most characters of a name that is no key.
const NAME: usize = 300;

/// Where people read a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Medium {
    /// A name, such as a key.
    pub(crate) name: fn(&str) -> Inert<'_>,
    /// Words of somebody else.
    pub(crate) words: fn(&str) -> Inert<'_>,
    /// What the author of an alarm writes in its description: an operator, whose links are welcome.
    pub(crate) description: fn(&str) -> Inert<'_>,
}

/// Readers of mail make links of bare addresses.
pub(crate) const MAIL: Medium = Medium {
    name: |name| inert::name(name).unlinked(),
    words: |words| inert::sentence(words).unlinked(),
    description: inert::sentence,
};

/// Clients of chats read markup too, but not in code.
pub(crate) const CHAT: Medium = Medium {
    name: |name| inert::code(name).unlinked().unmarked(),
    words: |words| inert::sentence(words).unlinked().unmarked(),
    description: |words| inert::sentence(words).unmarked(),
};

/// A name that is no key, in a mail.
pub(crate) fn short_name(name: &str) -> Inert<'_> {
    inert::name(name).at_most(NAME).unlinked()
}

/// Most characters of a link that Atalaya has made itself: a signature with the token of a session is long.
const OWN_LINK: usize = 8192;

/// A link that Atalaya has made itself.
pub(crate) fn own_link(address: &str) -> Inert<'_> {
    inert::text(address).at_most(OWN_LINK)
}

/// An address to follow; what is none is shown as words that no reader makes a link of.
pub(crate) fn link(address: &str) -> String {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    if is_web && address.chars().all(|char| char.is_ascii_graphic() && !matches!(char, '<' | '>' | '"' | '`')) {
        return address.to_owned();
    }
    inert::text(address).unlinked().unmarked().to_string()
}
