//! `GetMetricStatistics`.

use serde_json::{Value, json};

use super::{ApiError, Input, metric_data};
use atalaya_cloudwatch::{
    CloudWatch, Frame, Point, SeriesId, Statistic, Unit,
    alarm::configuration::is_extended,
    period::{frame_of_range, is_kept, valid_period},
};

/// How many data points an answer may have.
const MOST_POINTS: usize = 1440;

pub(super) fn get(cloudwatch: &CloudWatch, input: &Value) -> Result<Value, ApiError> {
    let known = [
        "Namespace",
        "MetricName",
        "Dimensions",
        "StartTime",
        "EndTime",
        "Period",
        "Statistics",
        "ExtendedStatistics",
        "Unit",
    ];
    let input = Input::of_call(input, &known)?;
    let metric = metric_data::metric(&input, input.required_text("Namespace")?)?;
    let statistics = statistics(&input)?;
    let unit: Option<Unit> = input.parsed("Unit")?;
    let frame = frame(&input, cloudwatch.now())?;
    let mut points = vec![Value::Null; frame.count];
    if let Some(series) = cloudwatch.store().find(&metric) {
        for statistic in &statistics {
            let found = cloudwatch.store().read(series, statistic, unit, &frame);
            points.iter_mut().zip(found).for_each(|(point, found)| add(point, statistic, found));
        }
        let unit = told_unit(cloudwatch, series, unit);
        for (index, point) in points.iter_mut().enumerate().filter(|(_, point)| !point.is_null()) {
            point["Timestamp"] = json!(frame.time(index));
            point["Unit"] = json!(unit.as_str());
        }
    }
    let age = |index| cloudwatch.now() - frame.time(index);
    let told =
        points.into_iter().enumerate().filter(|(index, point)| is_kept(age(*index), frame.period) && !point.is_null());
    let points: Vec<_> = told.map(|(_, point)| point).collect();
    Ok(json!({"Label": metric.name, "Datapoints": points}))
}

/// The unit that points bear: the one asked for, else the metric's, where all its samples have one. What CloudWatch
/// says of several is left open; here it is `None`.
fn told_unit(cloudwatch: &CloudWatch, series: SeriesId, asked: Option<Unit>) -> Unit {
    asked.unwrap_or_else(|| match cloudwatch.store().units(series)[..] {
        [unit] => unit,
        _ => Unit::None,
    })
}

fn add(point: &mut Value, statistic: &Statistic, found: Option<Point>) {
    let Some(found) = found else { return };
    let name = statistic.to_string();
    if is_extended(statistic) {
        point["ExtendedStatistics"][name] = json!(found.value);
    } else {
        point[name] = json!(found.value);
    }
}

fn statistics(input: &Input<'_>) -> Result<Vec<Statistic>, ApiError> {
    let mut statistics = Vec::new();
    for (name, extended) in [("Statistics", false), ("ExtendedStatistics", true)] {
        for text in input.texts(name)?.unwrap_or_default() {
            let read: Result<Statistic, _> = text.parse();
            let statistic = read.map_err(|error| ApiError::value(format!("{}: {error}", input.at(name))))?;
            if is_extended(&statistic) != extended {
                return Err(ApiError::value(format!("{name} has `{text}`, which belongs into the other list")));
            }
            statistics.push(statistic);
        }
    }
    if statistics.is_empty() {
        return Err(ApiError::missing("Statistics or ExtendedStatistics is missing"));
    }
    Ok(statistics)
}

fn frame(input: &Input<'_>, now: i64) -> Result<Frame, ApiError> {
    let (start, end) = (input.required_time("StartTime")?, input.required_time("EndTime")?);
    let period = input.required("Period", input.whole("Period", 1, u32::MAX)?)?;
    if !valid_period(f64::from(period)) {
        let message = format!("Period is {period} s, which must be 1, 5, 10, 20, 30 or a multiple of 60");
        return Err(ApiError::value(message));
    }
    if start >= end {
        return Err(ApiError::combination(format!("StartTime ({start}) must be before EndTime ({end})")));
    }
    let frame = frame_of_range(start, end, period, now)?;
    if frame.count > MOST_POINTS {
        return Err(ApiError::combination(format!(
            "the range has {} periods of {period} s, more than {MOST_POINTS}; ask for less time or longer periods",
            frame.count
        )));
    }
    Ok(frame)
}
