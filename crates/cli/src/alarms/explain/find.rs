//! Which alarm a person means.

use atalaya_document::nearest;

use atalaya_operations::cloudwatch::Deployed;

/// What a name stands for among the deployed alarms.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// One alarm.
    One(&'a Deployed),
    /// Several: the instances of a family.
    Several(Vec<&'a Deployed>),
    /// None; perhaps one that is near was meant.
    None(Option<&'a str>),
}

/// Finds `wanted` among `alarms`: as a whole name, or without the stack's prefix; in whatever case; else as a family,
/// whose instances have a name of their own behind a hyphen; else as a part of names.
pub(super) fn find<'a>(alarms: &'a [Deployed], stack: &str, wanted: &str) -> Found<'a> {
    let prefix = format!("{stack}-").to_lowercase();
    let wanted = wanted.to_lowercase();
    let short = wanted.strip_prefix(&prefix).unwrap_or(&wanted);
    let name = |alarm: &Deployed| {
        let name = alarm.name.to_lowercase();
        name.strip_prefix(&prefix).map(str::to_owned).unwrap_or(name)
    };
    let family = format!("{short}-");
    let kinds: [&dyn Fn(&str) -> bool; 3] =
        [&|name| name == short, &|name| name.starts_with(&family), &|name| !short.is_empty() && name.contains(short)];
    for fits in kinds {
        let mut found: Vec<_> = alarms.iter().filter(|alarm| fits(&name(alarm))).collect();
        match found.len() {
            0 => {}
            1 => return Found::One(found.remove(0)),
            _ => return Found::Several(found),
        }
    }
    let bare = |alarm: &'a Deployed| alarm.name.get(prefix.len()..).unwrap_or(&alarm.name);
    Found::None(nearest::word(short, alarms.iter().map(bare)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarms::explain::tests::deployed;

    #[test]
    fn a_name_is_found_in_every_way_that_people_write_it() {
        let alarms =
            ["a-FilesFailed", "a-SloFastBurn", "a-SloFastBurn-1h", "a-FunctionErrors-intake", "a-FunctionErrors-page"]
                .map(deployed);
        for (wanted, expected) in [
            ("a-FilesFailed", "a-FilesFailed"),
            ("FilesFailed", "a-FilesFailed"),
            ("filesfailed", "a-FilesFailed"),
            ("SloFastBurn", "a-SloFastBurn"),
            ("slofastburn-1h", "a-SloFastBurn-1h"),
            ("Failed", "a-FilesFailed"),
        ] {
            let Found::One(alarm) = find(&alarms, "a", wanted) else { panic!("{wanted}") };
            assert_eq!(alarm.name, expected);
        }
        let Found::Several(family) = find(&alarms, "a", "FunctionErrors") else { panic!("a family") };
        assert_eq!(family.len(), 2);
        assert!(matches!(find(&alarms, "a", "FileFaild"), Found::None(Some("FilesFailed"))));
        assert!(matches!(find(&alarms, "a", "Zebra"), Found::None(None)));
    }
}
