//! How names are cut into tokens, and how terms are found among them.

/// The tokens of a name with their letters' case kept: what is not alphanumeric parts them and vanishes, and a hump
/// of camel case or a run of digits begins a new one. `SDBFailure-2x` is `SDB`, `Failure`, `2`, `x`.
pub(super) fn tokens(name: &str) -> Vec<&str> {
    let characters: Vec<(usize, Class)> = name.char_indices().map(|(at, it)| (at, Class::of(it))).collect();
    let mut found = Vec::new();
    let mut start = None;
    for (index, &(at, class)) in characters.iter().enumerate() {
        let before = index.checked_sub(1).map_or(Class::Delimiter, |before| characters[before].1);
        let after = characters.get(index + 1).map_or(Class::Delimiter, |after| after.1);
        let begins = match (before, class) {
            (Class::Upper, Class::Lower) => false,
            // The last capital of a run begins the word that follows it.
            (Class::Upper, Class::Upper) => after == Class::Lower,
            (before, class) => before != class,
        };
        if begins {
            found.extend(start.map(|start| &name[start..at]));
            start = (class != Class::Delimiter).then_some(at);
        }
    }
    found.extend(start.map(|start| &name[start..]));
    found
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Upper,
    Lower,
    Digit,
    Delimiter,
}

impl Class {
    fn of(character: char) -> Self {
        match character {
            it if !it.is_alphanumeric() => Self::Delimiter,
            it if it.is_numeric() => Self::Digit,
            it if it.is_uppercase() => Self::Upper,
            _ => Self::Lower,
        }
    }
}

/// A partial match: what an unquoted term looks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
struct Part {
    token: String,
    /// Whether upper and lower case differ.
    exact_case: bool,
}

impl Pattern {
    /// The pattern of a term; nothing where it has neither letters nor digits.
    ///
    /// The documentation calls composite terms case-sensitive (`Count1` finds `CustomCount1`, `count1` does not), and
    /// yet finds `Network-Errors-2` by `network/errors`. Both hold if case counts inside a run of letters and digits
    /// that is itself several tokens, and not where delimiters part single tokens.
    pub(super) fn new(term: &str) -> Option<Self> {
        let mut parts = Vec::new();
        for word in term.split(|character: char| !character.is_alphanumeric()) {
            let tokens = tokens(word);
            let exact_case = tokens.len() > 1;
            parts.extend(tokens.into_iter().map(|token| Part { token: token.to_owned(), exact_case }));
        }
        (!parts.is_empty()).then_some(Self { parts })
    }

    /// Whether its tokens follow one another in the name; a single one may also be the name as a whole.
    pub(super) fn is_in(&self, name: &str) -> bool {
        let tokens = tokens(name);
        if let [part] = self.parts.as_slice()
            && part.is(&tokens.concat())
        {
            return true;
        }
        tokens.windows(self.parts.len()).any(|some| some.iter().zip(&self.parts).all(|(token, part)| part.is(token)))
    }
}

impl Part {
    fn is(&self, token: &str) -> bool {
        if self.exact_case {
            return self.token == token;
        }
        self.token.chars().flat_map(char::to_lowercase).eq(token.chars().flat_map(char::to_lowercase))
    }
}
