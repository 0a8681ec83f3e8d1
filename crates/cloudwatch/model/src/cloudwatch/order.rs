//! The order of composite alarms: children before parents.

use std::collections::BTreeMap;

/// The composites of `children` (each with those of its children that are composites too), every one after its
/// children.
///
/// # Errors
/// The alarms of a cycle, the first of them once more at the end.
pub(super) fn children_first(children: &BTreeMap<&str, Vec<&str>>) -> Result<Vec<String>, Vec<String>> {
    let mut walk = Walk { children, path: Vec::new(), done: Vec::new() };
    for name in children.keys() {
        walk.visit(name)?;
    }
    Ok(walk.done)
}

struct Walk<'a> {
    children: &'a BTreeMap<&'a str, Vec<&'a str>>,
    path: Vec<&'a str>,
    done: Vec<String>,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, name: &'a str) -> Result<(), Vec<String>> {
        if self.done.iter().any(|done| done == name) {
            return Ok(());
        }
        if let Some(start) = self.path.iter().position(|other| *other == name) {
            return Err(self.path[start..].iter().chain([&name]).map(|name| (*name).to_owned()).collect());
        }
        let children: &'a BTreeMap<_, _> = self.children;
        let Some(composites) = children.get(name) else { return Ok(()) };
        self.path.push(name);
        for child in composites {
            self.visit(child)?;
        }
        self.path.pop();
        self.done.push(name.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_come_first_and_cycles_are_named() {
        let mut children = BTreeMap::from([("a", vec!["c", "x"]), ("b", vec![]), ("c", vec!["b"])]);
        assert_eq!(children_first(&children).expect("no cycle"), ["b", "c", "a"]);
        children.insert("b", vec!["a"]);
        assert_eq!(children_first(&children).expect_err("a cycle"), ["a", "c", "b", "a"]);
        assert_eq!(children_first(&BTreeMap::from([("a", vec!["a"])])).expect_err("a cycle"), ["a", "a"]);
    }
}
