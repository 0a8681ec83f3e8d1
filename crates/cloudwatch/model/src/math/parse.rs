//! From an expression's text to its tree.

use std::ops::Range;

use super::{
    operator::{NEGATION, Operator},
    token::{Token, Tokens},
    tree::{Branch, Tree},
};
use crate::query_error::{Fault, Problem};

/// How deep brackets, calls, signs and powers may nest. CloudWatch publishes no bound; this one protects the stack.
const DEEPEST: usize = 100;

/// The tree of an expression.
pub(crate) fn parse(text: &str) -> Result<Tree, Problem> {
    let mut tokens = Tokens::new(text);
    let (token, span) = tokens.next()?;
    let mut parser = Parser { tokens, token, span, end: 0, depth: 0 };
    if parser.token == Token::End {
        return Err(Problem::new(Fault::Syntax, 0..0, "the expression is empty"));
    }
    let tree = parser.expression(0)?;
    match parser.token {
        Token::End => Ok(tree),
        Token::Symbol(")" | "]") => Err(parser.fault("this bracket was never opened")),
        Token::Name("and" | "or" | "And" | "Or") => Err(parser.fault("operators are written in upper case: AND, OR")),
        _ => Err(parser.fault("an operator is missing before this")),
    }
}

struct Parser<'a> {
    tokens: Tokens<'a>,
    /// The word that is looked at, and its place.
    token: Token<'a>,
    span: Range<usize>,
    /// Where the word before it ended.
    end: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn fault(&self, message: impl Into<String>) -> Problem {
        Problem::new(Fault::Syntax, self.span.clone(), message)
    }

    fn advance(&mut self) -> Result<(), Problem> {
        self.end = self.span.end;
        (self.token, self.span) = self.tokens.next()?;
        Ok(())
    }

    fn takes(&mut self, symbol: &str) -> Result<bool, Problem> {
        let found = matches!(self.token, Token::Symbol(it) if it == symbol);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Operands and operators that bind at least so strongly.
    fn expression(&mut self, strength: u8) -> Result<Tree, Problem> {
        if self.depth == DEEPEST {
            return Err(Problem::new(Fault::Limit, self.span.clone(), format!("nested deeper than {DEEPEST} levels")));
        }
        self.depth += 1;
        let start = self.span.start;
        let mut left = self.operand()?;
        while let Some(operator) = self.operator().filter(|operator| operator.strength() >= strength) {
            self.advance()?;
            let right = self.expression(operator.strength() + u8::from(!operator.groups_right()))?;
            let branch = Branch::Binary(operator, Box::new(left), Box::new(right));
            left = Tree { branch, span: start..self.end };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operator(&self) -> Option<Operator> {
        match self.token {
            Token::Symbol(word) => Operator::of(word),
            Token::Name(word) => Operator::of(word),
            _ => None,
        }
    }

    fn operand(&mut self) -> Result<Tree, Problem> {
        let start = self.span.start;
        let branch = self.branch()?;
        Ok(Tree { branch, span: start..self.end })
    }

    fn branch(&mut self) -> Result<Branch, Problem> {
        match self.token {
            Token::Number(value) => {
                self.advance()?;
                Ok(Branch::Number(value))
            }
            Token::Text(text) => {
                self.advance()?;
                Ok(Branch::Text(text.to_owned()))
            }
            Token::Name(name) if Operator::of(name).is_none() => {
                self.advance()?;
                if !self.takes("(")? {
                    return Ok(Branch::Name(name.to_owned()));
                }
                Ok(Branch::Call(name.to_owned(), self.list(")")?))
            }
            Token::Symbol("-") => {
                self.advance()?;
                Ok(Branch::Negation(Box::new(self.expression(NEGATION)?)))
            }
            Token::Symbol("(") => {
                self.advance()?;
                let inner = self.expression(0)?;
                self.closes(")")?;
                Ok(inner.branch)
            }
            Token::Symbol("[") => {
                self.advance()?;
                Ok(Branch::Array(self.list("]")?))
            }
            Token::End => Err(self.fault("the expression ends where a value is needed")),
            Token::Symbol("{" | "}") => {
                Err(self.fault("braces stand only inside the text of a SEARCH, between quotes"))
            }
            _ => Err(self.fault("a value is needed here: a number, an id, a function or a bracket")),
        }
    }

    fn closes(&mut self, bracket: &str) -> Result<(), Problem> {
        if self.takes(bracket)? {
            return Ok(());
        }
        Err(self.fault(format!("a `{bracket}` is missing here")))
    }

    /// Expressions between commas, up to the closing bracket.
    fn list(&mut self, bracket: &str) -> Result<Vec<Tree>, Problem> {
        let mut parts = Vec::new();
        if self.takes(bracket)? {
            return Ok(parts);
        }
        loop {
            parts.push(self.expression(0)?);
            if !self.takes(",")? {
                self.closes(bracket)?;
                return Ok(parts);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The expression with all its brackets.
    fn grouped(text: &str) -> String {
        fn write(tree: &Tree) -> String {
            match &tree.branch {
                Branch::Binary(operator, left, right) => format!("({} {operator} {})", write(left), write(right)),
                Branch::Negation(inner) => format!("-{}", write(inner)),
                _ => tree.to_string(),
            }
        }
        write(&parse(text).expect(text))
    }

    #[test]
    fn operators_bind_as_usual() {
        for (text, expected) in [
            ("a+b*c", "(a + (b * c))"),
            ("a-b-c", "((a - b) - c)"),
            ("a^b^c", "(a ^ (b ^ c))"),
            ("-a^2", "(-a ^ 2)"),
            ("a*-b", "(a * -b)"),
            ("--a", "--a"),
            ("a>1 AND b>2 OR c", "(((a > 1) AND (b > 2)) OR c)"),
            ("a&&b||c", "((a AND b) OR c)"),
            ("a+1<b*2", "((a + 1) < (b * 2))"),
            ("(a+b)*c", "((a + b) * c)"),
        ] {
            assert_eq!(grouped(text), expected, "{text}");
        }
    }

    #[test]
    fn faults_have_a_place_and_a_sentence() {
        for (text, offset, words) in [
            ("", 0, "empty"),
            ("m1 +", 4, "ends where a value is needed"),
            ("m1 m2", 3, "operator is missing"),
            ("SUM(m1", 6, "`)` is missing"),
            ("[m1, m2)", 7, "`]` is missing"),
            ("m1)", 2, "never opened"),
            ("m1 and m2", 3, "upper case"),
            ("* m1", 0, "a value is needed"),
            ("m1 AND AND m2", 7, "a value is needed"),
            ("m1 = 2", 3, "`==`"),
            ("SUM(m1,)", 7, "a value is needed"),
            ("{a}", 0, "braces"),
        ] {
            let problem = parse(text).expect_err(text);
            assert_eq!(problem.span.start, offset, "{text}");
            assert!(problem.message.contains(words), "{text}: {}", problem.message);
        }
        let deep = "(".repeat(300);
        assert_eq!(parse(&deep).expect_err("too deep").fault, Fault::Limit);
    }

    fn tree() -> impl Strategy<Value = Tree> {
        let at = |branch| Tree { branch, span: 0..0 };
        let leaf = prop_oneof![
            (0.0..1e6).prop_map(move |value: f64| at(Branch::Number(value))),
            "[a-z][a-zA-Z0-9_]{0,3}".prop_map(move |name| at(Branch::Name(name))),
            "[a-z{}=' ]{0,5}".prop_map(move |text| at(Branch::Text(text))),
        ];
        leaf.prop_recursive(5, 40, 4, move |inner| {
            let operators = ["+", "-", "*", "/", "^", "==", "!=", "<", ">", "<=", ">=", "AND", "OR"];
            let operator = prop::sample::select(operators.to_vec())
                .prop_map(|word| Operator::of(word).expect("a word of the list"));
            prop_oneof![
                inner.clone().prop_map(move |inner| at(Branch::Negation(Box::new(inner)))),
                (operator, inner.clone(), inner.clone()).prop_map(move |(operator, left, right)| {
                    at(Branch::Binary(operator, Box::new(left), Box::new(right)))
                }),
                prop::collection::vec(inner.clone(), 0..4).prop_map(move |parts| at(Branch::Array(parts))),
                ("[A-Z]{1,4}F", prop::collection::vec(inner, 0..4))
                    .prop_map(move |(name, parts)| at(Branch::Call(name, parts))),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_printed_tree_reads_back(tree in tree()) {
            prop_assert_eq!(parse(&tree.to_string()), Ok(tree));
        }

        #[test]
        fn any_text_is_a_tree_or_a_fault_inside_it(text in "\\PC{0,60}") {
            if let Err(problem) = parse(&text) {
                prop_assert!(text.get(problem.span).is_some());
            }
        }

        #[test]
        fn any_words_are_a_tree_or_a_fault(
            words in prop::collection::vec(
                prop::sample::select(vec!["m1", "SUM", "(", ")", "[", "]", ",", "-", "+", "^", "AND", "5", "'a'", "<", "IF"]),
                0..40,
            )
        ) {
            let text = words.join(" ");
            if let Err(problem) = parse(&text) {
                prop_assert!(text.get(problem.span).is_some());
            }
        }
    }
}
