//! From a search's text to what it looks for.
//!
//! ```text
//! search = [ schema ] [ "," ] [ or ]
//! schema = "{" name { "," name } "}"
//! or     = and { "OR" and }
//! and    = unary { [ "AND" ] unary }
//! unary  = [ "NOT" ] ( "(" or ")" | term )
//! term   = [ property "=" ] ( word | '"' exact '"' | "(" or ")" )
//! ```

use super::{
    LONGEST, Schema, Search,
    term::{Place, Term, Wanted},
    tokens::Pattern,
};
use crate::query_error::{Fault, Problem};

/// How deep brackets may nest; it protects the stack.
const DEEPEST: usize = 100;

impl Search {
    /// Reads a search; faults stand at bytes of this text.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.chars().count() > LONGEST {
            let message = format!("a search has at most {LONGEST} characters");
            return Err(Problem::new(Fault::Limit, 0..text.len(), message));
        }
        let mut parser = Parser { text, at: 0, depth: 0 };
        let schema = parser.schema()?;
        parser.takes(',');
        let term = if parser.peek().is_none() { None } else { Some(parser.or(&Place::Anywhere)?) };
        if let Some(character) = parser.peek() {
            let message = match character {
                ')' => "this bracket was never opened",
                ',' => "terms are parted by blanks, AND or OR, not by commas",
                _ => "this is no part of a search's term",
            };
            return Err(parser.fault(character.len_utf8(), message));
        }
        if schema.is_none() && term.is_none() {
            return Err(parser.fault(0, "a search needs a schema such as {AWS/Lambda, FunctionName}, a term, or both"));
        }
        Ok(Self { schema, term })
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn fault(&self, length: usize, message: impl Into<String>) -> Problem {
        Problem::new(Fault::Syntax, self.at..self.at + length, message)
    }

    /// The next character that is not blank.
    fn peek(&mut self) -> Option<char> {
        self.at = self.text.len() - self.rest().trim_start().len();
        self.rest().chars().next()
    }

    fn takes(&mut self, character: char) -> bool {
        let found = self.peek() == Some(character);
        if found {
            self.at += character.len_utf8();
        }
        found
    }

    /// Takes a keyword that stands by itself.
    fn takes_word(&mut self, keyword: &str) -> bool {
        self.peek();
        let length = word_length(self.rest());
        let found = self.rest()[..length] == *keyword && !self.rest()[length..].starts_with('=');
        if found {
            self.at += length;
        }
        found
    }

    fn schema(&mut self) -> Result<Option<Schema>, Problem> {
        let open = self.at;
        if !self.takes('{') {
            return Ok(None);
        }
        let mut names = vec![self.name()?];
        while self.takes(',') {
            names.push(self.name()?);
        }
        if !self.takes('}') {
            return Err(match self.peek() {
                None => Problem::new(Fault::Syntax, open..self.text.len(), "the schema has no closing }"),
                Some(it) => self.fault(
                    it.len_utf8(),
                    "names of a schema are parted by commas; one with blanks or other characters stands in double quotes",
                ),
            });
        }
        let namespace = names.remove(0);
        Ok(Some(Schema { namespace, dimensions: names }))
    }

    /// A namespace or a dimension's name. The documentation asks for quotes around all but letters and digits, and
    /// yet writes AWS/EC2 without; the other characters of namespaces are taken alike (unpublished).
    fn name(&mut self) -> Result<String, Problem> {
        if self.peek() == Some('"') {
            return self.quoted();
        }
        let allowed = |it: char| it.is_alphanumeric() || "/._-#:".contains(it);
        let length = self.rest().find(|it| !allowed(it)).unwrap_or(self.rest().len());
        if length == 0 {
            return Err(self.fault(0, "a schema names a namespace and then dimensions: {AWS/Lambda, FunctionName}"));
        }
        let name = &self.rest()[..length];
        self.at += length;
        Ok(name.to_owned())
    }

    fn or(&mut self, place: &Place) -> Result<Term, Problem> {
        let mut terms = vec![self.and(place)?];
        while self.takes_word("OR") {
            terms.push(self.and(place)?);
        }
        Ok(one_or(terms, Term::Any))
    }

    fn and(&mut self, place: &Place) -> Result<Term, Problem> {
        let mut terms = vec![self.unary(place)?];
        loop {
            if !self.takes_word("AND") && (matches!(self.peek(), None | Some(')' | ',')) || self.stands_before("OR")) {
                return Ok(one_or(terms, Term::All));
            }
            terms.push(self.unary(place)?);
        }
    }

    fn stands_before(&mut self, keyword: &str) -> bool {
        let at = self.at;
        let found = self.takes_word(keyword);
        self.at = at;
        found
    }

    fn unary(&mut self, place: &Place) -> Result<Term, Problem> {
        if self.takes_word("NOT") {
            return Ok(Term::Not(Box::new(self.term(place)?)));
        }
        self.term(place)
    }

    fn term(&mut self, place: &Place) -> Result<Term, Problem> {
        if self.peek() == Some('(') {
            return self.group(place);
        }
        let piece = self.piece()?;
        if !self.takes('=') {
            return piece.wanted().map(|wanted| Term::Names(place.clone(), wanted));
        }
        let place = Place::of(piece.text());
        if self.peek() == Some('(') {
            return self.group(&place);
        }
        let value = self.piece()?;
        if self.peek() == Some('=') {
            return Err(self.fault(1, "a property has one value, and this would be a second"));
        }
        value.wanted().map(|wanted| Term::Names(place, wanted))
    }

    fn piece(&mut self) -> Result<Piece<'a>, Problem> {
        let first = self.peek();
        if first == Some('"') {
            return self.quoted().map(Piece::Quoted);
        }
        let length = word_length(self.rest());
        let word = &self.rest()[..length];
        match first {
            None => Err(self.fault(0, "the search ends where a term is needed")),
            Some(_) if ["AND", "OR", "NOT"].contains(&word) => {
                Err(self.fault(length, "a term is needed before this operator"))
            }
            Some(first) if length == 0 => {
                Err(self.fault(first.len_utf8(), "a term is needed here: a word, or a text in double quotes"))
            }
            Some(_) => {
                let start = self.at;
                self.at += length;
                Ok(Piece::Word(word, start))
            }
        }
    }

    fn group(&mut self, place: &Place) -> Result<Term, Problem> {
        if self.depth == DEEPEST {
            return Err(Problem::new(
                Fault::Limit,
                self.at..self.at + 1,
                format!("nested deeper than {DEEPEST} levels"),
            ));
        }
        self.depth += 1;
        self.takes('(');
        let term = self.or(place)?;
        if !self.takes(')') {
            self.peek();
            return Err(self.fault(0, "a `)` is missing here"));
        }
        self.depth -= 1;
        Ok(term)
    }

    /// A text in double quotes, in which `\` stands before `"`, `\`, `(` and `)`.
    fn quoted(&mut self) -> Result<String, Problem> {
        let open = self.at;
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += at + 1;
                    return Ok(text);
                }
                '(' | ')' => {
                    let message = format!("inside double quotes this is written as `\\{character}`");
                    return Err(Problem::new(Fault::Syntax, open + at..open + at + 1, message));
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('"' | '\\' | '(' | ')'))) => text.push(escaped),
                    _ => {
                        let message = "`\\` stands only before one of \" \\ ( )";
                        return Err(Problem::new(Fault::Syntax, open + at..open + at + 1, message));
                    }
                },
                character => text.push(character),
            }
        }
        Err(Problem::new(Fault::Syntax, open..self.text.len(), "the text that begins here has no closing \""))
    }
}

/// A text as it is written.
enum Piece<'a> {
    Quoted(String),
    /// A bare word, and where it begins.
    Word(&'a str, usize),
}

impl Piece<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Quoted(text) => text,
            Self::Word(word, _) => word,
        }
    }

    fn wanted(self) -> Result<Wanted, Problem> {
        match self {
            Self::Quoted(text) => Ok(Wanted::Exact(text)),
            Self::Word(word, start) => Pattern::new(word).map(Wanted::Partial).ok_or_else(|| {
                let message = "this has neither letters nor digits to search for";
                Problem::new(Fault::Syntax, start..start + word.len(), message)
            }),
        }
    }
}

/// The characters up to a blank or one that means something.
fn word_length(text: &str) -> usize {
    text.find(|it: char| it.is_whitespace() || "(){}\"=,".contains(it)).unwrap_or(text.len())
}

fn one_or(mut terms: Vec<Term>, many: fn(Vec<Term>) -> Term) -> Term {
    if terms.len() == 1 { terms.remove(0) } else { many(terms) }
}
