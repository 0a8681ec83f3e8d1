//! The members of a call's input.

use serde_json::{Map, Value};

use super::ApiError;

/// An object of the input, with its place for errors.
pub(crate) struct Input<'a> {
    place: String,
    members: &'a Map<String, Value>,
}

impl<'a> Input<'a> {
    /// The input of a call, whose members must be among `known`.
    pub(crate) fn of_call(input: &'a Value, known: &[&str]) -> Result<Self, ApiError> {
        Self::new(String::new(), input, known)
    }

    fn new(place: String, value: &'a Value, known: &[&str]) -> Result<Self, ApiError> {
        let Value::Object(members) = value else {
            let what = if place.is_empty() { "the input" } else { &place };
            return Err(ApiError::value(format!("{what} is no object")));
        };
        let input = Self { place, members };
        match members.keys().find(|name| !known.contains(&name.as_str()) && !members[*name].is_null()) {
            Some(unknown) => {
                Err(ApiError::value(format!("{} is not supported; known are {}", input.at(unknown), known.join(", "))))
            }
            None => Ok(input),
        }
    }

    /// The full name of a member, such as `MetricData[2].Value`.
    pub(crate) fn at(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_owned() } else { format!("{}.{name}", self.place) }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The member as `read` makes it; an error says that it is not `what`.
    fn read<T>(
        &self,
        name: &str,
        what: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| ApiError::value(format!("{} is no {what}", self.at(name))))
    }

    /// The member, or that it is missing.
    pub(crate) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, ApiError> {
        value.ok_or_else(|| ApiError::missing(format!("{} is missing", self.at(name))))
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&'a str>, ApiError> {
        self.read(name, "text", Value::as_str)
    }

    pub(crate) fn required_text(&self, name: &str) -> Result<&'a str, ApiError> {
        self.required(name, self.text(name)?)
    }

    /// A text that `T` reads.
    pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|error| ApiError::value(format!("{}: {error}", self.at(name))))
    }

    /// One of several texts.
    pub(crate) fn one_of<T: Copy>(
        &self,
        name: &str,
        all: &[T],
        spelled: impl Fn(T) -> &'static str,
    ) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let found = all.iter().copied().find(|one| spelled(*one) == text);
        found.map(Some).ok_or_else(|| {
            let all: Vec<_> = all.iter().map(|one| spelled(*one)).collect();
            ApiError::value(format!("{} is `{text}`, which must be one of {}", self.at(name), all.join(", ")))
        })
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        self.read(name, "true or false", Value::as_bool)
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, ApiError> {
        self.read(name, "number", Value::as_f64)
    }

    /// A whole number within bounds.
    pub(crate) fn whole(&self, name: &str, least: u32, most: u32) -> Result<Option<u32>, ApiError> {
        let what = format!("whole number from {least} to {most}");
        let whole = |value: &Value| {
            let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
            (f64::from(least)..=f64::from(most)).contains(&number).then_some(number as u32)
        };
        self.read(name, &what, whole)
    }

    /// A time in epoch seconds; what is less than a second is cut off.
    pub(crate) fn time(&self, name: &str) -> Result<Option<i64>, ApiError> {
        const FARTHEST: f64 = 253_402_300_799.0;
        let seconds = |value: &Value| value.as_f64().filter(|at| at.abs() <= FARTHEST).map(|at| at.floor() as i64);
        self.read(name, "time in seconds since the Unix epoch", seconds)
    }

    pub(crate) fn required_time(&self, name: &str) -> Result<i64, ApiError> {
        self.required(name, self.time(name)?)
    }

    /// A list whose elements `read` makes; nothing where it is not given.
    fn list<T>(
        &self,
        name: &str,
        what: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<Vec<T>>, ApiError> {
        let Some(values) = self.read(name, "list", Value::as_array)? else { return Ok(None) };
        let element = |(index, value)| {
            read(value).ok_or_else(|| ApiError::value(format!("{}[{index}] is no {what}", self.at(name))))
        };
        values.iter().enumerate().map(element).collect::<Result<_, _>>().map(Some)
    }

    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<&'a str>>, ApiError> {
        self.list(name, "text", Value::as_str)
    }

    pub(crate) fn numbers(&self, name: &str) -> Result<Option<Vec<f64>>, ApiError> {
        self.list(name, "number", Value::as_f64)
    }

    /// A list of objects with members among `known`; an empty one where it is not given.
    pub(crate) fn objects(&self, name: &str, known: &[&str]) -> Result<Vec<Input<'a>>, ApiError> {
        let values = self.list(name, "object", Some)?.unwrap_or_default();
        let object = |(index, value)| Input::new(format!("{}[{index}]", self.at(name)), value, known);
        values.into_iter().enumerate().map(object).collect()
    }

    /// An object with members among `known`.
    pub(crate) fn object(&self, name: &str, known: &[&str]) -> Result<Option<Input<'a>>, ApiError> {
        self.get(name).map(|value| Input::new(self.at(name), value, known)).transpose()
    }

    /// A whole page's place: `MaxRecords` up to `most`, and `NextToken`.
    pub(crate) fn page(&self, most: u32) -> Result<super::paging::Page, ApiError> {
        let size = self.whole("MaxRecords", 1, most)?.unwrap_or(most) as usize;
        super::paging::Page::new(self.text("NextToken")?, size)
    }
}
