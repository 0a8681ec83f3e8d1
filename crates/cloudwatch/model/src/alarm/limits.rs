//! The limits of alarms. CloudWatch API reference, `PutMetricAlarm` and `PutCompositeAlarm`.

use crate::alarm::{Actions, Alarm, AlarmSource, CompositeAlarm, LowSamples, MetricAlarm};
use crate::{Bound, MetricDataQuery, MetricStat, QuerySource, Statistic};

/// How many other alarms a rule may name.
pub(crate) const MOST_CHILDREN: usize = 100;
/// How many composite alarms may name an alarm.
pub(crate) const MOST_PARENTS: usize = 150;

/// Everything about the alarm by itself that CloudWatch would refuse, in words.
#[must_use]
pub fn faults(alarm: &Alarm) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |holds: bool, what: &dyn Fn() -> String| {
        if !holds {
            faults.push(what());
        }
    };
    let name = alarm.name();
    let length = name.chars().count();
    check((1..=255).contains(&length), &|| format!("its name has {length} characters, which must be 1 to 255"));
    check(!name.chars().any(|sign| sign.is_ascii_control()), &|| "its name has a control character".to_owned());
    let length = alarm.description().map_or(0, |text| text.chars().count());
    check(length <= 1024, &|| format!("AlarmDescription has {length} characters, more than 1024"));
    match alarm {
        Alarm::Metric(alarm) => metric(alarm, &mut check),
        Alarm::Composite(alarm) => composite(alarm, &mut check),
    }
    actions(alarm, &mut faults);
    faults
}

type Check<'a> = dyn FnMut(bool, &dyn Fn() -> String) + 'a;

fn metric(alarm: &MetricAlarm, check: &mut Check<'_>) {
    let (periods, datapoints) = (alarm.evaluation_periods, alarm.datapoints());
    check(periods >= 1, &|| "EvaluationPeriods is 0, which must be at least 1".to_owned());
    check((1..=periods.max(1)).contains(&datapoints), &|| {
        format!("DatapointsToAlarm is {datapoints}, which must be from 1 to EvaluationPeriods ({periods})")
    });
    check(alarm.threshold.is_finite(), &|| "Threshold is no finite number".to_owned());
    let ignores = alarm.low_samples == LowSamples::Ignore;
    match &alarm.source {
        AlarmSource::Metric(stat) => {
            period(stat, periods, check);
            extended_statistic(&stat.stat, check);
            check(!ignores || matches!(stat.stat, Statistic::Percentile(_)), &|| {
                format!("EvaluateLowSampleCountPercentile is `ignore`, which only percentiles know, not {}", stat.stat)
            });
        }
        AlarmSource::Math(queries) => {
            for stat in queries.iter().filter_map(stat_of) {
                period(stat, periods, check);
            }
            check(!ignores, &|| {
                "EvaluateLowSampleCountPercentile `ignore` is not supported on metric math, whose values tell no \
                 number of samples"
                    .to_owned()
            });
        }
    }
}

fn stat_of(query: &MetricDataQuery) -> Option<&MetricStat> {
    match &query.source {
        QuerySource::Metric(stat) => Some(stat),
        QuerySource::Expression { .. } => None,
    }
}

fn period(stat: &MetricStat, periods: u32, check: &mut Check<'_>) {
    let period = stat.period;
    check(matches!(period, 10 | 20 | 30) || (period >= 60 && period.is_multiple_of(60)), &|| {
        format!("Period is {period} s, which must be 10, 20, 30 or a multiple of 60")
    });
    let (span, most) = (u64::from(period) * u64::from(periods), if period < 3600 { 86_400 } else { 604_800 });
    check(span <= most, &|| {
        format!(
            "EvaluationPeriods ({periods}) × Period ({period} s) is {span} s, more than {most} s{}",
            if period < 3600 { ", the limit for periods below an hour" } else { "" }
        )
    });
    let dimensions = stat.metric.dimensions.len();
    check(dimensions <= 30, &|| format!("its metric has {dimensions} dimensions, more than 30"));
}

