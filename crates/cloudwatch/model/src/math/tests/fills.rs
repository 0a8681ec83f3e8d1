use super::*;

const GAPS: [(&str, &str); 2] = [("m", "- 2 - - 8 -"), ("n", "1 1 - 1 1 1")];

#[test]
fn gaps_are_filled() {
    check(
        &GAPS,
        &[
            ("FILL(m, 0)", "0 2 0 0 8 0"),
            ("FILL(m, -1.5)", "-1.5 2 -1.5 -1.5 8 -1.5"),
            ("FILL(m, MIN(m))", "2 2 2 2 8 2"),
            ("FILL(m, AVG(m))", "5 2 5 5 8 5"),
            ("FILL(m, n)", "1 2 - 1 8 1"),
            ("FILL(m, m * 2)", "- 2 - - 8 -"),
            ("FILL(m, REPEAT)", "- 2 2 2 8 8"),
            // From 2 to 8 in three steps of 2.
            ("FILL(m, LINEAR)", "- 2 4 6 8 -"),
            ("FILL(FILL(m, LINEAR), REPEAT)", "- 2 4 6 8 8"),
            // A number without a value fills nothing.
            ("FILL(m, 1/0)", "- 2 - - 8 -"),
            ("FILL(m + n, 7)", "1 3 7 1 9 1"),
        ],
    );
    check(&[("m", "- - -")], &[("FILL(m, 3)", "3 3 3"), ("FILL(m, REPEAT)", "- - -"), ("FILL(m, LINEAR)", "- - -")]);
}

#[test]
fn every_series_of_an_array_is_filled() {
    let found = series(&GAPS, "FILL(METRICS(), 0)").expect("valid");
    assert_eq!(found, [points("0 2 0 0 8 0"), points("1 1 0 1 1 1")]);
    let found = series(&GAPS, "FILL(METRICS(), n)").expect("valid");
    assert_eq!(found, [points("1 2 - 1 8 1"), points("1 1 - 1 1 1")]);
    let found = series(&GAPS, "FILL([m, n], REPEAT)").expect("valid");
    assert_eq!(found, [points("- 2 2 2 8 8"), points("1 1 1 1 1 1")]);
}
