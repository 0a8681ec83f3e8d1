//! From text to rule.

use super::lexer::Lexer;
use super::{Amount, Rule, RuleError};
use crate::alarm::State;

/// How deep parentheses and `NOT` may be nested. CloudWatch publishes no limit; this one keeps any text from using up
/// the stack.
const DEEPEST: usize = 64;

pub(super) fn parse(text: &str) -> Result<Rule, RuleError> {
    let mut parser = Parser { lexer: Lexer::new(text), depth: 0 };
    let rule = parser.or()?;
    if parser.lexer.is_at_end() {
        return Ok(rule);
    }
    Err(parser.lexer.error(format_args!("expected AND, OR or the end")))
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    depth: usize,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Rule, RuleError> {
        self.chain("OR", Self::and, Rule::Or)
    }

    fn and(&mut self) -> Result<Rule, RuleError> {
        self.chain("AND", Self::not, Rule::And)
    }

    /// Operands that `word` joins; a single one stands for itself.
    fn chain(
        &mut self,
        word: &str,
        operand: fn(&mut Self) -> Result<Rule, RuleError>,
        join: fn(Vec<Rule>) -> Rule,
    ) -> Result<Rule, RuleError> {
        let first = operand(self)?;
        if !self.lexer.take_word(word) {
            return Ok(first);
        }
        let mut rules = vec![first, operand(self)?];
        while self.lexer.take_word(word) {
            rules.push(operand(self)?);
        }
        Ok(join(rules))
    }

    fn not(&mut self) -> Result<Rule, RuleError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.lexer.error(format_args!("more than {DEEPEST} levels of parentheses and NOT")));
        }
        let rule = if self.lexer.take_word("NOT") { Rule::Not(Box::new(self.not()?)) } else { self.primary()? };
        self.depth -= 1;
        Ok(rule)
    }

    fn primary(&mut self) -> Result<Rule, RuleError> {
        if self.lexer.take('(') {
            let rule = self.or()?;
            self.lexer.expect(')', "after the rule in parentheses")?;
            return Ok(rule);
        }
        if self.lexer.take_word("TRUE") {
            return Ok(Rule::Constant(true));
        }
        if self.lexer.take_word("FALSE") {
            return Ok(Rule::Constant(false));
        }
        if self.lexer.take_word("AT_LEAST") {
            return self.at_least();
        }
        let Some(state) = self.state() else {
            return Err(self.lexer.error(format_args!(
                "expected ALARM(…), OK(…), INSUFFICIENT_DATA(…), AT_LEAST(…), NOT, TRUE, FALSE or `(`"
            )));
        };
        self.lexer.expect('(', "before the alarm's name")?;
        let alarm = self.lexer.reference()?;
        self.lexer.expect(')', "after the alarm's name")?;
        Ok(Rule::InState(state, alarm))
    }

    fn state(&mut self) -> Option<State> {
        State::ALL.into_iter().find(|state| self.lexer.take_word(state.as_str()))
    }

    fn at_least(&mut self) -> Result<Rule, RuleError> {
        self.lexer.expect('(', "after AT_LEAST")?;
        let at = self.lexer.at();
        let number = self.lexer.number()?;
        let amount = if self.lexer.take('%') { Amount::Percent(number) } else { Amount::Count(number) };
        self.lexer.expect(',', "after the amount")?;
        let negated = self.lexer.take_word("NOT");
        let Some(state) = self.state() else {
            return Err(self.lexer.error(format_args!("expected ALARM, OK or INSUFFICIENT_DATA")));
        };
        self.lexer.expect(',', "after the state")?;
        self.lexer.expect('(', "before the list of alarms")?;
        let mut alarms = vec![self.lexer.reference()?];
        while self.lexer.take(',') {
            alarms.push(self.lexer.reference()?);
        }
        self.lexer.expect(')', "after the list of alarms")?;
        self.lexer.expect(')', "after AT_LEAST's arguments")?;
        check(amount, alarms.len()).map_err(|what| RuleError { at, what })?;
        Ok(Rule::AtLeast { amount, negated, state, alarms })
    }
}

/// An amount that every or no combination of states meets is refused: the real service's behaviour is not published,
/// and such a rule says nothing.
fn check(amount: Amount, total: usize) -> Result<(), String> {
    match amount {
        Amount::Count(count) if count == 0 || count as usize > total => {
            Err(format!("AT_LEAST counts from 1 to the {total} alarms of its list, found {count}"))
        }
        Amount::Percent(share) if share == 0 || share > 100 => {
            Err(format!("AT_LEAST takes a share from 1% to 100%, found {share}%"))
        }
        _ => Ok(()),
    }
}
