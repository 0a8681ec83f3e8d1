//! Functions that pick and order the series of an array.

use std::cmp::Ordering;

use super::Reduction;
use crate::math::value::{Member, Value};

/// The first series; one without points of an array without series (unpublished).
pub(crate) fn first(members: Vec<Member<'_>>, periods: usize) -> Value<'_> {
    pick(members.into_iter().next(), periods)
}

/// The last series.
pub(crate) fn last(members: Vec<Member<'_>>, periods: usize) -> Value<'_> {
    pick(members.into_iter().next_back(), periods)
}

fn pick(member: Option<Member<'_>>, periods: usize) -> Value<'_> {
    match member {
        Some(member) => Value::Series(member.points),
        None => Value::series(vec![None; periods]),
    }
}

/// The series ordered by a number over each one's points, and the first `limit` of them. Equals keep their order, and
/// a series without points comes last either way (unpublished).
pub(crate) fn sort<'a>(
    mut members: Vec<Member<'a>>,
    by: Reduction,
    descending: bool,
    limit: Option<usize>,
) -> Vec<Member<'a>> {
    members.sort_by_cached_key(|member| Key { value: by.of(&member.points), descending });
    members.truncate(limit.unwrap_or(usize::MAX));
    members
}

#[derive(PartialEq)]
struct Key {
    value: Option<f64>,
    descending: bool,
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.value, other.value) {
            (Some(left), Some(right)) if self.descending => right.total_cmp(&left),
            (Some(left), Some(right)) => left.total_cmp(&right),
            (left, right) => left.is_none().cmp(&right.is_none()),
        }
    }
}

/// The series from number `start` on, the first being 0, up to but without number `end`.
pub(crate) fn slice(members: Vec<Member<'_>>, start: usize, end: Option<usize>) -> Vec<Member<'_>> {
    let end = end.unwrap_or(usize::MAX);
    members.into_iter().take(end).skip(start).collect()
}

/// The series that have a point.
pub(crate) fn remove_empty(mut members: Vec<Member<'_>>) -> Vec<Member<'_>> {
    members.retain(|member| member.points.iter().any(Option::is_some));
    members
}
