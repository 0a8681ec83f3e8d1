//! Expressions.

use super::{
    Branch, Matcher, Operator, Period, Step, Tree,
    parser::{Parser, is_name},
    source::regex,
    token::{Name, Token},
};
use atalaya_cloudwatch::query_error::{Fault, Problem};

/// How deep brackets, calls, signs and powers may nest. CloudWatch publishes no bound; this one protects the stack.
const DEEPEST: usize = 100;
/// How strongly `not` binds: less than comparisons, more than `and`.
const NOT: u8 = 3;
/// How strongly `like` and `in` bind: as comparisons.
const COMPARISON: u8 = 4;
/// How strongly a sign binds: more than every operator.
const SIGN: u8 = 8;

/// Words that end an expression, and so are no names of fields without backticks.
const RESERVED: [&str; 10] = ["as", "by", "in", "like", "not", "and", "or", "asc", "desc", "into"];

impl Parser<'_> {
    /// Operands and operators that bind at least so strongly.
    pub(super) fn expression(&mut self, strength: u8) -> Result<Tree, Problem> {
        if self.depth == DEEPEST {
            let message = format!("nested deeper than {DEEPEST} levels");
            return Err(Problem::new(Fault::Limit, self.span.clone(), message));
        }
        self.depth += 1;
        let start = self.span.start;
        let mut left = self.prefixed()?;
        loop {
            let branch = if let Some(operator) = self.operator() {
                if operator.strength() < strength {
                    break;
                }
                self.advance()?;
                let right = self.expression(operator.strength() + u8::from(!operator.groups_right()))?;
                Branch::Binary(operator, Box::new(left), Box::new(right))
            } else if COMPARISON >= strength && self.begins_test() {
                self.test(left)?
            } else {
                break;
            };
            left = Tree { branch, span: start..self.end };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operator(&self) -> Option<Operator> {
        match &self.token {
            Token::Symbol(symbol) => Operator::of_symbol(symbol),
            Token::Name(name) if name.is("and") => Some(Operator::And),
            Token::Name(name) if name.is("or") => Some(Operator::Or),
            _ => None,
        }
    }

    fn begins_test(&self) -> bool {
        matches!(self.token, Token::Symbol("=~")) || ["like", "in", "not"].iter().any(|word| self.is_keyword(word))
    }

    /// `like`, `=~` and `in` after a value, each perhaps with `not` before it.
    fn test(&mut self, value: Tree) -> Result<Branch, Problem> {
        let value = Box::new(value);
        let negated = self.takes_keyword("not")?;
        if self.takes_keyword("in")? {
            if !self.takes("[")? {
                return Err(self.fault("a list in `[ ]` is needed after `in`"));
            }
            return Ok(Branch::In { value, list: self.list("]")?, negated });
        }
        if !self.takes_keyword("like")? && !self.takes("=~")? {
            return Err(self.fault("`like` or `in` is needed after `not`"));
        }
        if matches!(self.token, Token::Symbol("/")) {
            let (pattern, place) = self.slashed()?;
            return Ok(Branch::Like { value, matcher: Matcher::Regex(regex(&pattern, &place)?), negated });
        }
        let Token::Text(part) = &self.token else {
            return Err(self.fault("a text in quotes or a regular expression in slashes is needed here"));
        };
        let matcher = Matcher::Part(part.clone());
        self.advance()?;
        Ok(Branch::Like { value, matcher, negated })
    }

    fn prefixed(&mut self) -> Result<Tree, Problem> {
        let start = self.span.start;
        let branch = if self.takes_keyword("not")? || self.takes("!")? {
            Branch::Not(Box::new(self.expression(NOT)?))
        } else if self.takes("-")? {
            Branch::Negation(Box::new(self.expression(SIGN)?))
        } else {
            return self.operand();
        };
        Ok(Tree { branch, span: start..self.end })
    }

    /// A value with the steps into it: `users[1].action`.
    pub(super) fn operand(&mut self) -> Result<Tree, Problem> {
        let start = self.span.start;
        let mut tree = Tree { branch: self.value()?, span: start..self.end };
        if !is_name(&tree) && !matches!(tree.branch, Branch::Call(..)) {
            return Ok(tree);
        }
        let steps = self.steps()?;
        if !steps.is_empty() {
            tree = match tree.branch {
                Branch::Name(mut path) => {
                    path.extend(steps);
                    Tree { branch: Branch::Name(path), span: start..self.end }
                }
                _ => Tree { branch: Branch::Access(Box::new(tree), steps), span: start..self.end },
            };
        }
        Ok(tree)
    }

    fn steps(&mut self) -> Result<Vec<Step>, Problem> {
        let mut steps = Vec::new();
        loop {
            if self.takes("[")? {
                let Token::Whole(index) = self.token else {
                    return Err(self.fault("the number of an element is needed here, from 0"));
                };
                let index = usize::try_from(index).expect("a number without a sign, within a machine word");
                self.advance()?;
                self.closes("]")?;
                steps.push(Step::Element(index));
            } else if self.takes(".")? {
                let Token::Name(name) = &self.token else {
                    return Err(self.fault("the name of a member is needed after the dot"));
                };
                steps.extend(name.parts.iter().map(|part| Step::Member((*part).to_owned())));
                self.advance()?;
            } else {
                return Ok(steps);
            }
        }
    }

    fn value(&mut self) -> Result<Branch, Problem> {
        let branch = match &self.token {
            Token::Whole(value) => Branch::Whole(*value),
            Token::Real(value) => Branch::Real(*value),
            Token::Text(text) => Branch::Text(text.clone()),
            Token::Counted(count, word) => return Err(self.counted(*count, word)),
            Token::Name(name) => return self.name(name.clone()),
            Token::Symbol("(") => {
                self.advance()?;
                let inner = self.expression(0)?;
                self.closes(")")?;
                return Ok(inner.branch);
            }
            Token::End => return Err(self.fault("the query ends where a value is needed")),
            Token::Symbol("|") => return Err(self.fault("a value is needed before this `|`")),
            Token::Symbol("[") => return Err(self.fault("a list stands only after `in`")),
            Token::Symbol("/") => {
                return Err(self.fault("a regular expression stands only after `like`, `=~` and `parse`"));
            }
            Token::Symbol(_) => {
                return Err(self.fault("a value is needed here: a field, a number, a text or a function"));
            }
        };
        self.advance()?;
        Ok(branch)
    }

    fn counted(&self, count: i64, word: &str) -> Problem {
        match Period::new(count, word) {
            Some(_) => self.fault("a period of time stands only in bin, datefloor and dateceil"),
            None => {
                self.fault(format!("`{count}{word}` is no number; a name that begins with a digit stands in backticks"))
            }
        }
    }

    fn name(&mut self, name: Name<'_>) -> Result<Branch, Problem> {
        if let Some(word) = RESERVED.iter().find(|word| name.is(word)) {
            return Err(
                self.fault(format!("a value is needed before `{word}`; a field of this name stands in backticks"))
            );
        }
        self.advance()?;
        if matches!(self.token, Token::Symbol("(")) && !name.is_quoted {
            self.advance()?;
            return Ok(Branch::Call(name.parts.join("."), self.arguments()?));
        }
        Ok(match () {
            () if name.is("true") => Branch::Flag(true),
            () if name.is("false") => Branch::Flag(false),
            () => Branch::Name(name.parts.into_iter().map(|part| Step::Member(part.to_owned())).collect()),
        })
    }

    fn arguments(&mut self) -> Result<Vec<Tree>, Problem> {
        let start = self.span.start;
        if self.takes("*")? {
            let all = Tree { branch: Branch::All, span: start..self.end };
            self.closes(")")?;
            return Ok(vec![all]);
        }
        self.list(")")
    }

    /// Expressions between commas, up to the closing bracket.
    fn list(&mut self, bracket: &str) -> Result<Vec<Tree>, Problem> {
        let mut parts = Vec::new();
        if self.takes(bracket)? {
            return Ok(parts);
        }
        loop {
            parts.push(self.period_or_expression()?);
            if !self.takes(",")? {
                self.closes(bracket)?;
                return Ok(parts);
            }
        }
    }

    /// `5m` is read where it may stand, in brackets; whether the function takes it is seen later.
    fn period_or_expression(&mut self) -> Result<Tree, Problem> {
        let start = self.span.start;
        if let Token::Counted(count, word) = self.token
            && let Some(period) = Period::new(count, word)
        {
            self.advance()?;
            return Ok(Tree { branch: Branch::Period(period), span: start..self.end });
        }
        let mut tree = self.expression(0)?;
        if let (Branch::Whole(count), Token::Name(name)) = (&tree.branch, &self.token)
            && name.parts.len() == 1
            && let Some(period) = Period::new(*count, name.parts[0])
        {
            self.advance()?;
            tree = Tree { branch: Branch::Period(period), span: start..self.end };
        }
        Ok(tree)
    }
}
