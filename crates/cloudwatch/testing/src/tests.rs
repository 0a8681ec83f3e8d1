//! Whole suites: a template and its tests, as texts.

use super::{
    Category, LoadError, SuiteReport,
    settings::Settings,
    suite::{Source, Suite, read_settings},
};

const TEMPLATE: &str = r#"
Transform: AWS::LanguageExtensions
Parameters:
  Stack: { Type: String, Default: shop }
  Limit: { Type: Number, Default: 1 }
Resources:
  OrdersFailed:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub ${Stack}-OrdersFailed
      Namespace: Shop
      MetricName: OrdersFailed
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: !Ref Limit
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Sub "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:${Stack}-alarms"]
  ErrorRate:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub ${Stack}-ErrorRate
      Metrics:
        - { Id: rate, Expression: 100 * errors / requests }
        - Id: errors
          ReturnData: false
          MetricStat: { Metric: { Namespace: Shop, MetricName: Errors }, Period: 60, Stat: Sum }
        - Id: requests
          ReturnData: false
          MetricStat: { Metric: { Namespace: Shop, MetricName: Requests }, Period: 60, Stat: Sum }
      EvaluationPeriods: 3
      DatapointsToAlarm: 2
      Threshold: 10
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
  Down:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties:
      AlarmName: !Sub ${Stack}-Down
      AlarmRule: !Sub ALARM("${Stack}-OrdersFailed") AND ALARM("${Stack}-ErrorRate")
      AlarmActions: [!Sub "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:${Stack}-alarms"]
      ActionsSuppressor: maintenance
      ActionsSuppressorWaitPeriod: 60
      ActionsSuppressorExtensionPeriod: 120
  Fn::ForEach::QueueAge:
    - Queue
    - [orders, mails]
    - QueueAge${Queue}:
        Type: AWS::CloudWatch::Alarm
        Properties:
          AlarmName: !Sub ${Stack}-QueueAge-${Queue}
          Namespace: AWS/SQS
          MetricName: ApproximateAgeOfOldestMessage
          Dimensions: [{ Name: QueueName, Value: !Sub "${Stack}-${Queue}" }]
          Statistic: Maximum
          Period: 300
          EvaluationPeriods: 1
          Threshold: 600
          ComparisonOperator: GreaterThanThreshold
          TreatMissingData: ignore
"#;

const ORDERS_FAILED: &str = r#"
alarm: OrdersFailed
cases:
  - name: one failed order alarms, at the very threshold, and none ends it
    series: { Shop OrdersFailed: 0x5 1 0x5 }
    expect:
      0m: INSUFFICIENT_DATA
      5m: OK
      6m: { state: ALARM, reason: "1 datapoint [1.0", subject: "ALARM: \"${Stack}-OrdersFailed\"",
            message: { NewStateValue: ALARM, Trigger: { Period: 60, Threshold: 1 } }, actions: [alarms] }
      7m: { state: OK, actions: [] }
  - name: many failures alarm, and no data is no failure
    series: { Shop OrdersFailed: _x3 9 }
    expect: { 3m: OK, 4m: ALARM, 6m: ALARM, 7m: OK }
  - name: the limit can be moved
    parameters: { Limit: "5" }
    series: { Shop OrdersFailed: 4x3 5 }
    expect: { 3m: OK, 4m: ALARM }
"#;

const ERROR_RATE: &str = r#"
alarm: ErrorRate
cases:
  - name: two of three minutes above a tenth
    series:
      Shop Errors: 10x3 11 10 11 10x5
      Shop Requests: 100x20
    expect: { 5m: OK, 6m: ALARM, 7m: OK }
  - name: no traffic is fine, and nothing is divided by nothing
    series: { Shop Errors: 0x3 5x3 0x9, Shop Requests: 9x3 0x3 9x9 }
    expect: { 2m: OK, 9m: OK }
"#;

const DOWN: &str = r#"
alarm: Down
cases:
  - name: both together, told after a minute in which no maintenance begins
    alarms: { OrdersFailed: OKx3 ALARM, ErrorRate: OKx5 ALARMx5 OK }
    expect:
      - 4m: OK
      - 5m: { state: ALARM, actions: [] }
      - 5m59s: { actions: [] }
      - 6m: { state: ALARM, actions: [alarms] }
      - 10m: OK
  - name: one alone is not enough
    alarms: { OrdersFailed: OK, ErrorRate: ALARMx3 }
    expect: { 3m: OK }
  - name: maintenance keeps it quiet, and two minutes longer
    alarms: { OrdersFailed: OKx3 ALARM, ErrorRate: OKx3 ALARM, maintenance: OKx2 ALARMx5 OK }
    expect:
      - 3m: { state: ALARM, actions: [] }
      - 4m: { actions: [] }
      - 9m: { state: ALARM, actions: [alarms] }
  - name: with real data its children are real
    series: { Shop OrdersFailed: 1x9, Shop Errors: 9x9, Shop Requests: 10x9 }
    expect: { 1m: OK, 4m: ALARM }
