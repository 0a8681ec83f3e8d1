//! Commands between bars.

use std::ops::Range;

use super::{
    Branch, Command, CommandKind, Direction, Item, Tree,
    source::{GLOB_USAGE, glob, regex},
    token::{Name, Token, Tokens},
};
use atalaya_cloudwatch::query_error::{Fault, Problem};

/// The most characters of a query (API reference, `StartQuery`).
const LONGEST: usize = 10_000;
/// The most rows that `limit` asks for (user guide, "limit").
const MOST_ROWS: i64 = 100_000;

/// What there is of CloudWatch's commands.
const COMMANDS: &str = "fields, display, filter, where, parse, stats, sort, limit, dedup, unnest";

/// CloudWatch's commands that are not supported here, each with what to do instead.
const UNSUPPORTED: [(&str, &str); 10] = [
    ("pattern", "group by parts of the message with `parse` and `stats`"),
    ("diff", "run the query over both ranges"),
    ("anomaly", "it is made by a model that only AWS has"),
    ("lookup", "there are no lookup tables here"),
    ("join", "query each log group for itself"),
    ("unmask", "there is no data protection here"),
    ("filterindex", "use `filter`; there are no indexes here"),
    ("head", "CloudWatch replaced it with `limit`"),
    ("tail", "CloudWatch replaced it with `sort` and `limit`"),
    ("eval", "it belongs to another language; use `fields … as …`"),
];

/// A query's commands, and the log groups that it names.
#[derive(Debug, Clone)]
pub(crate) struct Parsed {
    pub(crate) groups: Vec<String>,
    pub(crate) commands: Vec<Command>,
}

/// The commands of a query.
pub(crate) fn parse(text: &str) -> Result<Parsed, Problem> {
    if text.chars().count() > LONGEST {
        let message = format!("a query has at most {LONGEST} characters");
        return Err(Problem::new(Fault::Limit, 0..text.len(), message));
    }
    let mut parser = Parser::new(text)?;
    if parser.token == Token::End {
        return Err(Problem::new(Fault::Syntax, 0..0, format!("the query is empty; commands are {COMMANDS}")));
    }
    let mut parsed = Parsed { groups: Vec::new(), commands: Vec::new() };
    loop {
        parser.command(&mut parsed)?;
        match parser.token {
            Token::End => return Ok(parsed),
            Token::Symbol("|") => drop(parser.advance()?),
            _ => return Err(parser.fault(parser.unexpected())),
        }
    }
}

