//! The examples of the user guide, "CloudWatch search expression syntax" and "… examples".

use proptest::prelude::*;

use super::{Search, tokens::tokens};
use crate::{MetricId, query_error::Fault};

const ACCOUNT: &str = "123456789012";

fn finds(search: &str, metric: &MetricId) -> bool {
    Search::parse(search).unwrap_or_else(|problem| panic!("{search}: {}", problem.message)).matches(metric, ACCOUNT)
}

fn named(name: &str) -> MetricId {
    MetricId::total("MyNamespace", name)
}

fn ec2(dimension: &str, value: &str, name: &str) -> MetricId {
    MetricId::new("AWS/EC2", name, [(dimension, value)])
}

#[test]
fn names_are_cut_at_humps_digits_and_delimiters() {
    for (name, expected) in [
        ("CustomCount1", vec!["Custom", "Count", "1"]),
        ("SDBFailure", vec!["SDB", "Failure"]),
        ("Project2-trial333", vec!["Project", "2", "trial", "333"]),
        ("Network-Errors_2", vec!["Network", "Errors", "2"]),
        ("couNT", vec!["cou", "NT"]),
        ("t2.micro", vec!["t", "2", "micro"]),
        ("AWS/EC2", vec!["AWS", "EC", "2"]),
        ("4xxErrors", vec!["4", "xx", "Errors"]),
        ("--", vec![]),
        ("", vec![]),
        ("aB", vec!["a", "B"]),
        ("ABc", vec!["A", "Bc"]),
    ] {
        assert_eq!(tokens(name), expected, "{name}");
    }
}

#[test]
fn a_single_token_is_found_in_any_case() {
    for (term, found) in [
        ("count", true),
        ("Count", true),
        ("COUNT", true),
        ("custom", true),
        ("1", true),
        ("couNT", false),
        ("coun", false),
        ("2", false),
    ] {
        assert_eq!(finds(term, &named("CustomCount1")), found, "{term}");
    }
    // The name as a whole is a token too.
    assert!(finds("sdbfailure", &named("SDBFailure")));
    assert!(finds("SDBfailure", &named("SDBfailure")));
}

#[test]
fn several_tokens_follow_one_another_in_the_same_case() {
    for (term, found) in [
        ("CustomCount", true),
        ("Count1", true),
        ("CustomCount1", true),
        ("customcount", false),
        ("count1", false),
        ("Custom1", false),
        ("Custom-1", false),
    ] {
        assert_eq!(finds(term, &named("CustomCount1")), found, "{term}");
    }
    for term in ["network/errors", "network+errors", "network-errors", "Network_Errors"] {
        assert!(finds(term, &named("Network-Errors-2")), "{term}");
        assert!(finds(term, &named("NetworkErrors2")), "{term}");
        assert!(!finds(term, &named("Network-Read-Errors")), "{term}");
    }
    let instance = ec2("InstanceId", "i-1234567890123456", "CPUUtilization");
    assert!(finds("i-1234567890123456", &instance));
    assert!(!finds("i-12345678901234", &instance));
}

