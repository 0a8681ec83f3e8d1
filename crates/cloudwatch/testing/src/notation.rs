//! The compact notation of series: `0x5 1 [100 200]x3 _x2 5@100`, and of states: `OKx3 ALARM`.

use std::fmt;

use atalaya_cloudwatch::alarm::State;

/// How many samples one series may hold, so that a slip of the finger (`5x1000000000`) is a message and no full memory.
const MAX_SAMPLES: u64 = 1_000_000;

/// One value that was sent in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Number of the period, from 0.
    pub period: u32,
    /// The value.
    pub value: f64,
    /// How often it was sent.
    pub count: u32,
}

/// What a line of notation stands for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Notation {
    /// How many periods it covers, those without data included.
    pub periods: u32,
    /// The samples, in the order of their periods.
    pub samples: Vec<Sample>,
}

/// A token that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotationError {
    /// Where the token starts, in characters from the start of the text.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl fmt::Display for NotationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for NotationError {}

/// The samples that a text in the notation stands for.
///
/// # Errors
/// The first token that cannot be read, or a series of more than a million samples.
///
/// ```
/// let notation = atalaya_cloudwatch_testing::series("1+2x3 _ 7").expect("is notation");
/// let values: Vec<_> = notation.samples.iter().map(|sample| (sample.period, sample.value)).collect();
/// assert_eq!(values, [(0, 1.0), (1, 3.0), (2, 5.0), (4, 7.0)]);
/// ```
pub fn series(text: &str) -> Result<Notation, NotationError> {
    let mut notation = Notation::default();
    let mut total = 0_u64;
    for (offset, token) in tokens(text) {
        let run = run(token).map_err(|fault| fault.at(offset, token))?;
        let each: u64 = run.samples.iter().map(|(_, count)| u64::from(*count)).sum();
        total += each.max(1) * u64::from(run.periods);
        if total > MAX_SAMPLES {
            return Err(Fault::new(format!("stands for more than {MAX_SAMPLES} samples")).at(offset, token));
        }
        for index in 0..run.periods {
            for (value, count) in &run.samples {
                let value = value + run.step * f64::from(index);
                notation.samples.push(Sample { period: notation.periods + index, value, count: *count });
            }
        }
        notation.periods += run.periods;
    }
    Ok(notation)
}

/// The states that a text such as `OKx3 ALARMx5` stands for, one for each minute.
///
/// # Errors
/// The first token that cannot be read.
pub fn states(text: &str) -> Result<Vec<State>, NotationError> {
    let mut states = Vec::new();
    for (offset, token) in tokens(text) {
        let (state, times) = state_run(token).map_err(|fault| fault.at(offset, token))?;
        if states.len() as u64 + u64::from(times) > MAX_SAMPLES {
            return Err(Fault::new(format!("stands for more than {MAX_SAMPLES} minutes")).at(offset, token));
        }
        states.extend(std::iter::repeat_n(state, times as usize));
    }
    Ok(states)
}

/// Words between blanks, with what stands in square brackets as one; each with its offset in characters.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut tokens = Vec::new();
    let mut start: Option<(usize, usize)> = None;
    let mut inside = false;
    for (offset, (at, letter)) in text.char_indices().enumerate() {
        if letter.is_whitespace() && !inside {
            if let Some((offset, from)) = start.take() {
                tokens.push((offset, &text[from..at]));
            }
            continue;
        }
        start.get_or_insert((offset, at));
        inside = letter == '[' || (inside && letter != ']');
    }
    if let Some((offset, from)) = start {
        tokens.push((offset, &text[from..]));
    }
    tokens
}

/// Equal periods, or a staircase of them.
struct Run {
    /// Values of the first period, and how often each was sent.
    samples: Vec<(f64, u32)>,
    /// What each period has more than the one before.
    step: f64,
    periods: u32,
}

/// What is wrong with a token, before it is known where it stands.
struct Fault {
    message: String,
    hint: Option<String>,
}

impl Fault {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn at(self, offset: usize, token: &str) -> NotationError {
        NotationError { offset, message: format!("`{token}` {}", self.message), hint: self.hint }
    }
}

/// One token of a series.
fn run(token: &str) -> Result<Run, Fault> {
    if let Some(rest) = token.strip_prefix('_') {
        return Ok(Run { samples: Vec::new(), step: 0.0, periods: periods(rest)? });
    }
    if let Some(rest) = token.strip_prefix('[') {
        let (inner, rest) = rest.split_once(']').ok_or_else(|| Fault::new("has no closing `]`"))?;
        let samples = inner.split_whitespace().map(repeated).collect::<Result<Vec<_>, _>>()?;
        if samples.is_empty() {
            return Err(Fault::new("holds no number").hint("write `_` for a period without data"));
        }
        return Ok(Run { samples, step: 0.0, periods: periods(rest)? });
    }
    let (value, rest) = number(token)?;
    if let Some(rest) = rest.strip_prefix('@') {
        let (count, rest) = count(rest)?;
        return Ok(Run { samples: vec![(value, count)], step: 0.0, periods: periods(rest)? });
    }
    if !rest.starts_with(['+', '-']) {
        return Ok(Run { samples: vec![(value, 1)], step: 0.0, periods: periods(rest)? });
    }
    let (step, rest) = number(rest.strip_prefix('+').unwrap_or(rest))?;
    if rest.is_empty() {
        return Err(Fault::new("has a step but no number of periods").hint(format!("write `{token}x5` for five")));
    }
    Ok(Run { samples: vec![(value, 1)], step, periods: periods(rest)? })
}

