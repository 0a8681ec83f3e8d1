//! "Did you mean …": the known word that is nearest to an unknown one.

/// How many words a hint lists at most.
const LISTED: usize = 12;

/// The hint for an unknown word: the nearest known one, or else the whole list when it is short enough to read.
#[must_use]
pub fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = self::word(word, known.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    (1..=LISTED).contains(&known.len()).then(|| format!("known here: {}", known.join(", ")))
}

/// The known word that `meant` most likely stands for, if one is near enough to be worth saying. A word with a "not" in it
/// never stands for one without, nor the other way round.
#[must_use]
pub fn word<'a>(meant: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = normal(meant);
    let limit = (plain.len() / 3).max(1);
    let denies = |word: &str| word.to_lowercase().contains("not");
    let known = known.into_iter().filter(|candidate| denies(candidate) == denies(meant));
    let distances = known.map(|candidate| (distance(&plain, &normal(candidate)), candidate));
    distances.filter(|(distance, _)| *distance <= limit).min_by_key(|(distance, _)| *distance).map(|(_, word)| word)
}

/// Letters and digits only, in small letters, so that `primary_key` is near to `primaryKey`.
fn normal(word: &str) -> Vec<char> {
    word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Edit distance with the swap of neighbours as one edit (optimal string alignment).
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let mut best = (above[j] + usize::from(a != b)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_was_meant_is_found() {
        let words = ["FilesFailed", "FilesRejected", "IntakeDlq"];
        for (wrong, right) in [
            ("FileFailed", Some("FilesFailed")),
            ("filesfailed", Some("FilesFailed")),
            ("LedgerThrottled", None),
            ("IntakeNotDlq", None),
            ("IntakeDql", Some("IntakeDlq")),
        ] {
            assert_eq!(word(wrong, words), right, "{wrong}");
        }
        assert_eq!(hint("x", words), Some("known here: FilesFailed, FilesRejected, IntakeDlq".to_owned()));
        assert_eq!(hint("x", []), None);
        let fields = ["logicalType", "primaryKey", "required", "unique"];
        for (wrong, right) in [
            ("logicaltype", Some("logicalType")),
            ("primary_key", Some("primaryKey")),
            ("requird", Some("required")),
            ("uniqeu", Some("unique")),
            ("colour", None),
        ] {
            assert_eq!(word(wrong, fields), right, "{wrong}");
        }
    }

    #[test]
    fn a_swap_of_neighbours_is_one_edit() {
        let distance = |left: &str, right: &str| distance(&normal(left), &normal(right));
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
