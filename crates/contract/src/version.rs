//! Which of two versions of a contract is the higher one.

use std::cmp::Ordering;

/// Compares two versions as their authors count.
///
/// Two versions of Semantic Versioning 2.0 are compared by its precedence: `1.9.0` < `1.10.0-rc.1` < `1.10.0`, and what
/// follows a `+` does not count. Any others are compared piece by piece, digits by their number and everything between
/// them as text: `2025-12` < `2026-2` < `2026-10`, `v9` < `v10`; of two that are equal as far as the shorter one goes,
/// the longer is the higher.
#[must_use]
pub fn compare_versions(left: &str, right: &str) -> Ordering {
    match (SemanticVersion::parse(left), SemanticVersion::parse(right)) {
        (Some(left), Some(right)) => left.precedence(&right),
        _ => natural(left, right),
    }
}

/// A version as <https://semver.org> has it.
struct SemanticVersion<'a> {
    /// Major, minor, patch: digits.
    numbers: [&'a str; 3],
    /// The identifiers of a version that precedes a release; empty for a release.
    pre_release: Vec<&'a str>,
}

impl<'a> SemanticVersion<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
        let (numbers, pre_release) = text.split_once('-').map_or((text, None), |(text, pre)| (text, Some(pre)));
        let numbers: [&str; 3] = numbers.split('.').collect::<Vec<_>>().try_into().ok()?;
        let pre_release: Vec<&str> = pre_release.map(|pre| pre.split('.').collect()).unwrap_or_default();
        let build: Vec<&str> = build.map(|build| build.split('.').collect()).unwrap_or_default();
        let is_number = |text: &&str| is_digits(text) && (text.len() == 1 || !text.starts_with('0'));
        let is_identifier =
            |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let fits = numbers.iter().all(is_number)
            && pre_release.iter().all(|one| is_identifier(one) && (!is_digits(one) || is_number(one)))
            && build.iter().all(is_identifier);
        fits.then_some(Self { numbers, pre_release })
    }

    fn precedence(&self, other: &Self) -> Ordering {
        let numbers = self.numbers.iter().zip(&other.numbers).map(|(left, right)| by_number(left, right));
        numbers.fold(Ordering::Equal, Ordering::then).then_with(|| {
            match (self.pre_release.is_empty(), other.pre_release.is_empty()) {
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                _ => self.pre_release_order(other),
            }
        })
    }

    fn pre_release_order(&self, other: &Self) -> Ordering {
        let identifiers = self.pre_release.iter().zip(&other.pre_release);
        let orders = identifiers.map(|(left, right)| match (is_digits(left), is_digits(right)) {
            (true, true) => by_number(left, right),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => left.cmp(right),
        });
        orders.fold(Ordering::Equal, Ordering::then).then(self.pre_release.len().cmp(&other.pre_release.len()))
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits by the number that they write, however many they are.
fn by_number(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

fn natural(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left, right);
    loop {
        match (piece(left), piece(right)) {
            (Some((one, rest_of_left)), Some((other, rest_of_right))) => {
                let order = match is_digits(one) && is_digits(other) {
                    true => by_number(one, other),
                    false => one.cmp(other),
                };
                if order != Ordering::Equal {
                    return order;
                }
                (left, right) = (rest_of_left, rest_of_right);
            }
            (one, other) => return one.is_some().cmp(&other.is_some()),
        }
    }
}

/// The longest beginning that is all digits or has none, and the rest; `None` at the end.
fn piece(text: &str) -> Option<(&str, &str)> {
    let is_digit = text.chars().next()?.is_ascii_digit();
    let end = text.find(|letter: char| letter.is_ascii_digit() != is_digit).unwrap_or(text.len());
    Some(text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascends(versions: &[&str]) {
        for (at, left) in versions.iter().enumerate() {
            for (other, right) in versions.iter().enumerate() {
                assert_eq!(compare_versions(left, right), at.cmp(&other), "{left} and {right}");
            }
        }
    }

    #[test]
    fn semantic_versions_have_their_precedence() {
        // The example of semver.org, with what its other sections say.
        ascends(&[
            "0.9.0",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2.0",
            "1.10.0",
            "2.0.0",
            "99999999999999999999999.0.0",
        ]);
        assert_eq!(compare_versions("1.0.0+monday", "1.0.0+tuesday"), Ordering::Equal);
    }

    #[test]
    fn other_versions_are_compared_piece_by_piece() {
        ascends(&["1", "1.2", "1.2.0", "1.10"]);
        ascends(&["2025-12", "2026-2", "2026-02-1", "2026-10"]);
        ascends(&["v9", "v10", "v10b"]);
        assert_eq!(compare_versions("2026-02", "2026-2"), Ordering::Equal);
        assert_eq!(compare_versions("", ""), Ordering::Equal);
    }
}
