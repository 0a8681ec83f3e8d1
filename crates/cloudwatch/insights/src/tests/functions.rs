use super::*;

/// Expressions and what they are in the event below; nothing where they have no value.
const CASES: &[(&str, &str)] = &[
    ("abs(n)", "2.5"),
    ("abs(s)", ""),
    ("abs(missing)", ""),
    ("ceil(n)", "-2"),
    ("floor(n)", "-3"),
    ("round(2.5)", "3"),
    ("log(1)", "0"),
    ("log(0)", ""),
    ("sqrt(w + 2)", "3"),
    ("sqrt(-1)", ""),
    ("greatest(n, w, 3)", "7"),
    ("greatest(s, missing)", ""),
    ("least(n, w, s)", "-2.5"),
    ("coalesce(missing, e, w)", ""),
    ("coalesce(missing, w)", "7"),
    ("ispresent(e)", "1"),
    ("isPresent(missing)", "0"),
    ("isempty(e)", "1"),
    ("isempty(missing)", "1"),
    ("isempty(s)", "0"),
    ("isblank('  ')", "1"),
    ("isblank(s)", "0"),
    ("concat(w, '-', trim(s), missing)", "7-Größe"),
    ("strlen(s)", "7"),
    ("strlen(missing)", ""),
    ("toupper(s)", " GRÖSSE "),
    ("tolower('ÄB')", "äb"),
    ("concat('[', trim(s), ']')", "[Größe]"),
    ("concat('[', ltrim(s), ']')", "[Größe ]"),
    ("concat('[', rtrim(s), ']')", "[ Größe]"),
    ("trim('xyZxyfooxyxyZ', 'xyZ')", "foo"),
    ("ltrim('xyZxyfooxyZ', 'xyZ')", "fooxyZ"),
    ("rtrim('xyZfooxyxyZ', 'xyZ')", "xyZfoo"),
    ("trim('a', missing)", ""),
    ("substr('xyZfooxyZ', 3, 3)", "foo"),
    ("substr('Größe', 2)", "öße"),
    ("substr('abc', 9)", ""),
    ("substr('abc', -1, 2)", "ab"),
    ("replace('foo', 'o', '0')", "f00"),
    ("replace('foo', '', '0')", "foo"),
    ("replace('foo', 'o', missing)", ""),
    ("strcontains('foo', 'oo')", "1"),
    ("strcontains('foo', 'x')", "0"),
    ("strcontains(missing, 'x')", "0"),
    ("jsonParse(list)", r#"[1,{"a":"b"}]"#),
    ("jsonParse(list)[1].a", "b"),
    ("jsonParse(list)[7].a", ""),
    ("jsonParse(s)", ""),
    ("jsonStringify(jsonParse(list))", r#"[1,{"a":"b"}]"#),
    ("jsonStringify(w)", ""),
    ("toNumber('12.50') + 1", "13.5"),
    ("toNumber(t)", ""),
    ("toInt('12.9')", "12"),
    ("toLong(n)", "-2"),
    ("toDouble('1e3')", "1000"),
    ("toInt('x')", ""),
    ("datefloor(@timestamp, 1s)", "2024-07-05 15:00:01.000"),
    ("dateceil(@timestamp, 1s)", "2024-07-05 15:00:02.000"),
    ("datefloor(1720191661234, 1m)", "2024-07-05 15:01:00.000"),
    ("datefloor(s, 1m)", ""),
    ("fromMillis(0)", "1970-01-01 00:00:00.000"),
    ("fromMillis('x')", ""),
    ("toMillis(@timestamp)", "1720191601234"),
    ("toMillis(@timestamp) % 1000", "234"),
    ("now()", "1720195200"),
    ("now() - 3600", "1720191600"),
    ("@ingestionTime", "2024-07-05 15:00:01.334"),
    ("isValidIp(ip)", "1"),
    ("isValidIp('192.0.2')", "0"),
    ("isValidIpV4(ip)", "1"),
    ("isValidIpV4(six)", "0"),
    ("isValidIpV6(six)", "1"),
    ("isIpInSubnet(ip, '192.0.2.0/24')", "1"),
    ("isIpInSubnet(ip, '192.0.3.0/24')", "0"),
    ("isIpInSubnet(ip, '0.0.0.0/0')", "1"),
    ("isIpInSubnet(six, '2001:db8::/32')", "1"),
    ("isIpInSubnet(six, '::/0')", "1"),
    ("isIpInSubnet(ip, '2001:db8::/32')", "0"),
    ("isIpInSubnet(ip, '192.0.2.0/33')", "0"),
    ("isIpv4InSubnet(ip, '192.0.2.7/32')", "1"),
    ("isIpv4InSubnet(six, '2001:db8::/32')", "0"),
    ("isIpv6InSubnet(six, '2001:db8::/32')", "1"),
    ("isIpv6InSubnet(missing, '2001:db8::/32')", "0"),
    ("1 + 2 * 3 ^ 2", "19"),
    ("2 ^ 3 ^ 2", "512"),
    ("7 / 2", "3.5"),
    ("7 % 4 - -1", "4"),
    ("1 / 0", ""),
    ("w % 0", ""),
    ("9223372036854775807 + 1", "9.223372036854776E18"),
    ("w > 5", "1"),
    ("not w > 5", "0"),
    ("w in [7]", "1"),
    ("s like 'öß'", "1"),
    ("missing like 'x'", "0"),
    ("missing not like 'x'", "0"),
    ("'it\\'s \\\\ \\d'", r"it's \ \d"),
    ("\"a 'b'\"", "a 'b'"),
];

#[test]
fn functions_have_their_values() {
    let event = r#"{"n":-2.5,"w":7,"s":" Größe ","e":"","ip":"192.0.2.7","six":"2001:db8::1","t":"0x1","list":"[1,{\"a\":\"b\"}]"}"#;
    let logs = logs([(1234, event)]);
    for (expression, value) in CASES {
        let found = &answer(&logs, &format!("fields {expression} as it")).rows[0][0];
        assert_eq!(found.as_deref().unwrap_or_default(), *value, "{expression}");
    }
}

#[test]
fn a_missing_value_is_no_empty_text() {
    let logs = logs([(0, r#"{"e":""}"#)]);
    check(&logs, "fields e, missing, trim(e) as t, trim(missing) as m, coalesce(missing, e) as c", &["e= t= c="]);
}

#[test]
fn every_function_has_a_case() {
    for signature in &crate::function::FUNCTIONS {
        let call = format!("{}(", signature.name.to_lowercase());
        assert!(CASES.iter().any(|(expression, _)| expression.to_lowercase().contains(&call)), "{call}…)");
    }
}
