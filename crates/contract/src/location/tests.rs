use proptest::prelude::*;

use super::*;

#[test]
fn globs_keep_to_their_segment() {
    let location = Location::parse("s3://inbox-*/flights/*.csv").expect("reads");
    assert!(location.matches("inbox-1-eu", "flights/2013.csv"));
    for (bucket, key) in [
        ("outbox", "flights/a.csv"),
        ("inbox-1", "flights/x/a.csv"),
        ("inbox-1", "flights/a.txt"),
        ("inbox-1", "a.csv"),
    ] {
        assert!(!location.matches(bucket, key), "{bucket}/{key}");
    }
    assert!(Location::parse("s3://b/**/*.csv{,.gz}").expect("reads").matches("b", "x/y/a.csv.gz"));
}

#[test]
fn a_bucket_or_folder_claims_everything_below() {
    for text in ["s3://b", "s3://b/", "s3://b/in/"] {
        let location = Location::parse(text).expect(text);
        assert!(location.matches("b", "in/deep/a b.csv"), "{text}");
    }
    assert!(!Location::parse("s3://b/in/").expect("reads").matches("b", "out/a.csv"));
}

#[test]
fn a_wrong_location_is_told() {
    for (text, part) in
        [("https://b/x", "s3://"), ("s3:///x", "no bucket"), ("s3://b/[a", "no glob"), ("s3://b/{model}/*", "{model}")]
    {
        assert!(Location::parse(text).expect_err(text).contains(part), "{text}");
    }
}

#[test]
fn a_nasty_glob_is_refused_and_harms_nobody() {
    let deep = format!("s3://b/{}a{}", "{".repeat(300), "}".repeat(300));
    let too_many = format!("s3://b/{{{}}}", vec!["a"; 20_000].join(","));
    let long_class = format!("s3://b/[{}]", "a-z".repeat(2_000));
    let long_bucket = format!("s3://{}/x", "b".repeat(64));
    for (text, part) in [
        (deep.as_str(), "nests braces deeper than 4"),
        ("s3://b/{{{{{a}}}}}", "nests braces deeper than 4"),
        ("s3://{{{{{a}}}}}/x", "nests braces deeper than 4"),
        (&too_many, "longer than any location"),
        (&long_class, "longer than any location"),
        (&format!("s3://b/{}", "k".repeat(1_025)), "longer than 1024 bytes"),
        (&format!("s3://{}/x", "b".repeat(256)), "longer than 255 bytes"),
        (&long_bucket, "no bucket can have such a name"),
        ("s3://in box/x", "no bucket can have such a name"),
        (&format!("s3://b/{}", "k".repeat(1_024).replace("kk", "k?") + "*?"), "longer than 1024 bytes"),
        ("s3://b/caf[éè]/x", "not ASCII"),
        ("s3://b/[!é]", "not ASCII"),
        ("s3://b/a\nb", "control character"),
        ("s3://b/a{", "no glob"),
        ("s3://b/a}", "no glob"),
        ("s3://b/\\", "no glob"),
    ] {
        let error = Location::parse(text).expect_err(text);
        assert!(error.contains(part), "{error}");
        assert!(error.len() < 4_000 && !error.contains('\n'), "{error}");
    }
}

#[test]
fn what_is_large_but_within_bounds_is_read() {
    let alternates = format!("s3://b/{{{}}}", vec!["ab"; 300].join(","));
    let class = format!("s3://b/[{}]", "a-zA-Z0-9".repeat(100));
    let wild = format!("s3://b/{}", "*a".repeat(512));
    let deep = "s3://b/{a,{b,{c,{d,e}}}}/**/{f,g}".to_owned();
    let buckets = "s3://{alpha-inbox-production-eu-west-1,alpha-inbox-production-us-east-1}/x".to_owned();
    for text in [alternates, class, wild, deep, buckets, format!("s3://b/{}", "k".repeat(1_024))] {
        let location = Location::parse(&text).expect(&text);
        assert!(!location.matches("b", &"x".repeat(1_024)), "{text}");
        assert_eq!(
            overlap(&location, &location).map(|example| location.matches(&example.bucket, &example.key)),
            Some(true)
        );
    }
}

#[test]
fn a_bucket_may_match() {
    let location = Location::parse("s3://{inbox,drop}-*/orders/").expect("reads");
    assert!(location.may_match_bucket("drop-1") && !location.may_match_bucket("orders"));
}

fn example(left: &str, right: &str) -> Option<String> {
    let (left, right) = (Location::parse(left).expect(left), Location::parse(right).expect(right));
    let found = overlap(&left, &right);
    assert_eq!(found.is_some(), overlap(&right, &left).is_some(), "{left} and {right}");
    found.map(|example| example.to_string())
}

