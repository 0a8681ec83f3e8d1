use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Rule {
    Rule::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn alarm(name: &str) -> Rule {
    Rule::InState(State::Alarm, name.to_owned())
}

/// `a` and `b` are in ALARM, `u` has too little data, all others are OK.
fn holds(text: &str) -> bool {
    parse(text).holds(&|name| match name {
        "a" | "b" => State::Alarm,
        "u" => State::InsufficientData,
        _ => State::Ok,
    })
}

#[test]
fn not_binds_before_and_before_or() {
    assert_eq!(
        parse("ALARM(a) OR NOT ALARM(b) AND ALARM(c)"),
        Rule::Or(vec![alarm("a"), Rule::And(vec![Rule::Not(Box::new(alarm("b"))), alarm("c")])])
    );
    assert_eq!(
        parse("(ALARM(a) OR ALARM(b)) AND ALARM(c) AND ALARM(d)"),
        Rule::And(vec![Rule::Or(vec![alarm("a"), alarm("b")]), alarm("c"), alarm("d")])
    );
}

#[test]
fn names_may_be_arns_and_may_be_quoted() {
    let arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a-b";
    assert_eq!(parse(&format!("ALARM( {arn} )")), alarm(arn));
    assert_eq!(parse(r#"ALARM("a \"b\" (c), d\\e")"#), alarm(r#"a "b" (c), d\e"#));
    assert_eq!(parse("\n  ALARM(a)\n  AND\n  NOT(OK(b))\n").alarms(), ["a", "b"]);
}

#[test]
fn a_rule_is_judged_by_states() {
    for text in [
        "TRUE",
        "NOT FALSE",
        "ALARM(a) AND ALARM(b)",
        "ALARM(c) OR ALARM(b)",
        "INSUFFICIENT_DATA(u)",
        "NOT OK(u) AND OK(c)",
        "AT_LEAST(2, ALARM, (a, b, c, u))",
        "AT_LEAST(50%, ALARM, (a, b, c, u))",
        "AT_LEAST(2, NOT ALARM, (a, b, c, u))",
        "AT_LEAST(1, INSUFFICIENT_DATA, (a, u))",
        "AT_LEAST(3, NOT OK, (a, b, c, u))",
    ] {
        assert!(holds(text), "{text}");
    }
    for text in [
        "FALSE",
        "ALARM(a) AND ALARM(c)",
        "ALARM(u)",
        "NOT (ALARM(a) OR ALARM(c))",
        "AT_LEAST(3, ALARM, (a, b, c, u))",
        "AT_LEAST(51%, ALARM, (a, b, c, u))",
        "AT_LEAST(34%, ALARM, (a, c, d))",
    ] {
        assert!(!holds(text), "{text}");
    }
}

#[test]
fn an_error_says_where_and_what() {
    for (text, at, what) in [
        ("", 0, "found the end"),
        ("ALARM(a) ALARM(b)", 9, "expected AND, OR or the end, found `ALARM`"),
        ("ALARM a", 6, "expected `(` before the alarm's name, found `a`"),
        ("ALARM()", 6, "expected the name or ARN of an alarm, found `)`"),
        ("ALARM(a b)", 8, "expected `)` after the alarm's name, found `b`"),
        ("ALARM(\"a)", 6, "does not end with"),
        ("(ALARM(a)", 9, "expected `)` after the rule in parentheses, found the end"),
        ("alarm(a)", 0, "expected ALARM(…)"),
        ("ALARM(a) AND", 12, "found the end"),
        ("AT_LEAST(x, ALARM, (a))", 9, "expected a whole number, found `x`"),
        ("AT_LEAST(0, ALARM, (a))", 9, "from 1 to the 1 alarms"),
        ("AT_LEAST(3, ALARM, (a, b))", 9, "from 1 to the 2 alarms"),
        ("AT_LEAST(101%, ALARM, (a))", 9, "from 1% to 100%"),
        ("AT_LEAST(1, ALARM, a)", 19, "expected `(` before the list of alarms, found `a`"),
        ("AT_LEAST(1, TRUE, (a))", 12, "expected ALARM, OK or INSUFFICIENT_DATA, found `TRUE`"),
    ] {
        let error = Rule::parse(text).expect_err(text);
        assert_eq!(error.at, at, "{text}: {error}");
        assert!(error.what.contains(what), "{text}: {error}");
    }
    assert!(Rule::parse(&"(".repeat(10_000)).is_err());
    assert!(Rule::parse(&"NOT ".repeat(2_000)).is_err());
}

fn rules() -> impl Strategy<Value = Rule> {
    let name = "[ab\"\\\\ (),é:/-]{1,6}".prop_filter("a name is not blank", |name| !name.is_empty());
    let state = prop::sample::select(State::ALL.to_vec());
    let at_least = (1_u32..4, any::<bool>(), any::<bool>(), state.clone(), prop::collection::vec(name.clone(), 3..6));
    let leaf = prop_oneof![
        any::<bool>().prop_map(Rule::Constant),
        (state, name).prop_map(|(state, name)| Rule::InState(state, name)),
        at_least.prop_map(|(amount, percent, negated, state, alarms)| {
            let amount = if percent { Amount::Percent(amount * 33) } else { Amount::Count(amount) };
            Rule::AtLeast { amount, negated, state, alarms }
        }),
    ];
    leaf.prop_recursive(5, 30, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|rule| Rule::Not(Box::new(rule))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Rule::And),
            prop::collection::vec(inner, 2..4).prop_map(Rule::Or),
        ]
    })
}

proptest! {
    #[test]
    fn a_printed_rule_reads_back(rule in rules()) {
        prop_assert_eq!(Rule::parse(&rule.to_string()), Ok(rule));
    }

    #[test]
    fn no_text_is_too_strange(text in "([()\",%\\\\ é]|ALARM|OK|NOT|AND|OR|TRUE|AT_LEAST|[0-9a]){0,40}") {
        if let Ok(rule) = Rule::parse(&text) {
            prop_assert_eq!(Rule::parse(&rule.to_string()), Ok(rule));
        }
    }
}
