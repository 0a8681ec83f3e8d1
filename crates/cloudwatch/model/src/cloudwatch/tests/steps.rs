use proptest::prelude::*;

use super::*;

/// An account with alarms of all kinds and the samples that the values give them, a minute apart.
fn account(values: &[Option<u8>]) -> CloudWatch {
    let mut cloudwatch = cloudwatch();
    let treatments = [None, Some(MissingData::NotBreaching), Some(MissingData::Breaching), Some(MissingData::Ignore)];
    let mut alarms = Vec::new();
    for (number, treat_missing_data) in treatments.into_iter().enumerate() {
        let alarm = with_period(metric_alarm(&format!("m{number}")), [60, 120, 10, 300][number]);
        let evaluation_periods = 1 + number as u32;
        alarms.push(Alarm::Metric(MetricAlarm { treat_missing_data, evaluation_periods, threshold: 3.0, ..alarm }));
    }
    let suppressor = Some(Suppressor { alarm: "m1".to_owned(), wait: 45, extension: 100 });
    let rule = "AT_LEAST(2, ALARM, (m0, m2, m3))";
    alarms.push(Alarm::Composite(CompositeAlarm { suppressor, ..composite_alarm("b", rule) }));
    alarms.push(Alarm::Composite(composite_alarm("a", "ALARM(b) OR INSUFFICIENT_DATA(m0)")));
    cloudwatch.put_alarms(alarms).expect("the alarms are within their limits");
    for (index, value) in values.iter().enumerate() {
        let (name, minute) = (format!("m{}", index % 4), (index / 4) as i64);
        if let Some(value) = value {
            sample(&mut cloudwatch, &name, 60 * minute, f64::from(*value));
        }
    }
    cloudwatch
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn one_step_or_many_tell_the_same(
        values in prop::collection::vec(prop::option::of(0_u8..7), 0..120),
        steps in prop::collection::vec(0_i64..200, 1..40),
    ) {
        let (mut once, mut often) = (account(&values), account(&values));
        let end = START + steps.iter().sum::<i64>();
        let whole = once.advance_to(end);
        let mut parts = Vec::new();
        for step in steps {
            let now = often.now();
            parts.extend(often.advance_to(now + step));
        }
        prop_assert_eq!(&whole, &parts);
        prop_assert!(whole.is_sorted_by_key(Occurrence::at));
        prop_assert!(once.alarms().eq(often.alarms()));
    }
}
