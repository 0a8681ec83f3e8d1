//! Whether two locations can claim one object.
//!
//! Two globs share a key when the product of their automata reaches a state in which both match. The product is
//! searched breadth first, on the automata as they are: no more than (states of one × states of the other) pairs, and
//! the first match is a shortest one.
//!
//! Only letters that one of the globs spells out are other than ASCII in an example. That loses nothing: a wildcard takes
//! any byte, classes hold ASCII alone, and a control character, which no glob may spell out, is in every class that
//! excludes letters. And it keeps examples valid UTF-8: each such byte comes from a letter spelt out whole.

use std::fmt;

use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::{look::Look, primitives::StateID};

use super::{MAX_BUCKET, MAX_BUCKET_GLOB, MAX_KEY, glob};
use crate::Location;

/// An object that two locations claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// A bucket's name, at most 63 bytes of letters, digits, `-`, `.` and `_`.
    pub bucket: String,
    /// A key that is as short as any, 1 to 1,024 bytes.
    pub key: String,
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

/// An object that both locations claim; `None` when there can be none. A location that [`Location::parse`] would refuse
/// claims nothing.
#[must_use]
pub fn overlap(left: &Location, right: &Location) -> Option<Example> {
    let mut budget = usize::MAX;
    overlap_within(left, right, &mut budget).unwrap_or_default()
}

/// The search was given up, as it had more to do than it was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GaveUp;

/// As [`overlap`], with an upper bound on the pairs of states that are looked at. What was used is taken from `budget`.
pub(crate) fn overlap_within(left: &Location, right: &Location, budget: &mut usize) -> Result<Option<Example>, GaveUp> {
    if prefixes_differ(&left.bucket, &right.bucket) || prefixes_differ(&left.key, &right.key) {
        return Ok(None);
    }
    // Nearly all contracts name the same bucket.
    let is_same_bucket = left.bucket == right.bucket && glob::literal_prefix(&left.bucket) == left.bucket;
    let bucket = match is_same_bucket {
        true => Some(left.bucket.clone()),
        false => shared(&left.bucket, &right.bucket, &Names::BUCKETS, budget)?,
    };
    let Some(bucket) = bucket else { return Ok(None) };
    let Some(key) = shared(&left.key, &right.key, &Names::KEYS, budget)? else { return Ok(None) };
    let claims = |location: &Location| location.matches(&bucket, &key);
    Ok((claims(left) && claims(right)).then_some(Example { bucket, key }))
}

/// Whether some bucket, or some key, can match the glob.
pub(super) fn is_satisfiable(pattern: &str, names: &Names) -> bool {
    // One state takes everything, so that the search visits little more than the glob's own states.
    let mut budget = usize::MAX;
    matches!(shared(pattern, "**", names, &mut budget), Ok(Some(_)))
}

/// Which names an object or a bucket can have.
pub(super) struct Names {
    max_glob: usize,
    max_bytes: usize,
    is_allowed: fn(u8) -> bool,
}

impl Names {
    pub(super) const BUCKETS: Self = Self {
        max_glob: MAX_BUCKET_GLOB,
        max_bytes: MAX_BUCKET,
        is_allowed: |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'),
    };
    pub(super) const KEYS: Self = Self { max_glob: MAX_KEY, max_bytes: MAX_KEY, is_allowed: |_| true };
}

fn prefixes_differ(left: &str, right: &str) -> bool {
    let (left, right) = (glob::literal_prefix(left), glob::literal_prefix(right));
    !left.starts_with(right) && !right.starts_with(left)
}

/// What a comparison costs before any pair is looked at, in pairs; and how many pairs are cleared in the time that it
/// takes to look at one.
const COMPARISON: usize = 1000;
const CLEARED_AT_ONCE: usize = 16;

fn shared(left: &str, right: &str, names: &Names, budget: &mut usize) -> Result<Option<String>, GaveUp> {
    let automaton = |pattern: &str| glob::automaton(pattern, names.max_glob).ok();
    let (Some(left), Some(right)) = (automaton(left), automaton(right)) else { return Ok(None) };
    // Compiling and clearing the table take time too, however little of it is looked at.
    let cost = COMPARISON + left.states().len() * right.states().len() / CLEARED_AT_ONCE;
    *budget = budget.checked_sub(cost).ok_or(GaveUp)?;
    let found = Product::new(&left, &right, names, budget).shortest()?;
    Ok(found.and_then(|bytes| String::from_utf8(bytes).ok()))
}

/// A state of each automaton, as one number.
type Pair = u32;

/// The first byte of a name leads to the pair: it has no pair before it.
const ROOT: Pair = Pair::MAX - 1;
const UNSEEN: Pair = Pair::MAX;

/// How a pair was reached first.
#[derive(Clone, Copy)]
struct Step {
    from: Pair,
    /// 0 when no byte was taken.
    byte: u8,
}

struct Product<'a> {
    left: &'a NFA,
    right: &'a NFA,
    names: &'a Names,
    budget: &'a mut usize,
    steps: Vec<Step>,
}

impl<'a> Product<'a> {
    fn new(left: &'a NFA, right: &'a NFA, names: &'a Names, budget: &'a mut usize) -> Self {
        let steps = vec![Step { from: UNSEEN, byte: 0 }; left.states().len() * right.states().len()];
        Self { left, right, names, budget, steps }
    }