/// In an alarm, `TM`, `WM`, `TC` and `TS` take a range in percent whose given ends are 10 % to 90 %; those of one
/// number (`tm99`) are the same with the lower end open.
fn extended_statistic(stat: &Statistic, check: &mut Check<'_>) {
    let (Statistic::TrimmedMean(bounds)
    | Statistic::WinsorizedMean(bounds)
    | Statistic::TrimmedCount(bounds)
    | Statistic::TrimmedSum(bounds)) = stat
    else {
        return;
    };
    let in_range = match (bounds.low, bounds.high) {
        (None, Some(Bound::Percent(_))) => true,
        (low, high) => [low, high].iter().all(|end| match end {
            Some(Bound::Percent(share)) => (10.0..=90.0).contains(share),
            Some(Bound::Value(_)) => false,
            None => true,
        }),
    };
    check(in_range, &|| format!("its statistic {stat} is not one of alarms: a range goes from 10% to 90% at most"));
}

fn composite(alarm: &CompositeAlarm, check: &mut Check<'_>) {
    let length = alarm.rule.chars().count();
    check((1..=10_240).contains(&length), &|| format!("AlarmRule has {length} characters, which must be 1 to 10240"));
}

/// What an action's ARN sets going.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Sns,
    Lambda,
    AutoScaling,
    Ec2,
    /// An item or an incident of Systems Manager, or an investigation.
    AlarmOnly,
}

/// The target of an ARN, if alarms know it.
pub(crate) fn target(arn: &str) -> Option<Target> {
    let mut parts = arn.split(':');
    if parts.next() != Some("arn") {
        return None;
    }
    parts.next()?;
    let service = parts.next()?;
    parts.nth(2)?;
    match service {
        "sns" => Some(Target::Sns),
        "lambda" => Some(Target::Lambda),
        "autoscaling" => Some(Target::AutoScaling),
        "automate" | "swf" => Some(Target::Ec2),
        "ssm" | "ssm-incidents" | "aiops" => Some(Target::AlarmOnly),
        _ => None,
    }
}

fn actions(alarm: &Alarm, faults: &mut Vec<String>) {
    let Actions { enabled: _, ok, alarm: alarming, insufficient_data } = alarm.actions();
    let lists = [("OKActions", ok), ("AlarmActions", alarming), ("InsufficientDataActions", insufficient_data)];
    for (list, arns) in lists {
        if arns.len() > 5 {
            faults.push(format!("{list} has {} entries, more than 5", arns.len()));
        }
        for arn in arns {
            if let Err(what) = action(alarm, list, arn) {
                faults.push(format!("{list}: `{arn}` {what}"));
            }
        }
    }
}

