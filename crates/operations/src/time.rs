//! Times of AWS's clients.

use aws_smithy_types::DateTime;
use jiff::Timestamp;

/// A time of a client; nothing where it is beyond what a timestamp can hold.
pub(crate) fn timestamp(at: &DateTime) -> Option<Timestamp> {
    Timestamp::from_nanosecond(at.as_nanos()).ok()
}
