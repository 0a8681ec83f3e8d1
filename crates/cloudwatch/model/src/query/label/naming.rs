//! Default labels of metrics.

use std::collections::BTreeSet;

use crate::MetricStat;

/// What tells the metrics of an answer apart, which is all that their labels say. That labels do so is seen, not
/// documented; the order of the parts is unpublished.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::query) struct Naming {
    namespace: bool,
    /// Names of dimensions that not all have alike.
    dimensions: BTreeSet<String>,
    name: bool,
    stat: bool,
    period: bool,
}

impl Naming {
    /// What differs among these metrics.
    pub(in crate::query) fn of<'a>(stats: impl Iterator<Item = &'a MetricStat>) -> Self {
        let mut naming = Self::default();
        let mut stats = stats;
        let Some(first) = stats.next() else { return naming };
        for other in stats {
            naming.namespace |= other.metric.namespace != first.metric.namespace;
            naming.name |= other.metric.name != first.metric.name;
            naming.stat |= other.stat != first.stat;
            naming.period |= other.period != first.period;
            let (mine, theirs) = (&first.metric.dimensions, &other.metric.dimensions);
            let differing = mine.keys().chain(theirs.keys()).filter(|name| mine.get(*name) != theirs.get(*name));
            naming.dimensions.extend(differing.cloned());
        }
        naming
    }

    /// The label of one of them: namespace, values of dimensions, name, statistic and period, where they differ; the
    /// metric's name where nothing does.
    pub(in crate::query) fn name(&self, stat: &MetricStat) -> String {
        let metric = &stat.metric;
        let mut parts = Vec::new();
        parts.extend(self.namespace.then(|| metric.namespace.clone()));
        parts.extend(self.dimensions.iter().filter_map(|name| metric.dimensions.get(name).cloned()));
        parts.extend(self.name.then(|| metric.name.clone()));
        parts.extend(self.stat.then(|| stat.stat.to_string()));
        parts.extend(self.period.then(|| format!("{}s", stat.period)));
        if parts.is_empty() { metric.name.clone() } else { parts.join(" ") }
    }
}