/// `5` or `5@100` inside of brackets.
fn repeated(word: &str) -> Result<(f64, u32), Fault> {
    let (value, rest) = number(word)?;
    match rest.strip_prefix('@').map(count).transpose()? {
        Some((count, "")) => Ok((value, count)),
        None if rest.is_empty() => Ok((value, 1)),
        _ => Err(Fault::new(format!("holds `{word}`, which is no number")).hint("as in `[1 2 3]` or `[1 2@10]x5`")),
    }
}

/// The number at the start of a text, and the rest.
fn number(text: &str) -> Result<(f64, &str), Fault> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(end);
    if whole == 0 {
        let shape = Fault::new("does not begin as a token of a series");
        return Err(shape.hint("tokens are as in `5`, `5x10`, `1+2x5`, `_x3`, `[1 2 3]x5`, `5@100`, between blanks"));
    }
    end += whole;
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.len() > end + 1 + sign && digits(end + 1 + sign) > 0 {
            end += 1 + sign + digits(end + 1 + sign);
        }
    }
    let value: f64 = text[..end].parse().map_err(|_| Fault::new("holds a number that cannot be read"))?;
    if !value.is_finite() {
        return Err(Fault::new("holds a number that is too large"));
    }
    Ok((value, &text[end..]))
}

/// The count at the start of a text, at least 1, and the rest.
fn count(text: &str) -> Result<(u32, &str), Fault> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    match text[..end].parse::<u32>() {
        Ok(0) => Err(Fault::new("repeats nothing, since its count is 0")),
        Ok(count) => Ok((count, &text[end..])),
        Err(_) if end > 0 => Err(Fault::new("holds a count that is too large")),
        Err(_) => Err(Fault::new("has no count where one belongs").hint("as in `5x10` or `5@100`")),
    }
}

/// `x10`, or nothing for one.
fn periods(rest: &str) -> Result<u32, Fault> {
    if rest.is_empty() {
        return Ok(1);
    }
    match rest.strip_prefix('x').map(count).transpose()? {
        Some((count, "")) => Ok(count),
        Some((_, rest)) => Err(Fault::new(format!("goes on with `{rest}`")).hint("blanks stand between tokens")),
        None => Err(Fault::new(format!("goes on with `{rest}`"))
            .hint("`x10` repeats, `+2x5` climbs, `@100` sends a hundred samples; blanks stand between tokens")),
    }
}

/// `OK`, `ALARMx5`.
fn state_run(token: &str) -> Result<(State, u32), Fault> {
    let found = State::ALL.into_iter().find_map(|state| Some((state, token.strip_prefix(state.as_str())?)));
    let Some((state, rest)) = found else {
        return Err(Fault::new("is no state").hint("states are OK, ALARM and INSUFFICIENT_DATA, as in `OKx3 ALARM`"));
    };
    Ok((state, periods(rest)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values by period, each as often as it was sent.
    fn values(text: &str) -> Vec<Vec<f64>> {
        let notation = series(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut periods = vec![Vec::new(); notation.periods as usize];
        for sample in notation.samples {
            periods[sample.period as usize].extend(std::iter::repeat_n(sample.value, sample.count as usize));
        }
        periods
    }

    #[test]
    fn every_kind_of_token_is_read() {
        assert_eq!(values("5"), [[5.0]]);
        assert_eq!(values("0x2 1"), [[0.0], [0.0], [1.0]]);
        assert_eq!(values("1+2x5"), [[1.0], [3.0], [5.0], [7.0], [9.0]]);
        assert_eq!(values("10-2x3"), [[10.0], [8.0], [6.0]]);
        assert_eq!(values("-1-0.5x2"), [[-1.0], [-1.5]]);
        assert_eq!(values("1e3 1.5e-1 1E+2x1"), [[1000.0], [0.15], [100.0]]);
        assert_eq!(values("_ 1 _x2"), [vec![], vec![1.0], vec![], vec![]]);
        assert_eq!(values("[1 2  3]x2"), [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]);
        assert_eq!(values("5@3 7@1x2"), [vec![5.0, 5.0, 5.0], vec![7.0], vec![7.0]]);
        assert_eq!(values("[1@2 -4]"), [[1.0, 1.0, -4.0]]);
        assert_eq!(values("  "), Vec::<Vec<f64>>::new());
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        for (text, offset, part) in [
            ("1 2,3", 2, "goes on with `,3`"),
            ("1+2", 0, "no number of periods"),
            ("x5", 0, "does not begin"),
            ("5x", 0, "no count"),
            ("5x0", 0, "repeats nothing"),
            ("5 5x1x2", 2, "goes on with `x2`"),
            ("[1 2", 0, "no closing"),
            ("[]", 0, "holds no number"),
            ("[1 b]", 0, "does not begin"),
            ("[1 2@]", 0, "no count"),
            ("5@", 0, "no count"),
            ("1+2@5x3", 0, "goes on with `@5x3`"),
            (".5", 0, "does not begin"),
            ("ä 5X3", 0, "does not begin"),
            ("5X3", 0, "goes on with `X3`"),
            ("1e999", 0, "too large"),
            ("1 5x4000000000", 2, "more than 1000000 samples"),
            ("5@99999999999", 0, "too large"),
            ("_5", 0, "goes on with `5`"),
        ] {
            let error = series(text).expect_err(text);
            assert_eq!(error.offset, offset, "{text}: {error}");
            assert!(error.message.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn states_by_the_minute() {
        assert_eq!(states("OKx2 ALARM").expect("reads"), [State::Ok, State::Ok, State::Alarm]);
        assert_eq!(states("INSUFFICIENT_DATA").expect("reads"), [State::InsufficientData]);
        for text in ["ok", "ALARMED", "OK3", "OK ALERT", "_"] {
            assert!(states(text).is_err(), "{text}");
        }
    }
}
