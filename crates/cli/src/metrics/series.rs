//! A metric with its points over the time that is asked for.

use atalaya_cloudwatch::{MetricDataQuery, MetricId, MetricStat, QuerySource, Statistic};
use atalaya_local::Kind;
use atalaya_telemetry::{Metric, NAMESPACE};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{period, whole_periods};
use crate::args::MetricsArgs;
use crate::connect;
use atalaya_operations::cloudwatch::CloudWatch;
use atalaya_terminal::exit::Failure;

/// The dimension that a feed is named by.
const DATASET: &str = "Dataset";

/// What is asked for.
pub(super) struct Asked {
    /// `None`: all.
    pub(super) namespace: Option<String>,
    /// Dimensions that a metric must have.
    dimensions: Vec<(String, String)>,
    statistic: Option<Statistic>,
    pub(super) start: i64,
    pub(super) end: i64,
    /// Length of a point in seconds.
    pub(super) period: u32,
    /// Length of the time in seconds.
    pub(super) since: i64,
}

impl Asked {
    /// Reads the options at `now`.
    pub(super) fn new(args: &MetricsArgs, now: i64) -> Result<Self, Failure> {
        let period = period(args.since);
        let (start, end) = whole_periods(now - args.since, now + 1, period);
        let statistic = args.stat.as_deref().map(str::parse::<Statistic>).transpose();
        let mut dimensions = args.dimensions.clone();
        dimensions.extend(args.dataset.iter().map(|dataset| (DATASET.to_owned(), dataset.clone())));
        Ok(Self {
            namespace: (!args.all).then(|| args.namespace.clone().unwrap_or_else(|| NAMESPACE.to_owned())),
            dimensions,
            statistic: statistic.map_err(|error| Failure::usage(error.to_string()))?,
            start,
            end,
            period: u32::try_from(period).expect("a period of the list"),
            since: args.since,
        })
    }

    /// Whether the metric has the dimensions.
    pub(super) fn fits(&self, metric: &MetricId) -> bool {
        self.dimensions.iter().all(|(name, value)| metric.dimensions.get(name) == Some(value))
    }

    /// The metrics with this name, or with any, that have the dimensions.
    pub(super) async fn metrics(&self, cloudwatch: &CloudWatch, name: Option<&str>) -> Result<Vec<MetricId>, Failure> {
        let mut metrics =
            cloudwatch.metrics(self.namespace.as_deref(), name, self.since).await.map_err(connect::cloud)?;
        metrics.retain(|metric| self.fits(metric));
        Ok(metrics)
    }

    /// What is asked of a metric where nothing is said: what its unit and kind suggest.
    fn statistic_of(&self, metric: &MetricId) -> Statistic {
        self.statistic.unwrap_or_else(|| usual_statistic(metric))
    }

    /// The points of each metric; those without any are left out.
    pub(super) async fn read(&self, cloudwatch: &CloudWatch, metrics: Vec<MetricId>) -> Result<Vec<Course>, Failure> {
        let stats: Vec<_> = metrics.iter().map(|metric| self.statistic_of(metric)).collect();
        let query = |(index, (metric, stat)): (usize, (&MetricId, &Statistic))| MetricDataQuery {
            id: format!("m{index}"),
            source: QuerySource::Metric(MetricStat {
                metric: metric.clone(),
                period: self.period,
                stat: *stat,
                unit: None,
            }),
            label: None,
            return_data: true,
        };
        let queries: Vec<_> = metrics.iter().zip(&stats).enumerate().map(query).collect();
        let mut results = cloudwatch.data_of_each(&queries, self.start, self.end).await.map_err(connect::cloud)?;
        let courses = metrics.into_iter().zip(stats).zip(queries).filter_map(|((metric, statistic), query)| {
            let place = results.iter().position(|result| result.id == query.id)?;
            let result = results.swap_remove(place);
            let points = result.timestamps.into_iter().zip(result.values).collect();
            Some(Course { metric, statistic, points })
        });
        Ok(courses.filter(|course| !course.points.is_empty()).collect())
    }
}

