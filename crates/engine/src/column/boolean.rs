//! `true` and `false`, in any case.

use super::Read;
use crate::fault::Rules;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Boolean;

impl Read for Boolean {
    type Value = bool;

    fn read(&self, cell: &[u8]) -> Option<(bool, Rules)> {
        let value = cell.eq_ignore_ascii_case(b"true");
        (value || cell.eq_ignore_ascii_case(b"false")).then_some((value, Rules::NONE))
    }
}
