//! Which metrics a caller wants to see (CloudWatch API reference, `ListMetrics`).

use crate::{MetricId, datum};

/// Metrics are listed for two weeks after their last data point, in seconds.
const LISTED: i64 = datum::OLDEST;
/// What `RecentlyActive` asks for: a data point in the last three hours, in seconds.
const RECENT: i64 = 3 * 3600;

/// A dimension that a listed metric must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DimensionFilter {
    /// Its name.
    pub name: String,
    /// Its value; `None` takes any.
    pub value: Option<String>,
}

/// Which metrics to list; what is left out takes all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListFilter {
    /// Their namespace, exactly.
    pub namespace: Option<String>,
    /// Their name, exactly.
    pub name: Option<String>,
    /// Dimensions that they have; they may have others too.
    pub dimensions: Vec<DimensionFilter>,
    /// Only those with a data point in the last three hours.
    pub recently_active: bool,
}

impl ListFilter {
    pub(super) fn matches(&self, metric: &MetricId) -> bool {
        self.namespace.as_ref().is_none_or(|namespace| *namespace == metric.namespace)
            && self.name.as_ref().is_none_or(|name| *name == metric.name)
            && self.dimensions.iter().all(|filter| {
                let value = metric.dimensions.get(&filter.name);
                value.is_some_and(|value| filter.value.as_ref().is_none_or(|wanted| wanted == value))
            })
    }

    /// The second at or after which a listed metric has its last data point.
    pub(super) fn since(&self, now: i64) -> i64 {
        now - if self.recently_active { RECENT } else { LISTED }
    }
}