pub(super) struct Parser<'a> {
    tokens: Tokens<'a>,
    /// The word that is looked at, and its place.
    pub(super) token: Token<'a>,
    pub(super) span: Range<usize>,
    /// Where the word before it ended.
    pub(super) end: usize,
    pub(super) depth: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Self, Problem> {
        let mut tokens = Tokens::new(text);
        let (token, span) = tokens.next()?;
        Ok(Self { tokens, token, span, end: 0, depth: 0 })
    }

    pub(super) fn fault(&self, message: impl Into<String>) -> Problem {
        Problem::new(Fault::Syntax, self.span.clone(), message)
    }

    fn unexpected(&self) -> &'static str {
        match self.token {
            Token::Symbol(")" | "]") => "this bracket was never opened",
            Token::Symbol(",") => "this comma belongs to nothing",
            _ => "a `|`, a comma or an operator is missing before this",
        }
    }

    pub(super) fn advance(&mut self) -> Result<Token<'a>, Problem> {
        self.end = self.span.end;
        let (token, span) = self.tokens.next()?;
        self.span = span;
        Ok(std::mem::replace(&mut self.token, token))
    }

    pub(super) fn takes(&mut self, symbol: &str) -> Result<bool, Problem> {
        let found = matches!(self.token, Token::Symbol(it) if it == symbol);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        matches!(&self.token, Token::Name(name) if name.is(keyword))
    }

    pub(super) fn takes_keyword(&mut self, keyword: &str) -> Result<bool, Problem> {
        let found = self.is_keyword(keyword);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    pub(super) fn closes(&mut self, bracket: &str) -> Result<(), Problem> {
        if self.takes(bracket)? {
            return Ok(());
        }
        Err(self.fault(format!("a `{bracket}` is missing here")))
    }

    /// The pattern between slashes that begins here.
    pub(super) fn slashed(&mut self) -> Result<(String, Range<usize>), Problem> {
        let read = self.tokens.regex(self.span.start)?;
        self.span = read.1.clone();
        self.advance()?;
        Ok(read)
    }

    fn command(&mut self, parsed: &mut Parsed) -> Result<(), Problem> {
        let word = self.span.clone();
        let Token::Name(Name { parts, is_quoted: false }) = &self.token else {
            return Err(self.fault(format!("a command is needed here: {COMMANDS}")));
        };
        let name = parts.join(".");
        let kind = match name.to_ascii_lowercase().as_str() {
            "source" => return self.source(parsed),
            "fields" => self.after_word().and_then(|()| self.items()).map(CommandKind::Fields),
            "display" => self.after_word().and_then(|()| self.items()).map(CommandKind::Display),
            "filter" | "where" => self.after_word().and_then(|()| self.expression(0)).map(CommandKind::Filter),
            "parse" => self.after_word().and_then(|()| self.parse_command()),
            "stats" => self.after_word().and_then(|()| self.stats()),
            "sort" => self.after_word().and_then(|()| self.sort()),
            "limit" => self.after_word().and_then(|()| self.limit()),
            "dedup" => self.after_word().and_then(|()| self.trees()).map(CommandKind::Dedup),
            "unnest" => self.after_word().and_then(|()| self.unnest()),
            lower => Err(unknown(&name, lower, &word)),
        }?;
        parsed.commands.push(Command { kind, word });
        Ok(())
    }

    fn after_word(&mut self) -> Result<(), Problem> {
        self.advance().map(drop)
    }

    /// `SOURCE 'group'`, which a dashboard's widget has before the commands.
    fn source(&mut self, parsed: &mut Parsed) -> Result<(), Problem> {
        if !parsed.commands.is_empty() {
            return Err(self.fault("SOURCE stands before all other commands"));
        }
        self.advance()?;
        match &self.token {
            Token::Text(group) if group.is_empty() => Err(self.fault("the name of the log group is empty")),
            Token::Text(group) => {
                if !parsed.groups.contains(group) {
                    parsed.groups.push(group.clone());
                }
                self.advance().map(drop)
            }
            Token::Name(name) => {
                let what = name.parts.join(".");
                let message = format!("SOURCE {what} is not supported; name each log group: SOURCE '/aws/lambda/a'");
                Err(Problem::new(Fault::Unsupported, self.span.clone(), message))
            }
            _ => Err(self.fault("SOURCE names a log group in quotes: SOURCE '/aws/lambda/a'")),
        }
    }

    /// Expressions between commas, each perhaps with a name.
    fn items(&mut self) -> Result<Vec<Item>, Problem> {
        let mut items = vec![self.item()?];
        while self.takes(",")? {
            items.push(self.item()?);
        }
        Ok(items)
    }

    fn item(&mut self) -> Result<Item, Problem> {
        let tree = self.expression(0)?;
        let alias = if self.takes_keyword("as")? { Some(self.new_name("`as`")?) } else { None };
        Ok(Item { tree, alias })
    }

    /// The name of a field that a command makes.
    pub(super) fn new_name(&mut self, after: &str) -> Result<String, Problem> {
        match &self.token {
            Token::Name(name) => {
                let name = name.parts.join(".");
                self.advance()?;
                Ok(name)
            }
            Token::Counted(..) => Err(self.fault("a name that begins with a digit stands in backticks")),
            _ => Err(self.fault(format!("a name is needed after {after}"))),
        }
    }

    fn trees(&mut self) -> Result<Vec<Tree>, Problem> {
        let mut trees = vec![self.expression(0)?];
        while self.takes(",")? {
            trees.push(self.expression(0)?);
        }
        Ok(trees)
    }

    fn parse_command(&mut self) -> Result<CommandKind, Problem> {
        let is_pattern = matches!(self.token, Token::Text(_) | Token::Symbol("/"));
        let source = if is_pattern { None } else { Some(self.operand()?) };
        let start = self.span.start;
        if matches!(self.token, Token::Symbol("/")) {
            let (pattern, place) = self.slashed()?;
            let pattern = regex(&pattern, &place)?;
            if pattern.capture_names().flatten().next().is_none() {
                let message = "no part of the pattern has a name; write `(?<name>…)` around what is wanted";
                return Err(Problem::new(Fault::Arguments, place, message));
            }
            if self.is_keyword("as") {
                return Err(self.fault("a regular expression names its parts itself, as `(?<name>…)`"));
            }
            return Ok(CommandKind::Parse { source, pattern: super::Pattern::Regex(pattern) });
        }
        let Token::Text(text) = &self.token else {
            return Err(self.fault(format!("a pattern is needed here: {GLOB_USAGE}")));
        };
        let text = text.clone();
        let place = start..self.span.end;
        self.advance()?;
        let mut names = Vec::new();
        if self.takes_keyword("as")? {
            names.push(self.new_name("`as`")?);
            while self.takes(",")? {
                names.push(self.new_name("the comma")?);
            }
        }
        Ok(CommandKind::Parse { source, pattern: glob(&text, names, place)? })
    }

    fn stats(&mut self) -> Result<CommandKind, Problem> {
        let values = self.items()?;
        let by = if self.takes_keyword("by")? { self.items()? } else { Vec::new() };
        Ok(CommandKind::Stats { values, by })
    }

    /// Each expression has its own direction. That it is ascending where none is said is not published.
    fn sort(&mut self) -> Result<CommandKind, Problem> {
        self.takes_keyword("by")?;
        let mut keys = Vec::new();
        loop {
            let tree = self.expression(0)?;
            let direction = if self.takes_keyword("desc")? {
                Direction::Descending
            } else {
                self.takes_keyword("asc")?;
                Direction::Ascending
            };
            keys.push((tree, direction));
            if !self.takes(",")? {
                return Ok(CommandKind::Sort(keys));
            }
        }
    }

    fn limit(&mut self) -> Result<CommandKind, Problem> {
        if self.is_keyword("any") {
            let message = "`limit any` is not supported; events are always looked at newest first: write `limit`";
            return Err(Problem::new(Fault::Unsupported, self.span.clone(), message));
        }
        let usage = format!("limit takes a whole number from 1 to {MOST_ROWS}");
        match self.token {
            Token::Whole(count @ 1..=MOST_ROWS) => {
                self.advance()?;
                Ok(CommandKind::Limit(count as usize))
            }
            Token::Whole(_) => Err(Problem::new(Fault::Limit, self.span.clone(), usage)),
            _ => Err(self.fault(usage)),
        }
    }

    fn unnest(&mut self) -> Result<CommandKind, Problem> {
        let list = self.expression(0)?;
        if !self.takes_keyword("into")? {
            return Err(self.fault("`into` and a name are needed here: unnest list into item"));
        }
        Ok(CommandKind::Unnest { list, into: self.new_name("`into`")? })
    }
}

fn unknown(name: &str, lower: &str, word: &Range<usize>) -> Problem {
    match UNSUPPORTED.iter().find(|(known, _)| *known == lower) {
        Some((_, instead)) => {
            Problem::new(Fault::Unsupported, word.clone(), format!("`{name}` is not supported: {instead}"))
        }
        None => {
            Problem::new(Fault::Unknown, word.clone(), format!("there is no command `{name}`; there are {COMMANDS}"))
        }
    }
}

/// Whether the expression is only the name of a field.
pub(super) fn is_name(tree: &Tree) -> bool {
    matches!(tree.branch, Branch::Name(_))
}