"#;

const QUEUE_AGE: &str = r#"
alarm: QueueAge
cases:
  - name: a message older than ten minutes alarms
    instance: orders
    series: { "AWS/SQS ApproximateAgeOfOldestMessage {QueueName=${Stack}-orders}": 600x5 601x5 0x20 }
    expect: { 5m: OK, 6m: ALARM, 14m: ALARM, 15m: OK }
"#;

fn source(file: &str, text: &str) -> Source {
    Source { file: file.to_owned(), text: text.to_owned() }
}

fn suite_of(template: &str, tests: &[(&str, &str)]) -> Result<Suite, LoadError> {
    let settings = read_settings(&source("context.yaml", "prefix: ${Stack}-\n")).expect("is a context");
    let tests: Vec<_> = tests.iter().map(|(file, text)| source(file, text)).collect();
    Suite::new(&settings, &source("template.yaml", template), &[], &tests)
}

fn whole() -> Suite {
    let tests = [("a.yaml", ORDERS_FAILED), ("b.yaml", ERROR_RATE), ("c.yaml", DOWN), ("d.yaml", QUEUE_AGE)];
    suite_of(TEMPLATE, &tests).unwrap_or_else(|error| panic!("{error}"))
}

fn faults(tests: &[(&str, &str)]) -> Vec<String> {
    match suite_of(TEMPLATE, tests) {
        Err(LoadError::Wrong(faults)) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

fn told(report: &SuiteReport) -> String {
    let cases = report.alarms.iter().flat_map(|alarm| &alarm.cases).filter(|case| !case.passed());
    cases.map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_sound_suite_passes_and_covers_every_alarm() {
    let report = whole().run_all();
    assert!(report.passed(), "{}\n{:?}", told(&report), report.coverage);
    let counts: Vec<_> = report.alarms.iter().map(|alarm| (alarm.alarm.as_str(), alarm.cases.len())).collect();
    assert_eq!(counts, [("OrdersFailed", 3), ("ErrorRate", 2), ("Down", 4), ("QueueAge", 1)]);
}

#[test]
fn two_runs_are_the_same() {
    assert_eq!(whole().run_all(), whole().run_all());
}

#[test]
fn a_wrong_expectation_is_explained_with_the_minutes_around_it() {
    let text = ERROR_RATE.replace("6m: ALARM, 7m: OK", "6m: OK, 7m: OK");
    let report = suite_of(TEMPLATE, &[("b.yaml", &text)]).expect("loads").run_all();
    let expected = "\
FAILED shop-ErrorRate: two of three minutes above a tenth
    at 6m (line 8): state is ALARM, expected OK
      time  rate  errors  requests  breaching  state
      0m    –     –       –         –          INSUFFICIENT_DATA
      1m    10    10      100       no         OK
      2m    10    10      100       no         OK
      3m    10    10      100       no         OK
      4m    11    11      100       yes        OK
      5m    10    10      100       no         OK
  >   6m    11    11      100       yes        ALARM
      7m    10    10      100       no         OK";
    assert_eq!(told(&report), expected);
}

#[test]
fn a_composite_alarm_is_explained_by_its_children() {
    let text = DOWN.replace("- 4m: OK", "- 4m: ALARM");
    let report = suite_of(TEMPLATE, &[("c.yaml", &text)]).expect("loads").run_all();
    let text = told(&report);
    assert!(text.contains("time  ErrorRate  OrdersFailed  maintenance  state"), "{text}");
    assert!(text.contains("  >   4m    OK         ALARM         OK           OK"), "{text}");
}

#[test]
fn what_no_case_sees_is_told() {
    let one_sided = "alarm: QueueAge\ncases: [{name: a, instance: mails, expect: {1m: INSUFFICIENT_DATA, 2m: ALARM}}]";
    let suite = suite_of(TEMPLATE, &[("a.yaml", ORDERS_FAILED), ("d.yaml", one_sided)]).expect("loads");
    let coverage = suite.coverage();
    assert_eq!(coverage.untested, ["ErrorRate", "Down"]);
    assert_eq!(coverage.one_sided.len(), 1);
    let never = &coverage.one_sided[0];
    assert_eq!((never.alarm.as_str(), &never.never[..]), ("QueueAge-orders and 1 more", &["OK"][..]));
}

#[test]
fn only_one_alarm_can_be_asked_for() {
    let mut suite = whole();
    suite.only("QueueAge").expect("is a family");
    assert_eq!((suite.files(), suite.definitions()), (1, 1));
    assert!(suite.coverage().is_complete());
    let mut suite = whole();
    suite.only("OrdersFailed").expect("is an alarm");
    assert_eq!(suite.run_all().alarms.len(), 1);
    assert_eq!(
        whole().only("OrderFailed"),
        Err("there is no alarm `OrderFailed`; did you mean `OrdersFailed`?".to_owned())
    );
}

#[test]
fn names_that_mean_nothing_are_faults_with_a_hint() {
    let text = r#"
alarm: OrdersFailed
cases:
  - name: a
    series:
      Shop OrderFailed: 1
      Shop OrdersFailed {Shop=1}: 1
      Shop ${Stak}: 1
      Shop: 1
    alarms: { Down: OK }
    expect: { 1m: { subject: "${Nothing}" } }
  - name: b
    parameters: { Limt: "5" }
    expect: { 1m: OK }
  - name: c
    parameters: { Limit: many }
    expect: { 1m: OK }
"#;
    let expected = [
        ("a.yaml:6:7: no alarm of this case reads `Shop OrderFailed`", "did you mean `Shop OrdersFailed`?"),
        ("a.yaml:7:7: no alarm of this case reads `Shop OrdersFailed {Shop=1}`", "did you mean `Shop OrdersFailed`?"),
        ("a.yaml:8:7: `${Stak}` stands for nothing", "did you mean `Stack`?"),
        ("a.yaml:9:7: `Shop` lacks a part", ""),
        ("a.yaml:10:15: `Down` cannot be put into a state", ""),
        ("a.yaml:11:15: `${Nothing}` stands for nothing", ""),
        ("a.yaml:12:5: with this case's parameters the template is wrong", "Limt"),
        ("a.yaml:15:5: with this case's parameters the template is wrong: Parameters/Limit", "many"),
        ("a.yaml:15:5: with this case's parameters the template is wrong: Resources/OrdersFailed", "many"),
    ];
    let faults = faults(&[("a.yaml", text)]);
    for ((start, part), fault) in expected.iter().zip(&faults) {
        assert!(fault.starts_with(start) && fault.contains(part), "{start}: {faults:#?}");
    }
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
    for (test, part) in [
        ("alarm: OrdersFaild\ncases: [{name: a, expect: {1m: OK}}]", "did you mean `OrdersFailed`?"),
        ("alarm: QueueAge\ncases: [{name: a, expect: {1m: OK}}]", "`instance`: orders, mails"),
        ("alarm: QueueAge\ncases: [{name: a, instance: order, expect: {1m: OK}}]", "did you mean `orders`?"),
        ("alarm: Down\ncases: [{name: a, alarms: {ErorRate: OK}, expect: {1m: OK}}]", "did you mean `ErrorRate`?"),
    ] {
        let faults = self::faults(&[("a.yaml", test)]);
        assert!(faults.len() == 1 && faults[0].contains(part), "{part}: {faults:#?}");
    }
}

#[test]
fn a_wrong_template_is_told_with_its_lines() {
    let wrong =
        TEMPLATE.replace("Threshold: 600", "Threshold: many").replace("EvaluationPeriods: 3", "EvaluationPeriods: 0");
    let Err(LoadError::Wrong(faults)) = suite_of(&wrong, &[("a.yaml", ORDERS_FAILED)]) else { panic!("is wrong") };
    assert!(faults.iter().all(|fault| fault.file == "template.yaml" && fault.line > 1), "{faults:#?}");
    assert!(faults.iter().any(|fault| fault.to_string().contains("many")), "{faults:#?}");
}

#[test]
fn alarms_are_known_by_their_logical_ids_too() {
    let template = "Resources:\n  Failed:\n    Type: AWS::CloudWatch::Alarm\n    Properties: {Namespace: A, MetricName: b, \
                    Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: GreaterThanThreshold}\n";
    let named = template.replace("Properties: {", "Properties: {AlarmName: b is too high, ");
    let test = "alarm: Failed\ncases: [{name: a, series: {A b: 0x2 1}, expect: {2m: OK, 3m: ALARM}}]";
    for template in [template, &named] {
        let suite = Suite::new(&Settings::default(), &source("t", template), &[], &[source("a", test)]);
        let mut suite = suite.expect("loads");
        assert!(suite.run_all().passed(), "{}", told(&suite.run_all()));
        suite.only("Failed").expect("is tested");
        assert_eq!((suite.files(), suite.definitions()), (1, 1));
    }
}

#[test]
fn every_change_that_matters_is_noticed_and_what_is_not_tested_survives() {
    let suite = whole();
    let reports: Vec<_> = (0..suite.definitions()).map(|index| suite.mutate(index)).collect();
    let survivors = |alarm: usize| -> Vec<String> {
        let survivors = reports[alarm].survivors_of(Category::Required);
        survivors.map(|survivor| format!("{} {} → {}", survivor.field, survivor.from, survivor.to)).collect()
    };
    assert_eq!(reports[0].alarm, "OrdersFailed");
    assert_eq!(survivors(0), Vec::<String>::new());
    assert!(reports[0].killed[0] >= 10, "{:?}", reports[0]);
    assert!(reports[0].survivors_of(Category::Bonus).count() > 0, "sum, average and maximum of one sample are one");
    assert_eq!(survivors(2), Vec::<String>::new());
    assert_eq!(reports[3].stands_for, ["QueueAge-orders", "QueueAge-mails"]);
    assert!(survivors(3).contains(&"TreatMissingData ignore → missing".to_owned()), "{:?}", survivors(3));
}