#[test]
fn an_exact_match_is_a_whole_name() {
    let metric = named("CustomCount1");
    assert!(finds(r#"{MyNamespace}, "CustomCount1" "#, &metric));
    assert!(!finds(r#"{MyNamespace}, "customcount1" "#, &metric));
    assert!(!finds(r#"{MyNamespace}, "Custom" "#, &metric));
    assert!(finds(r#""Network-Errors-2""#, &named("Network-Errors-2")));
    assert!(!finds(r#""Network_Errors_2""#, &named("Network-Errors-2")));
    assert!(finds(r#""Europe\\France Traffic\(Network\)""#, &named(r"Europe\France Traffic(Network)")));
    assert!(finds(r#""say \"hi\"""#, &named(r#"say "hi""#)));
    let odd = MetricId::new("My Namespace", "Custom:Name[Special_Characters", [("Dimension@Name", "x")]);
    assert!(finds(r#" {"My Namespace", "Dimension@Name"}, "Custom:Name[Special_Characters" "#, &odd));
    // Names and values of dimensions and namespaces count as well.
    let metric = MetricId::new("Shop", "Sales", [("Region", "North")]);
    for name in ["Shop", "Sales", "Region", "North"] {
        assert!(finds(&format!("\"{name}\""), &metric), "{name}");
    }
}

#[test]
fn a_schema_names_one_set_of_dimensions() {
    let cpu = ec2("InstanceId", "i-1", "CPUUtilization");
    let search = r#" {AWS/EC2,InstanceId} MetricName="CPUUtilization" "#;
    assert!(finds(search, &cpu));
    assert!(!finds(search, &ec2("InstanceType", "t2.micro", "CPUUtilization")));
    assert!(!finds(search, &MetricId::total("AWS/EC2", "CPUUtilization")));
    let both = MetricId::new("AWS/EC2", "CPUUtilization", [("InstanceId", "i-1"), ("InstanceType", "t2.micro")]);
    assert!(!finds(search, &both));
    assert!(finds(r"{AWS/EC2, InstanceType, InstanceId}", &both), "their order means nothing");
    assert!(!finds(search, &MetricId::new("AWS/ECS", "CPUUtilization", [("InstanceId", "i-1")])));
    // A namespace alone finds all its metrics.
    assert!(finds("{AWS/EC2}", &cpu) && finds("{AWS/EC2}", &both));
    assert!(!finds("{AWS/ec2}", &cpu));
    let odd = MetricId::new("Custom-Namespace", "ErrorCount", [("Dimension Name With Spaces", "x")]);
    assert!(finds(r#" {"Custom-Namespace", "Dimension Name With Spaces"}, ErrorCount "#, &odd));
}

#[test]
fn a_property_says_where_to_look() {
    let metric = ec2("InstanceType", "t2.micro", "CPUUtilization");
    for (search, found) in [
        ("InstanceType=micro", true),
        (r#"InstanceType="t2.micro" Namespace="AWS/EC2""#, true),
        (r#"InstanceType="micro""#, false),
        ("InstanceId=micro", false),
        ("MetricName=micro", false),
        ("MetricName=utilization", true),
        ("Namespace=AWS", true),
        ("Namespace=micro", false),
        ("InstanceType=(nano OR micro)", true),
        ("InstanceType=(nano OR small)", false),
        (r#""InstanceType"="t2.micro""#, true),
        (":aws.AccountId=123456789012", true),
        (r#":aws.AccountId="111111111111""#, false),
    ] {
        assert_eq!(finds(search, &metric), found, "{search}");
    }
}

#[test]
fn terms_are_joined() {
    let [read, write] = ["ReadOps", "WriteOps"].map(|name| MetricId::new("AWS/EBS", name, [("Volume", "ProjectA-1")]));
    for (search, finds_read, finds_write) in [
        ("(EC OR EBS) AND MetricName=ReadOps", true, false),
        ("(EC OR EBS) MetricName=ReadOps", true, false),
        ("(EC OR EBS) AND ReadOps AND ProjectA", true, false),
        ("(EC OR EBS) AND ReadOps AND ProjectB", false, false),
        ("ReadOps OR WriteOps", true, true),
        ("Ops NOT write", true, false),
        ("NOT Namespace=AWS", false, false),
        ("NOT Namespace=Custom", true, true),
        (r#"Ops NOT "ProjectB" NOT "ProjectC""#, true, true),
        // AND binds more strongly than OR.
        ("nothing OR ReadOps AND ProjectA", true, false),
        ("ReadOps ProjectB OR WriteOps", false, true),
        ("NOT (read OR write)", false, false),
        // In lower case they are words like others.
        ("ReadOps and ProjectA", false, false),
        (r#"MetricName="ReadOps" OR (MetricName="WriteOps" AND (ProjectB OR ProjectC))"#, true, false),
        (r#"MetricName="ReadOps" OR (MetricName="WriteOps" AND (ProjectA OR ProjectC))"#, true, true),
    ] {
        assert_eq!((finds(search, &read), finds(search, &write)), (finds_read, finds_write), "{search}");
    }
    let flow = MetricId::new("AWS/NetworkELB", "NewFlowCount", [("LoadBalancer", "net")]);
    assert!(finds(r#" {AWS/NetworkELB, LoadBalancer} "ConsumedLCUs" OR flow "#, &flow));
    assert!(finds(
        r#" MetricName="CPUUtilization" AND ("AWS/ECS" OR "AWS/ES") "#,
        &MetricId::total("AWS/ES", "CPUUtilization")
    ));
    assert!(!finds(r#" "Errors" "#, &named("ConnectionErrors")) && finds(" Errors ", &named("ConnectionErrors")));
}

#[test]
fn faults_stand_where_they_are() {
    let long = "a".repeat(1025);
    for (search, kind, at) in [
        ("", Fault::Syntax, 0),
        ("  ", Fault::Syntax, 2),
        ("{AWS/EC2", Fault::Syntax, 0),
        ("{}", Fault::Syntax, 1),
        ("{My Namespace}", Fault::Syntax, 4),
        ("a b)", Fault::Syntax, 3),
        ("(a b", Fault::Syntax, 4),
        ("a OR", Fault::Syntax, 4),
        ("a AND OR b", Fault::Syntax, 6),
        ("NOT", Fault::Syntax, 3),
        ("a, b", Fault::Syntax, 1),
        ("a \"b", Fault::Syntax, 2),
        (r#""a(b""#, Fault::Syntax, 2),
        (r#""a\b""#, Fault::Syntax, 2),
        ("a=b=c", Fault::Syntax, 3),
        ("--", Fault::Syntax, 0),
        (long.as_str(), Fault::Limit, 0),
    ] {
        let problem = Search::parse(search).expect_err(search);
        assert_eq!((problem.fault, problem.span.start), (kind, at), "{search}: {}", problem.message);
    }
    assert_eq!(Search::parse(&"(".repeat(1000)).expect_err("deep").fault, Fault::Limit);
}

proptest! {
    #[test]
    fn any_text_is_a_search_or_a_fault_inside_it(text in "\\PC{0,60}") {
        match Search::parse(&text) {
            Ok(search) => drop(search.matches(&named("CustomCount1"), ACCOUNT)),
            Err(problem) => prop_assert!(text.get(problem.span).is_some()),
        }
    }

    #[test]
    fn any_words_are_a_search_or_a_fault(
        words in prop::collection::vec(
            prop::sample::select(vec!["{", "}", "a", ",", "(", ")", "AND", "OR", "NOT", "=", "\"b\"", "\"", "\\"]),
            0..30,
        )
    ) {
        let text = words.join(" ");
        if let Err(problem) = Search::parse(&text) {
            prop_assert!(text.get(problem.span).is_some());
        }
    }

    /// Tokens are a name's letters and digits, all of them and in their order.
    #[test]
    fn tokens_lose_only_delimiters(name in "[a-zA-Z0-9_/. -]{0,30}") {
        let kept: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        prop_assert_eq!(tokens(&name).concat(), kept);
    }
}
