//! JSON text → a tree. A reader of its own, because no other keeps the place of every value, and because not every JSON
//! text is YAML: `"\ud83d\ude00"` is one character in JSON and a fault in YAML.

use std::{collections::HashMap, iter::Peekable, str::Chars};

use crate::{Content, Dialect, Entry, Fault, Node, Place, yaml::too_deep};

/// Reads a text that is one JSON value (RFC 8259); a byte order mark is passed over. Of the dialect the name and the
/// depth count.
///
/// # Errors
/// The first fault of syntax, a key that stands twice, or nesting too deep.
pub fn read(text: &str, dialect: &Dialect) -> Result<Node, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { rest: text.chars().peekable(), place: Place::START, dialect };
    reader.skip_blanks();
    let node = reader.value(0)?;
    reader.skip_blanks();
    match reader.rest.peek().copied() {
        None => Ok(node),
        Some(found) => Err(reader.fault(format!("the JSON is complete, but {found:?} follows"))),
    }
}

struct Reader<'t, 'd> {
    rest: Peekable<Chars<'t>>,
    place: Place,
    dialect: &'d Dialect,
}

impl Reader<'_, '_> {
    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.place, message)
    }

    fn next(&mut self) -> Option<char> {
        let found = self.rest.next()?;
        if found == '\n' {
            self.place = Place { line: self.place.line + 1, column: 1 };
        } else {
            self.place.column += 1;
        }
        Some(found)
    }

    fn skip_blanks(&mut self) {
        while matches!(self.rest.peek(), Some(' ' | '\t' | '\r' | '\n')) {
            self.next();
        }
    }

    fn expect(&mut self, wanted: char, what: &str) -> Result<(), Fault> {
        match self.rest.peek().copied() {
            Some(found) if found == wanted => {
                self.next();
                Ok(())
            }
            Some(found) => {
                Err(self.fault(format!("the JSON cannot be read: {what} is expected, {found:?} stands here")))
            }
            None => Err(self.fault(format!("the JSON cannot be read: {what} is expected, the text ends"))),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, Fault> {
        if depth == self.dialect.max_depth {
            return Err(too_deep(self.dialect, self.place));
        }
        let place = self.place;
        let content = match self.rest.peek().copied() {
            Some('{') => self.map(depth)?,
            Some('[') => self.list(depth)?,
            Some('"') => Content::Text(self.string()?),
            Some('-' | '0'..='9') => Content::Number(self.number()?),
            Some('a'..='z' | 'A'..='Z') => self.word()?,
            Some(found) => {
                return Err(self.fault(format!("the JSON cannot be read: a value is expected, {found:?} stands here")));
            }
            None => return Err(self.fault("the JSON cannot be read: a value is expected, the text ends")),
        };
        Ok(Node::new(place, content))
    }

    fn word(&mut self) -> Result<Content, Fault> {
        let place = self.place;
        let mut word = String::new();
        while self.rest.peek().is_some_and(char::is_ascii_alphanumeric) {
            word.extend(self.next());
        }
        match word.as_str() {
            "true" => Ok(Content::Bool(true)),
            "false" => Ok(Content::Bool(false)),
            "null" => Ok(Content::Null),
            _ => Err(Fault::new(place, format!("the JSON cannot be read: `{word}` is no value"))
                .hint("texts stand in quotes")),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Content, Fault> {
        self.expect('[', "`[`")?;
        let mut items = Vec::new();
        self.skip_blanks();
        while self.rest.peek() != Some(&']') {
            if !items.is_empty() {
                self.expect(',', "`,` or `]`")?;
                self.skip_blanks();
            }
            items.push(self.value(depth + 1)?);
            self.skip_blanks();
        }
        self.next();
        Ok(Content::List(items))
    }

    fn map(&mut self, depth: usize) -> Result<Content, Fault> {
        self.expect('{', "`{`")?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut keys = HashMap::new();
        self.skip_blanks();
        while self.rest.peek() != Some(&'}') {
            if !entries.is_empty() {
                self.expect(',', "`,` or `}`")?;
                self.skip_blanks();
            }
            let place = self.place;
            if self.rest.peek() != Some(&'"') {
                return Err(self.fault("the JSON cannot be read: a key in quotes is expected"));
            }
            let key = self.string()?;
            if let Some(first) = keys.insert(key.clone(), place) {
                return Err(Fault::duplicate(place, "", &key, first));
            }
            self.skip_blanks();
            self.expect(':', "`:`")?;
            self.skip_blanks();
            let value = self.value(depth + 1)?;
            entries.push(Entry { key, place, value });
            self.skip_blanks();
        }
        self.next();
        Ok(Content::Map(entries))
    }

    fn string(&mut self) -> Result<String, Fault> {
        self.expect('"', "`\"`")?;
        let mut text = String::new();
        loop {
            let place = self.place;
            match self.next() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape(place)?),
                Some(found) if found < ' ' => {
                    return Err(Fault::new(place, "a text holds a control character")
                        .hint("write a line break as \\n and a tab as \\t"));
                }
                Some(found) => text.push(found),
                None => return Err(self.fault("the JSON cannot be read: a text does not end")),
            }
        }
    }

    fn escape(&mut self, place: Place) -> Result<char, Fault> {
        let unknown = || Fault::new(place, "the JSON cannot be read: this escape does not exist");
        match self.next().ok_or_else(unknown)? {
            'b' => Ok('\u{8}'),
            'f' => Ok('\u{c}'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            same @ ('"' | '\\' | '/') => Ok(same),
            'u' => {
                let mut units = vec![self.unit().ok_or_else(unknown)?];
                if (0xD800..0xDC00).contains(&units[0]) {
                    let low = (self.next() == Some('\\') && self.next() == Some('u')).then(|| self.unit()).flatten();
                    units.push(low.ok_or_else(unknown)?);
                }
                match char::decode_utf16(units).collect::<Vec<_>>().as_slice() {
                    [Ok(found)] => Ok(*found),
                    _ => Err(unknown()),
                }
            }
            _ => Err(unknown()),
        }
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        (0..4).try_fold(0, |unit: u16, _| Some(unit << 4 | u16::try_from(self.next()?.to_digit(16)?).ok()?))
    }

    fn number(&mut self) -> Result<String, Fault> {
        let place = self.place;
        let mut digits = String::new();
        while self.rest.peek().is_some_and(|found| matches!(found, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')) {
            digits.extend(self.next());
        }
        match digits.parse::<serde_json::Number>() {
            Ok(_) => Ok(digits),
            Err(_) => Err(Fault::new(place, format!("the JSON cannot be read: `{digits}` is no number of JSON"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::PLAIN;

    /// Everything that is no list and no map, and nothing.
    type Item = Option<(i64, bool, String)>;

    fn any_value() -> impl Strategy<Value = HashMap<String, Vec<Item>>> {
        prop::collection::hash_map(any::<String>(), prop::collection::vec(any::<Item>(), 0..5), 0..5)
    }

    proptest! {
        #[test]
        fn every_json_reads_as_serde_wrote_it(value in any_value()) {
            let value = serde_json::to_value(value).expect("it is JSON");
            for text in [value.to_string(), format!("{value:#}")] {
                prop_assert_eq!(&read(&text, &PLAIN).expect("reads").to_value(), &value);
            }
        }

        #[test]
        fn no_text_breaks_the_reader(text in ".*") {
            let _ = read(&text, &PLAIN);
            let _ = crate::read_yaml(&text, &PLAIN);
        }
    }

    #[test]
    fn every_value_knows_its_line_and_column() {
        let node = read("{\n  \"a\": 1,\n\t\"é\": [true, {\"b\": \"x\"}]\n}", &PLAIN).expect("reads");
        let place = |line, column| Place { line, column };
        assert_eq!(node.get("a").map(|n| n.place), Some(place(2, 8)));
        let list = node.get("é").expect("é");
        assert_eq!(list.place, place(3, 7));
        assert_eq!(list.items().expect("list")[1].get("b").map(|n| n.place), Some(place(3, 20)));
        assert_eq!(node.entries()[1].place, place(3, 2));
    }

    #[test]
    fn reads_what_serde_reads() {
        for text in [
            r#"{"a": [1, -2.5, 3e8, true, false, null, {}], "b": "\ud83d\ude00 \u00e9 \/ \" \\ \n"}"#,
            r#""text""#,
            "[]",
            " [ ] ",
            "0.1",
        ] {
            let expected: serde_json::Value = serde_json::from_str(text).expect(text);
            assert_eq!(read(text, &PLAIN).expect(text).to_value(), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_json() {
        for (text, line, column) in [
            ("", 1, 1),
            ("{\"a\": 1,}", 1, 9),
            ("{\"a\": 1\n \"b\": 2}", 2, 2),
            ("[1, 2", 1, 6),
            ("[01]", 1, 2),
            ("{\"a\": yes}", 1, 7),
            ("\"\\ud83d\"", 1, 2),
            ("\"a\tb\"", 1, 3),
            ("{} {}", 1, 4),
            ("{\"a\": 1, \"a\": 2}", 1, 10),
            ("{a: 1}", 1, 2),
        ] {
            let fault = read(text, &PLAIN).expect_err(text);
            assert_eq!((fault.place.line, fault.place.column), (line, column), "{text:?}: {fault:?}");
        }
        assert!(read(&"[".repeat(5000), &PLAIN).expect_err("deep").message.contains("deeper"));
    }
}
