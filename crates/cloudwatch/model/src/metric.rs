//! What a metric is: a namespace, a name and one exact set of dimensions.

use std::{collections::BTreeMap, fmt, str::FromStr};

/// The identity of a metric. Two sets of dimensions make two unrelated metrics; nothing is summed across them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricId {
    /// Its namespace, such as `AWS/Lambda`.
    pub namespace: String,
    /// Its name, such as `Errors`.
    pub name: String,
    /// Names and values of its dimensions; their order means nothing.
    pub dimensions: BTreeMap<String, String>,
}

impl MetricId {
    /// A metric by its namespace, name and dimensions.
    #[must_use]
    pub fn new<N: Into<String>, V: Into<String>>(
        namespace: impl Into<String>,
        name: impl Into<String>,
        dimensions: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let dimensions = dimensions.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { namespace: namespace.into(), name: name.into(), dimensions }
    }

    /// A metric without dimensions.
    #[must_use]
    pub fn total(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into(), dimensions: BTreeMap::new() }
    }
}

impl fmt::Display for MetricId {
    /// `AWS/Lambda Errors {FunctionName=orders}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.namespace, self.name)?;
        if self.dimensions.is_empty() {
            return Ok(());
        }
        let pairs: Vec<_> = self.dimensions.iter().map(|(name, value)| format!("{name}={value}")).collect();
        write!(f, " {{{}}}", pairs.join(", "))
    }
}

macro_rules! units {
    ($($name:ident $text:literal,)*) => {
        /// Unit of a metric's values. No unit is ever converted into another.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub enum Unit {
            $(#[doc = concat!("`", $text, "`.")] $name,)*
            /// `None`: no unit was told.
            #[default]
            None,
        }

        impl Unit {
            /// Every unit.
            pub const ALL: &'static [Self] = &[$(Self::$name,)* Self::None];

            /// The unit as CloudWatch spells it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::None => "None",
                }
            }
        }
    };
}

units! {
    Seconds "Seconds", Microseconds "Microseconds", Milliseconds "Milliseconds",
    Bytes "Bytes", Kilobytes "Kilobytes", Megabytes "Megabytes", Gigabytes "Gigabytes", Terabytes "Terabytes",
    Bits "Bits", Kilobits "Kilobits", Megabits "Megabits", Gigabits "Gigabits", Terabits "Terabits",
    Percent "Percent", Count "Count",
    BytesPerSecond "Bytes/Second", KilobytesPerSecond "Kilobytes/Second", MegabytesPerSecond "Megabytes/Second",
    GigabytesPerSecond "Gigabytes/Second", TerabytesPerSecond "Terabytes/Second",
    BitsPerSecond "Bits/Second", KilobitsPerSecond "Kilobits/Second", MegabitsPerSecond "Megabits/Second",
    GigabitsPerSecond "Gigabits/Second", TerabitsPerSecond "Terabits/Second", CountPerSecond "Count/Second",
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no unit of CloudWatch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no unit of CloudWatch; units are spelled as in `Count`, `Milliseconds`, `Bytes/Second`")]
pub struct UnknownUnit(pub String);

impl FromStr for Unit {
    type Err = UnknownUnit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|unit| unit.as_str() == text).ok_or_else(|| UnknownUnit(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_read_back() {
        assert_eq!(Unit::ALL.len(), 27);
        for unit in Unit::ALL {
            assert_eq!(unit.as_str().parse(), Ok(*unit));
        }
        assert!("count".parse::<Unit>().is_err(), "units are case-sensitive");
    }

    #[test]
    fn the_order_of_dimensions_means_nothing() {
        let one = MetricId::new("A", "m", [("x", "1"), ("y", "2")]);
        let other = MetricId::new("A", "m", [("y", "2"), ("x", "1")]);
        assert_eq!(one, other);
        assert_ne!(one, MetricId::new("A", "m", [("x", "1")]));
        assert_eq!(one.to_string(), "A m {x=1, y=2}");
        assert_eq!(MetricId::total("A", "m").to_string(), "A m");
    }
}
