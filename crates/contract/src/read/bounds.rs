//! Minimum and maximum, of whatever type.

use atalaya_document::Content;

use super::Reader;
use crate::{Bounds, cursor::Cursor};

impl Reader {
    /// Reads the four bounds; `value` reads one and tells its own faults.
    pub(super) fn bounds<T: PartialOrd>(
        &mut self,
        options: &Cursor<'_>,
        mut value: impl FnMut(&mut Self, &Cursor<'_>) -> Option<T>,
    ) -> Bounds<T> {
        let mut read =
            |reader: &mut Self, key: &str| options.key(key).filter(|at| !is_flag(at)).and_then(|at| value(reader, &at));
        let mut bounds = Bounds {
            min: read(self, "minimum"),
            max: read(self, "maximum"),
            exclusive_min: read(self, "exclusiveMinimum"),
            exclusive_max: read(self, "exclusiveMaximum"),
        };
        if options.is_true("exclusiveMinimum") {
            bounds.exclusive_min = self.flagged(options, "exclusiveMinimum", bounds.min.take());
        }
        if options.is_true("exclusiveMaximum") {
            bounds.exclusive_max = self.flagged(options, "exclusiveMaximum", bounds.max.take());
        }
        if is_empty(&bounds) {
            self.problem(options, "no value lies between these bounds", "is the minimum above the maximum?");
        }
        bounds
    }

    /// The inclusive bound that a flag of v3.0.x makes exclusive.
    fn flagged<T>(&mut self, options: &Cursor<'_>, flag: &str, bound: Option<T>) -> Option<T> {
        if bound.is_none() {
            let at = options.key(flag).unwrap_or_else(|| options.clone());
            self.problem(&at, "makes a bound exclusive that is not there", "add the bound, or leave the flag out");
        }
        bound
    }
}

/// Whether the bound is a flag, as in v3.0.x, and no value.
fn is_flag(at: &Cursor<'_>) -> bool {
    matches!(at.node.content, Content::Bool(_))
}

/// Whether the bounds leave no value.
fn is_empty<T: PartialOrd>(bounds: &Bounds<T>) -> bool {
    let above = |low: &Option<T>, high: &Option<T>| matches!((low, high), (Some(low), Some(high)) if low > high);
    let not_below = |low: &Option<T>, high: &Option<T>| matches!((low, high), (Some(low), Some(high)) if low >= high);
    above(&bounds.min, &bounds.max)
        || not_below(&bounds.exclusive_min, &bounds.max)
        || not_below(&bounds.min, &bounds.exclusive_max)
        || not_below(&bounds.exclusive_min, &bounds.exclusive_max)
}
