//! Null tokens.

/// The texts that mean null.
#[derive(Debug, Clone)]
pub(crate) struct NullTokens {
    empty: bool,
    /// Whether a token starts with the byte: most cells are told apart by their first byte alone.
    starts: Box<[bool; 256]>,
    tokens: Vec<Vec<u8>>,
}

impl NullTokens {
    pub(crate) fn new(tokens: &[String]) -> Self {
        let mut starts = Box::new([false; 256]);
        for token in tokens {
            if let Some(byte) = token.as_bytes().first() {
                starts[usize::from(*byte)] = true;
            }
        }
        let empty = tokens.iter().any(String::is_empty);
        let tokens = tokens.iter().filter(|token| !token.is_empty()).map(|token| token.clone().into_bytes()).collect();
        Self { empty, starts, tokens }
    }

    /// Whether a token is such that a number could be one.
    pub(crate) fn hold_digits(&self) -> bool {
        self.tokens.iter().flatten().any(u8::is_ascii_digit)
    }

    #[inline]
    pub(crate) fn contains(&self, cell: &[u8]) -> bool {
        match cell.first() {
            None => self.empty,
            Some(byte) => self.starts[usize::from(*byte)] && self.tokens.iter().any(|token| token == cell),
        }
    }
}
