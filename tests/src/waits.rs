//! How long a file waits while Lambda refuses its call, and what that costs: the arithmetic of the state machine's
//! retriers, and the figures that people are told.

use std::fs;

use serde_json::Value;

use crate::world::project;

/// The error of a call that Lambda refuses because there are too many.
const THROTTLED: &str = "Lambda.TooManyRequestsException";
/// The states that call the function.
const STATES: [&str; 2] = ["Process", "TakeAway"];
/// So long is a throttle to be waited out.
const HOURS: f64 = 6.0;
/// The most events of an execution's history (Step Functions' quota).
const HISTORY: u64 = 25_000;
/// What a try leaves there: TaskScheduled, TaskStarted, TaskFailed.
const EVENTS_OF_A_TRY: u64 = 3;
/// How many standard deviations below the mean the least wait is taken: one sum of so many draws in a thousand million
/// is less.
const DEVIATIONS: f64 = 6.0;

fn states() -> Value {
    let path = project().join("infra/process-file.asl.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str::<Value>(&text).expect("JSON")["States"].take()
}

fn retriers(state: &Value) -> &[Value] {
    state["Retry"].as_array().expect("retriers")
}

/// The first retrier of an error, which decides.
fn retrier<'a>(state: &'a Value, error: &str) -> &'a Value {
    let names = |retrier: &Value| {
        let errors = retrier["ErrorEquals"].as_array().expect("errors").iter();
        errors.filter_map(Value::as_str).any(|name| name == error || name == "States.ALL")
    };
    retriers(state).iter().find(|retrier| names(retrier)).unwrap_or_else(|| panic!("nothing retries {error}"))
}

/// The waits of a retrier with full jitter, in seconds.
struct Waits {
    /// The greatest that each can be.
    longest: Vec<f64>,
}

impl Waits {
    fn of(retrier: &Value) -> Self {
        assert_eq!(retrier["JitterStrategy"], "FULL", "files that were refused together come again apart: {retrier}");
        let number = |name: &str| retrier[name].as_f64().unwrap_or_else(|| panic!("{name} is told: {retrier}"));
        let (first, rate, most) = (number("IntervalSeconds"), number("BackoffRate"), number("MaxDelaySeconds"));
        let count = retrier["MaxAttempts"].as_i64().and_then(|count| i32::try_from(count).ok()).expect("a count");
        Self { longest: (0..count).map(|made| (first * rate.powi(made)).min(most)).collect() }
    }

    fn tries(&self) -> f64 {
        self.longest.len() as f64
    }

    /// The sum of all when each is as long as it can be.
    fn at_most(&self) -> f64 {
        self.longest.iter().sum()
    }

    /// Each is any time up to its longest: half of it on average.
    fn on_average(&self) -> f64 {
        self.at_most() / 2.0
    }

    /// The sum that no more than one file in a thousand million falls below. That of the worst draws is 0.
    fn at_least(&self) -> f64 {
        let variance: f64 = self.longest.iter().map(|longest| longest * longest / 12.0).sum();
        self.on_average() - DEVIATIONS * variance.sqrt()
    }

    /// Tries in an hour, once the waits have grown.
    fn tries_an_hour(&self) -> f64 {
        3600.0 / (self.longest.last().expect("there is a retry") / 2.0)
    }
}

#[test]
fn throttles_are_waited_out_for_hours() {
    let states = states();
    for name in STATES {
        let waits = Waits::of(retrier(&states[name], THROTTLED));
        let hours = waits.at_least() / 3600.0;
        assert!(hours >= HOURS, "{name} waits for {hours:.2} hours only");
        let longest = waits.longest.iter().copied().fold(0.0, f64::max);
        assert!(longest <= 120.0, "{name}: a file that is let through may still be {longest} s late");
    }
    let [process, take_away] = STATES.map(|name| retrier(&states[name], THROTTLED));
    assert_eq!(process, take_away, "one call, one patience");
    // A function that dies must not be tried for hours, nor one that may not be called.
    for error in ["Lambda.Unknown", "Runtime.ExitError", "Lambda.AWSLambdaException"] {
        let attempts = retrier(&states["Process"], error)["MaxAttempts"].as_u64();
        assert!(attempts.is_some_and(|attempts| attempts <= 10), "{error}: {attempts:?}");
    }
}

#[test]
fn an_execution_that_waits_everywhere_fits_into_its_history() {
    let states = states();
    let tries = states.as_object().expect("states").values().filter(|state| state["Retry"].is_array());
    let tries = tries.flat_map(retriers).map(|retrier| 1 + retrier["MaxAttempts"].as_u64().expect("a count"));
    let events = tries.sum::<u64>() * EVENTS_OF_A_TRY;
    // States are entered and exited besides.
    assert!(events + 100 < HISTORY, "{events} events");
}

#[test]
fn people_are_told_what_waiting_costs() {
    let stack = fs::read_to_string(project().join("dashboards/template.yaml")).expect("readable");
    let price = stack
        .split_once("  PriceStateTransition:")
        .and_then(|(_, rest)| rest.split_once("Default: "))
        .expect("a price")
        .1;
    let price: f64 = price.lines().next().expect("a line").trim_matches('"').parse().expect("a number");
    let waits = Waits::of(retrier(&states()["Process"], THROTTLED));
    let (hour, whole) = (waits.tries_an_hour() * price, waits.tries() * price);
    let time = |seconds: f64| {
        let minutes = (seconds / 60.0).round() as u64;
        format!("{} h {} min", minutes / 60, minutes % 60)
    };
    let told = fs::read_to_string(project().join("dashboards/README.md")).expect("readable").replace('\n', " ");
    for figure in [
        format!("| an hour of waiting | ${hour:.4} | ${:.2} |", hour * 1000.0),
        format!("| to the end, all {} tries | ${whole:.4} | ${:.2} |", waits.tries(), whole * 1000.0),
        format!("after {} on average", time(waits.on_average())),
        format!("after {} at most", time(waits.at_most())),
        format!("before {HOURS} hours"),
        format!(
            "takes {},{:03}",
            (waits.longest.len() as u64 + 1) * EVENTS_OF_A_TRY / 1000,
            (waits.longest.len() as u64 + 1) * EVENTS_OF_A_TRY % 1000
        ),
    ] {
        assert!(told.contains(&figure), "dashboards/README.md does not tell: {figure}");
    }
}