    /// A shortest text of at least one byte that both automata match.
    fn shortest(mut self) -> Result<Option<Vec<u8>>, GaveUp> {
        // What is reached without a byte may be reached again with some, so it is not kept.
        let start = self.pair(self.left.start_anchored(), self.right.start_anchored());
        self.steps[start as usize].from = ROOT;
        let begun = self.closure(vec![start], true)?;
        for pair in &begun {
            self.steps[*pair as usize].from = UNSEEN;
        }
        let mut level = Vec::new();
        for pair in begun {
            self.advance(pair, ROOT, &mut level);
        }
        for _ in 0..self.names.max_bytes {
            let reached = self.closure(level, false)?;
            if let Some(end) = reached.iter().find(|pair| self.is_match(**pair)) {
                return Ok(Some(self.text(*end)));
            }
            level = Vec::new();
            for pair in reached {
                self.advance(pair, pair, &mut level);
            }
            if level.is_empty() {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// The pairs, and all that they lead to without a byte.
    fn closure(&mut self, mut pending: Vec<Pair>, is_start: bool) -> Result<Vec<Pair>, GaveUp> {
        let mut reached = Vec::new();
        while let Some(pair) = pending.pop() {
            *self.budget = self.budget.checked_sub(1).ok_or(GaveUp)?;
            reached.push(pair);
            let (left, right) = self.states(pair);
            for next in without_byte(self.left.state(left), is_start) {
                self.reach(self.pair(next, right), Step { from: pair, byte: 0 }, &mut pending);
            }
            for next in without_byte(self.right.state(right), is_start) {
                self.reach(self.pair(left, next), Step { from: pair, byte: 0 }, &mut pending);
            }
        }
        Ok(reached)
    }

    /// The pairs that one byte leads to, for the first time, into `level`.
    fn advance(&mut self, pair: Pair, from: Pair, level: &mut Vec<Pair>) {
        let (left, right) = self.states(pair);
        let (left, right) = (ranges(self.left.state(left)), ranges(self.right.state(right)));
        let mut nexts = Vec::new();
        for one in &left {
            for other in &right {
                let (first, last) = (one.first.max(other.first), one.last.min(other.last));
                if first <= last
                    && let Some((rank, byte)) = self.names.byte(first, last)
                {
                    nexts.push((rank, byte, self.pair(one.next, other.next)));
                }
            }
        }
        // Several ranges may lead to one pair: the most legible byte is kept.
        nexts.sort_unstable();
        for (_, byte, next) in nexts {
            self.reach(next, Step { from, byte }, level);
        }
    }

    fn reach(&mut self, pair: Pair, step: Step, into: &mut Vec<Pair>) {
        let seen = &mut self.steps[pair as usize];
        if seen.from == UNSEEN {
            *seen = step;
            into.push(pair);
        }
    }

    fn is_match(&self, pair: Pair) -> bool {
        let (left, right) = self.states(pair);
        ends(self.left, left) && ends(self.right, right)
    }

    fn text(&self, end: Pair) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut pair = end;
        while pair != ROOT {
            let step = self.steps[pair as usize];
            bytes.extend((step.byte != 0).then_some(step.byte));
            pair = step.from;
        }
        bytes.reverse();
        bytes
    }

    fn pair(&self, left: StateID, right: StateID) -> Pair {
        let pair = left.as_usize() * self.right.states().len() + right.as_usize();
        Pair::try_from(pair).expect("a glob has at most 2,048 states")
    }

    fn states(&self, pair: Pair) -> (StateID, StateID) {
        let count = self.right.states().len();
        let state = |index: usize| StateID::new(index).expect("the index is that of a state");
        (state(pair as usize / count), state(pair as usize % count))
    }
}

impl Names {
    /// The most legible byte of a range that a name can have, after how legible it is: 0 is best.
    fn byte(&self, first: u8, last: u8) -> Option<(usize, u8)> {
        let legible = [(b'a', b'z'), (b'0', b'9'), (b'A', b'Z'), (b'!', b'~'), (1, 127)];
        let in_range = |(from, to): (u8, u8)| (first.max(from)..=last.min(to)).find(|byte| (self.is_allowed)(*byte));
        let found = legible.into_iter().enumerate().find_map(|(rank, range)| Some((rank, in_range(range)?)));
        // One byte alone may be part of a letter that a glob spells out; a range beyond ASCII is a wildcard's.
        let is_spelt = first == last && !first.is_ascii() && (self.is_allowed)(first);
        found.or_else(|| is_spelt.then_some((legible.len(), first)))
    }
}

/// Bytes that lead to a state.
struct Range {
    first: u8,
    last: u8,
    next: StateID,
}

fn ranges(state: &State) -> Vec<Range> {
    let range = |trans: &regex_automata::nfa::thompson::Transition| Range {
        first: trans.start,
        last: trans.end,
        next: trans.next,
    };
    match state {
        State::ByteRange { trans } => vec![range(trans)],
        State::Sparse(sparse) => sparse.transitions.iter().map(range).collect(),
        State::Dense(dense) => {
            let bytes = (0..=u8::MAX).zip(dense.transitions.iter());
            bytes.map(|(byte, next)| Range { first: byte, last: byte, next: *next }).collect()
        }
        _ => Vec::new(),
    }
}

/// The states that follow without a byte. A glob's regex is anchored: its `^` holds at the start alone, and its `$` is
/// followed by nothing but the match.
fn without_byte(state: &State, is_start: bool) -> Vec<StateID> {
    match state {
        State::Look { look: Look::Start, next } if is_start => vec![*next],
        State::Union { alternates } => alternates.to_vec(),
        State::BinaryUnion { alt1, alt2 } => vec![*alt1, *alt2],
        State::Capture { next, .. } => vec![*next],
        _ => Vec::new(),
    }
}

/// Whether the state matches when no byte follows.
fn ends(automaton: &NFA, state: StateID) -> bool {
    match automaton.state(state) {
        State::Match { .. } => true,
        State::Look { look: Look::End, next } | State::Capture { next, .. } => ends(automaton, *next),
        _ => false,
    }
}
