//! The fields of a JSON event, flattened. The text is read once, and only what is wanted is kept.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::value::Value;

/// The most fields that are discovered of an event.
const MOST_FIELDS: usize = 200;
/// How many braces of a line are tried for the JSON that is embedded in it.
const MOST_TRIED: usize = 8;

/// The wanted fields by the parts of their names.
#[derive(Debug, Clone, Default)]
pub(super) struct JsonFields {
    slots: Vec<usize>,
    root: Wanted,
}

#[derive(Debug, Clone, Default)]
struct Wanted {
    slot: Option<usize>,
    members: Vec<(String, Wanted)>,
}

impl Wanted {
    /// What is wanted inside a member. The member's name may itself have dots.
    fn inside(&self, name: &str) -> Option<&Self> {
        let member = |wanted: &Self, part: &str| wanted.members.iter().position(|(name, _)| name == part);
        if !name.contains('.') {
            return member(self, name).map(|index| &self.members[index].1);
        }
        name.split('.').try_fold(self, |wanted, part| member(wanted, part).map(|index| &wanted.members[index].1))
    }
}

impl JsonFields {
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// A name that begins with `@@` is that of a member which begins with `@`.
    pub(super) fn add(&mut self, name: &str, slot: usize) {
        let name = match name.strip_prefix('@') {
            Some(rest) if rest.starts_with('@') => rest,
            // System fields that no event has here, such as those of entities.
            Some(_) => return,
            None => name,
        };
        let mut wanted = &mut self.root;
        for part in name.split('.') {
            let place = wanted.members.iter().position(|(name, _)| name == part).unwrap_or_else(|| {
                wanted.members.push((part.to_owned(), Wanted::default()));
                wanted.members.len() - 1
            });
            wanted = &mut wanted.members[place].1;
        }
        wanted.slot = Some(slot);
        self.slots.push(slot);
    }

    /// Puts the wanted fields of an event into the row. An event that is no JSON object has none; of a Lambda line the
    /// first object in it is read.
    pub(super) fn read<'e>(&self, message: &'e str, is_lambda: bool, row: &mut [Value<'e>]) {
        if !is_lambda {
            let text = message.trim();
            if text.starts_with('{') {
                self.read_object(text, true, row);
            }
            return;
        }
        for (start, _) in message.match_indices('{').take(MOST_TRIED) {
            if self.read_object(&message[start..], false, row) {
                return;
            }
        }
    }

    /// Whether the text begins with an object, and where `is_whole` is nothing but it.
    fn read_object<'e>(&self, text: &'e str, is_whole: bool, row: &mut [Value<'e>]) -> bool {
        let mut reader = serde_json::Deserializer::from_str(text);
        let mut count = 0;
        let fields = Fields { wanted: Some(&self.root), count: &mut count, row };
        let read = fields.deserialize(&mut reader).and_then(|()| if is_whole { reader.end() } else { Ok(()) });
        if read.is_err() {
            for slot in &self.slots {
                row[*slot] = Value::Null;
            }
        }
        read.is_ok()
    }
}

/// Reads one value: fields inside it count, and go into the row where they are wanted.
struct Fields<'a, 'e> {
    wanted: Option<&'a Wanted>,
    count: &'a mut usize,
    row: &'a mut [Value<'e>],
}

impl<'e> Fields<'_, 'e> {
    fn found<E>(self, value: Value<'e>) -> Result<(), E> {
        *self.count += 1;
        if *self.count <= MOST_FIELDS
            && let Some(slot) = self.wanted.and_then(|wanted| wanted.slot)
        {
            self.row[slot] = value;
        }
        Ok(())
    }

    fn inside<'b>(&'b mut self, name: &str) -> Fields<'b, 'e> {
        Fields {
            wanted: self.wanted.and_then(|wanted| wanted.inside(name)),
            count: &mut *self.count,
            row: &mut *self.row,
        }
    }
}

impl<'e> DeserializeSeed<'e> for Fields<'_, 'e> {
    type Value = ();

    fn deserialize<D: Deserializer<'e>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'e> Visitor<'e> for Fields<'_, 'e> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'e>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(name)) = map.next_key()? {
            if *self.count >= MOST_FIELDS {
                map.next_value::<IgnoredAny>()?;
            } else {
                map.next_value_seed(self.inside(&name))?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'e>>(mut self, mut seq: A) -> Result<(), A::Error> {
        for index in 0_usize.. {
            let is_wanted = self.wanted.is_some_and(|wanted| !wanted.members.is_empty());
            let inside = if is_wanted {
                self.inside(&index.to_string())
            } else {
                Fields { wanted: None, count: &mut *self.count, row: &mut *self.row }
            };
            if seq.next_element_seed(inside)?.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A member that is null is a field that is missing.
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.found(Value::Flag(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.found(Value::Whole(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.found(i64::try_from(value).map_or(Value::Given(value as f64), Value::Whole))
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.found(Value::Given(value))
    }

    fn visit_borrowed_str<E>(self, value: &'e str) -> Result<(), E> {
        self.found(Value::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        // Where the text had escapes; it is copied only for somebody who wants it.
        let value = if self.wanted.is_some() { Value::owned(value) } else { Value::Null };
        self.found(value)
    }
}

/// A member's name, borrowed where it has no escapes.
struct Key<'e>(Cow<'e, str>);

impl<'e> Deserialize<'e> for Key<'e> {
    fn deserialize<D: Deserializer<'e>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'e> Visitor<'e> for KeyVisitor {
            type Value = Key<'e>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member's name")
            }

            fn visit_borrowed_str<E>(self, name: &'e str) -> Result<Key<'e>, E> {
                Ok(Key(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Key<'e>, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}