/// Sums of what is counted, the 95th percentile of what is measured, the greatest of what is a level.
fn usual_statistic(metric: &MetricId) -> Statistic {
    let of_unit = |unit: &str| match unit {
        "Count" | "Bytes" => Statistic::Sum,
        _ => Statistic::Percentile(95.0),
    };
    if let Some(definition) = catalogued(metric) {
        return of_unit(definition.unit().name());
    }
    match atalaya_local::service_metric(&metric.namespace, &metric.name) {
        Some(metric) if metric.kind == Kind::Event => of_unit(metric.unit.as_str()),
        Some(_) => Statistic::Maximum,
        None => Statistic::Average,
    }
}

/// The entry of Atalaya's catalogue.
fn catalogued(metric: &MetricId) -> Option<Metric> {
    (metric.namespace == NAMESPACE).then(|| Metric::from_name(&metric.name))?
}

/// A metric with its points, which are not empty.
pub(super) struct Course {
    pub(super) metric: MetricId,
    pub(super) statistic: Statistic,
    /// The beginning of each period and its value, oldest first.
    pub(super) points: Vec<(i64, f64)>,
}

impl Course {
    /// What is catalogued or measured as such: unit and description.
    pub(super) fn known(metric: &MetricId) -> (Option<&'static str>, Option<&'static str>) {
        match catalogued(metric) {
            Some(metric) => (Some(metric.unit().name()), Some(metric.definition().description)),
            None => {
                let unit =
                    atalaya_local::service_metric(&metric.namespace, &metric.name).map(|metric| metric.unit.as_str());
                (unit, None)
            }
        }
    }

    /// `Dataset=orders`, or `all` where it has no dimension.
    pub(super) fn dimensions(&self) -> String {
        if self.metric.dimensions.is_empty() {
            return "all".to_owned();
        }
        let pairs: Vec<_> = self.metric.dimensions.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join(" ")
    }

    /// The newest value.
    pub(super) fn newest(&self) -> f64 {
        self.points.last().map_or(0.0, |(_, value)| *value)
    }

    /// The one figure that says most about the whole time: the sum of sums, else the greatest value.
    pub(super) fn whole(&self) -> (&'static str, f64) {
        let values = self.points.iter().map(|(_, value)| *value);
        match self.statistic {
            Statistic::Sum | Statistic::SampleCount => ("sum", values.sum()),
            _ => ("max", values.fold(f64::NEG_INFINITY, f64::max)),
        }
    }

    /// For scripts.
    pub(super) fn json(&self) -> Value {
        let (unit, description) = Self::known(&self.metric);
        let (name, whole) = self.whole();
        let point = |(at, value): &(i64, f64)| json!([Timestamp::from_second(*at).ok(), value]);
        json!({
            "namespace": self.metric.namespace, "name": self.metric.name, "dimensions": self.metric.dimensions,
            "unit": unit, "description": description, "statistic": self.statistic.to_string(),
            "newest": self.newest(), name: whole, "points": self.points.iter().map(point).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_statistic_follows_from_what_is_known() {
        for (namespace, name, expected) in [
            ("Atalaya", "FilesFailed", "Sum"),
            ("Atalaya", "BytesRead", "Sum"),
            ("Atalaya", "FileLatency", "p95"),
            ("AWS/Lambda", "Errors", "Sum"),
            ("AWS/Lambda", "Duration", "p95"),
            ("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum"),
            ("Shop", "Baskets", "Average"),
        ] {
            let statistic = usual_statistic(&MetricId::total(namespace, name));
            assert_eq!(statistic.to_string(), expected, "{namespace} {name}");
        }
    }

    #[test]
    fn the_whole_of_a_sum_is_the_sum_of_its_points() {
        let points = vec![(0, 2.0), (60, 5.0), (120, 1.0)];
        let course = |statistic| Course { metric: MetricId::total("A", "b"), statistic, points: points.clone() };
        assert_eq!(course(Statistic::Sum).whole(), ("sum", 8.0));
        assert_eq!(course(Statistic::Average).whole(), ("max", 5.0));
        assert_eq!(course(Statistic::Average).json()["max"], 5.0);
        assert_eq!(course(Statistic::Sum).newest(), 1.0);
    }
}
