//! Alarms.

use atalaya_cloudwatch_offline::alarm_tests::TestArgs;
use atalaya_contract::AlarmState;
use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};

/// `atalaya alarms …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AlarmsCommand {
    /// Run the unit tests of a template's alarms, without AWS
    #[command(after_help = TEST_HELP)]
    Test(TestArgs),
    /// List the alarms of the deployed pipeline, the worst first
    List(AlarmsListArgs),
    /// Tell why an alarm is in its state, what it watches and what to do
    Explain(AlarmsExplainArgs),
}

/// The end of `atalaya alarms test --help`.
const TEST_HELP: &str = "\
Works on any CloudFormation template with alarms, YAML or JSON. What is tested
is what would be deployed: the template is resolved as CloudFormation does it,
and the alarms are evaluated minute by minute as CloudWatch does it. What is
not supported is an error that names it.

A test file, tests/QueueAge.yaml beside the template:
  alarm: QueueAge
  cases:
    - name: an old message alarms, and the alarm ends when the queue is empty
      series:
        AWS/SQS ApproximateAgeOfOldestMessage {QueueName=orders}: 10x5 900x3 0x5
      expect: { 5m: OK, 8m: ALARM, 13m: OK }

Series, one token or more, each for one period (a minute) or several:
  5 · 5x10 (ten times) · 1+2x5 (1 3 5 7 9) · _ (no data) · [1 2 3] (three
  samples in one period) · 5@100 (a hundred samples)

Examples:
  atalaya alarms test                               alarms/template.yaml here
  atalaya alarms test template.yaml                 any template, with tests/
  atalaya alarms test template.yaml --tests checks --only QueueAge
  atalaya alarms test --mutants                     would the tests notice?
  atalaya alarms test --json | jq .coverage         for a script

Exit codes: 0 all is well · 1 a case failed, an alarm is not tested on both
            sides, or with --mutants a change went unnoticed
            2 the template or a test is wrong · 3 cannot be read";

/// `atalaya alarms list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Lists the alarms whose names begin with the stack's.

Examples:
  atalaya alarms list
  atalaya alarms list --state ALARM
  atalaya alarms list --json | jq -r '.alarms[] | select(.severity == \"page\").name'")]
pub(crate) struct AlarmsListArgs {
    /// Only alarms in this state: OK, ALARM, INSUFFICIENT_DATA
    #[arg(long, value_name = "STATE", ignore_case = true, value_parser = states())]
    pub(crate) state: Option<AlarmState>,
}

/// `atalaya alarms explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Tells, from the top: the state and since when, CloudWatch's reason and the data
points behind it, what the alarm watches and by which rule, what its metric did
lately, the alarms above and below it, its last changes, and the first step,
runbook and dashboard that its description names.

Examples:
  atalaya alarms explain FilesFailed
  atalaya alarms explain atalaya-FunctionErrors-intake
  atalaya alarms explain FunctionErrors              lists the family
  atalaya alarms explain PipelineDown --json | jq .children

Exit codes: 0 explained · 1 no such alarm, or several fit
            3 CloudWatch cannot be reached")]
pub(crate) struct AlarmsExplainArgs {
    /// The alarm, with or without the stack's name in front; a part suffices where it is unique
    pub(crate) name: String,
}

/// Reads a state as CloudWatch spells it, in whatever case.
fn states() -> impl TypedValueParser<Value = AlarmState> {
    PossibleValuesParser::new(AlarmState::ALL.map(AlarmState::as_str))
        .try_map(|word| AlarmState::from_name(&word.to_uppercase()).ok_or("no state of an alarm"))
}