#[test]
fn an_object_of_two_locations_is_found() {
    for (left, right, object) in [
        ("s3://**", "s3://inbox/orders/*.csv", "s3://inbox/orders/.csv"),
        ("s3://inbox-*/orders/*.csv", "s3://inbox-{eu,us}/**/2024-*", "s3://inbox-us/orders/2024-.csv"),
        ("s3://b/", "s3://b", "s3://b/a"),
        ("s3://b/a?c", "s3://b/?b?", "s3://b/abc"),
        ("s3://b/[!/]é", "s3://b/???", "s3://b/aé"),
        ("s3://b/[! -P]", "s3://b/[!Q-~]", "s3://b/\u{1}"),
        ("s3://b/\\*", "s3://b/?", "s3://b/*"),
    ] {
        assert_eq!(example(left, right).as_deref(), Some(object), "{left} and {right}");
    }
}

#[test]
fn locations_apart_share_none() {
    for (left, right) in [
        ("s3://inbox/orders/*.csv", "s3://inbox/returns/*.csv"),
        ("s3://inbox/orders/*.csv", "s3://inbox/orders/*.gz"),
        ("s3://inbox/orders/*.csv", "s3://inbox/orders/*/*.csv"),
        ("s3://inbox-*/x", "s3://outbox-*/x"),
        ("s3://b/[a-m]*", "s3://b/[n-z]*"),
        ("s3://b/a", "s3://b/A"),
        ("s3://b/?", "s3://b/??"),
        ("s3://b/é", "s3://b/?"),
    ] {
        assert_eq!(example(left, right), None, "{left} and {right}");
    }
    let by_hand = Location { bucket: "b".to_owned(), key: "{".repeat(600) };
    assert!(!by_hand.matches("b", "{") && overlap(&by_hand, &by_hand).is_none());
    // Each can match keys, but the shortest that both match is longer than a key can be.
    let (many_a, many_b) = ("*a".repeat(500), "*b".repeat(500));
    assert_eq!(example(&format!("s3://b/{}", "?".repeat(1_000)), &format!("s3://b/{}", "?".repeat(1_001))), None);
    assert_eq!(example(&format!("s3://b/{many_a}"), &format!("s3://b/{}{}", "b".repeat(24), many_b)), None);
}

/// All texts of one to five of these letters.
fn keys() -> Vec<String> {
    let mut keys = vec![String::new()];
    let mut all = Vec::new();
    for _ in 0..5 {
        keys = keys.iter().flat_map(|key| ['a', 'b', '/', 'é'].map(|letter| format!("{key}{letter}"))).collect();
        all.extend(keys.iter().cloned());
    }
    all
}

/// Pieces that globs are made of, nasty ones too.
fn globs() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "b", "/", "*", "**", "/**/", "**/", "/**", "?", "[ab]", "[!a]", "[^b/]", "{a,b}", "{a,b/,}", "{*,a}",
        "{**,b}", "é", "{", "}", ",", "[", "]", "\\", "-", "!",
    ]);
    prop::collection::vec(piece, 1..7).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn an_overlap_is_found_exactly_when_a_key_matches_both(left in globs(), right in globs()) {
        let read = |key: &str| Location::parse(&format!("s3://b/{key}")).ok();
        let (Some(left), Some(right)) = (read(&left), read(&right)) else { return Ok(()) };
        let matchers = [&left, &right].map(|location| LocationMatcher::new(location).expect("was read"));
        let by_hand = keys().into_iter().filter(|key| matchers.iter().all(|one| one.is_match("b", key)));
        let shortest = by_hand.map(|key| key.len()).min();
        match overlap(&left, &right) {
            Some(example) => {
                prop_assert!(matchers.iter().all(|one| one.is_match(&example.bucket, &example.key)), "{}", example);
                prop_assert!(shortest.is_none_or(|length| example.key.len() <= length), "{} is not shortest", example);
            }
            None => prop_assert_eq!(shortest, None, "{} and {} share a key", left, right),
        }
    }

    #[test]
    fn a_location_is_refused_or_matches_without_a_panic(
        text in prop_oneof![".{0,80}", "[{}\\[\\]!^*?/,a-c\\\\é-]{0,1200}", globs()],
        key in ".{0,40}",
    ) {
        let Ok(location) = Location::parse(&format!("s3://b{text}")) else { return Ok(()) };
        prop_assert!(!location.matches("b", &key) || location.may_match_bucket("b"));
        prop_assert!(!location.matches(&key, &key) || location.may_match_bucket(&key));
        let found = overlap(&location, &location);
        prop_assert!(found.is_some_and(|found| location.matches(&found.bucket, &found.key)), "{} claims nothing", location);
    }
}
