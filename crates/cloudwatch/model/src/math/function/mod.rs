//! What the functions of metric math compute, by kind. Source of every rule, unless one says otherwise: CloudWatch
//! user guide, "Functions supported for metric math".

mod array;
mod choice;
mod clock;
mod fill;
mod fold;
mod point;
mod step;

pub(super) use array::{first, last, remove_empty, slice, sort};
pub(super) use choice::choose;
pub(crate) use clock::ClockPart;
pub(super) use fill::{fill_linear, fill_repeat, fill_with, fill_with_series};
pub(crate) use fold::{Fold, Reduction};
pub(crate) use point::PointFunction;
pub(crate) use step::Step;