fn action(alarm: &Alarm, list: &str, arn: &str) -> Result<(), &'static str> {
    let Some(target) = target(arn) else {
        return Err("is no ARN that an alarm can act on: SNS, Lambda, Auto Scaling, EC2, Systems Manager, AI Ops");
    };
    let is_math = matches!(alarm, Alarm::Metric(MetricAlarm { source: AlarmSource::Math(_), .. }));
    match target {
        Target::AlarmOnly if list != "AlarmActions" => Err("runs in ALARM only"),
        Target::Ec2 if is_math => Err("acts on EC2, which alarms on metric math cannot"),
        Target::Ec2 | Target::AutoScaling if matches!(alarm, Alarm::Composite(_)) => {
            Err("acts on EC2 or Auto Scaling, which composite alarms cannot")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MetricId;
    use crate::alarm::{Comparison, State};

    fn stat(period: u32, stat: &str) -> MetricStat {
        let stat = stat.parse().expect("a statistic");
        MetricStat { metric: MetricId::total("Acme", "m"), period, stat, unit: None }
    }

    fn on(period: u32, evaluation_periods: u32) -> MetricAlarm {
        MetricAlarm {
            name: "a".to_owned(),
            description: None,
            actions: Actions::default(),
            source: AlarmSource::Metric(stat(period, "Sum")),
            evaluation_periods,
            datapoints_to_alarm: None,
            threshold: 0.0,
            comparison: Comparison::GreaterThanThreshold,
            treat_missing_data: None,
            low_samples: LowSamples::Evaluate,
        }
    }

    #[track_caller]
    fn refuses(alarm: impl Into<Alarm>, what: &str) {
        let found = faults(&alarm.into());
        assert!(found.len() == 1 && found[0].contains(what), "{what}: {found:?}");
    }

    impl From<MetricAlarm> for Alarm {
        fn from(alarm: MetricAlarm) -> Self {
            Self::Metric(alarm)
        }
    }

    #[test]
    fn windows_up_to_the_limit_pass() {
        for (period, periods) in [(10, 8640), (60, 1440), (1800, 48), (3600, 168), (86_400, 7), (604_800, 1)] {
            assert_eq!(faults(&on(period, periods).into()), Vec::<String>::new(), "{period} × {periods}");
        }
    }

    #[test]
    fn what_is_beyond_a_limit_is_refused() {
        refuses(on(60, 1441), "more than 86400 s, the limit for periods below an hour");
        refuses(on(86_400, 8), "more than 604800 s");
        refuses(on(45, 1), "Period is 45 s");
        refuses(MetricAlarm { datapoints_to_alarm: Some(4), ..on(60, 3) }, "from 1 to EvaluationPeriods (3)");
        refuses(MetricAlarm { datapoints_to_alarm: Some(0), ..on(60, 3) }, "DatapointsToAlarm is 0");
        refuses(MetricAlarm { threshold: f64::NAN, ..on(60, 3) }, "Threshold");
        refuses(MetricAlarm { name: "é".repeat(256), ..on(60, 3) }, "256 characters");
        refuses(MetricAlarm { name: "a\n".to_owned(), ..on(60, 3) }, "control character");
        refuses(MetricAlarm { description: Some("x".repeat(1025)), ..on(60, 3) }, "more than 1024");
        refuses(MetricAlarm { low_samples: LowSamples::Ignore, ..on(60, 3) }, "which only percentiles know");
        let source = AlarmSource::Metric(stat(60, "TM(5%:95%)"));
        refuses(MetricAlarm { source, ..on(60, 3) }, "10% to 90%");
        assert!(faults(&MetricAlarm { evaluation_periods: 0, ..on(60, 1) }.into())[0].contains("EvaluationPeriods"));
    }

    #[test]
    fn actions_are_those_that_alarms_know() {
        let acting = |state: State, arns: &[&str]| {
            let mut alarm = on(60, 1);
            let list = match state {
                State::Ok => &mut alarm.actions.ok,
                State::Alarm => &mut alarm.actions.alarm,
                State::InsufficientData => &mut alarm.actions.insufficient_data,
            };
            list.extend(arns.iter().map(|arn| (*arn).to_owned()));
            alarm
        };
        let topic = "arn:aws:sns:eu-west-1:123456789012:t";
        assert!(faults(&acting(State::Ok, &[topic; 5]).into()).is_empty());
        refuses(acting(State::Ok, &[topic; 6]), "6 entries, more than 5");
        refuses(acting(State::Alarm, &["alarms"]), "is no ARN that an alarm can act on");
        refuses(acting(State::Ok, &["arn:aws:ssm:eu-west-1:1:opsitem:3"]), "runs in ALARM only");
        let rule = "TRUE".to_owned();
        let scaling = acting(State::Alarm, &["arn:aws:autoscaling:eu-west-1:1:scalingPolicy:p"]);
        assert!(faults(&scaling.clone().into()).is_empty());
        let composite = CompositeAlarm {
            name: "c".to_owned(),
            description: None,
            actions: scaling.actions,
            rule,
            suppressor: None,
        };
        refuses(Alarm::Composite(composite), "which composite alarms cannot");
    }
}
