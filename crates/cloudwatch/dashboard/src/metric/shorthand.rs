//! Rows of a `metrics` array that repeat what stands above them.

use super::super::fault::Faults;

/// Repeats the element above it.
const SAME: &str = ".";
/// Repeats all elements above it but as many as are given after it. Written by CloudWatch's console, and not in the
/// user guide.
const SAME_BEFORE: &str = "...";

/// The row above, as far as it is known.
#[derive(Debug, Default)]
pub(super) enum Above {
    /// There is none.
    #[default]
    Nothing,
    /// A whole row.
    Row(Vec<String>),
    /// One with a fault, so that nothing is said of what repeats it.
    Broken,
}

/// Namespace, name and dimensions of a row with everything in it that it repeats (dashboard body structure, "Format for
/// each metric in the array"); nothing where that cannot be told. `path` is the row's.
pub(super) fn expand(texts: &[&str], above: &Above, path: &str, faults: &mut Faults) -> Option<Vec<String>> {
    let repeats = texts.iter().any(|text| [SAME, SAME_BEFORE].contains(text));
    if !repeats {
        return Some(texts.iter().map(|text| (*text).to_owned()).collect());
    }
    let above = match above {
        Above::Row(above) => above,
        Above::Broken => return None,
        Above::Nothing => {
            faults.add(path, "repeats the metric above it, and there is none; write the first row in full");
            return None;
        }
    };
    if let Some(index) = texts.iter().skip(1).position(|text| *text == SAME_BEFORE) {
        faults.add(format!("{path}/{}", index + 1), "`...` stands only at the beginning of a row");
        return None;
    }
    let (copied, given) = match texts.split_first() {
        Some((&SAME_BEFORE, given)) => match above.len().checked_sub(given.len()) {
            Some(copied) => (&above[..copied], given),
            None => {
                let (given, above) = (given.len(), above.len());
                let message = format!("`...` is followed by {given} elements, and the row above has only {above}");
                faults.add(format!("{path}/0"), message);
                return None;
            }
        },
        _ => (&[][..], texts),
    };
    let mut row: Vec<String> = copied.to_vec();
    for (index, text) in given.iter().enumerate() {
        if *text != SAME {
            row.push((*text).to_owned());
            continue;
        }
        let Some(same) = above.get(row.len()) else {
            let place = index + texts.len() - given.len();
            let message = format!("`.` repeats element {} of the row above, which has {}", row.len() + 1, above.len());
            faults.add(format!("{path}/{place}"), message);
            return None;
        };
        row.push(same.clone());
    }
    Some(row)
}
