//! The vocabulary of the tables: fields, mappings and the shapes of values.

use atalaya_document::Node;

use super::Edition;

/// What a value must look like.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// Anything.
    Any,
    /// Anything but a list or a mapping.
    Scalar,
    Text,
    /// Text or a mapping.
    TextOrTable,
    Flag,
    /// A whole number.
    Whole,
    /// A port of a network: a whole number; since v3.2.0 also text, for a variable that stands for one.
    Port,
    /// A whole number that is not negative.
    Count,
    /// A whole number above zero.
    AtLeastOne,
    Number,
    /// A number above zero.
    Positive,
    /// An identifier that references name, in the letters that the edition allows.
    Id,
    /// The name of an edition that is read.
    ApiVersion,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// One of these texts, each from an edition on.
    OneOfSince(&'static [(&'static str, Edition)]),
    /// One of the server types of the edition.
    ServerType,
    /// Text that begins so.
    Prefix(&'static str),
    /// Two different numbers.
    Range,
    /// At least one text, each once.
    Names,
    /// A list of texts.
    Texts,
    /// Any mapping.
    Table,
    /// `object.property`, a path of ids, or a list of them.
    Reference,
    /// A list of anything.
    List,
    Record(&'static Record),
    Records(&'static Record),
    /// At least one mapping, each once.
    DistinctRecords(&'static Record),
    /// Text, or a mapping that says more than it.
    TextOrRecord(&'static Record),
    /// A mapping of the first kind, or a list of the second.
    RecordOrList(&'static Record, &'static Record),
}

/// A field of a mapping.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
    pub(super) since: Edition,
    pub(super) until: Edition,
}

impl Field {
    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The first edition that has the field in this form.
    pub(super) const fn since(mut self, edition: Edition) -> Self {
        self.since = edition;
        self
    }

    /// The last edition that has the field in this form.
    pub(super) const fn until(mut self, edition: Edition) -> Self {
        self.until = edition;
        self
    }

    pub(super) fn is_in(&self, edition: Edition) -> bool {
        (self.since..=self.until).contains(&edition)
    }
}

/// A field of every edition that may be left out.
pub(super) const fn field(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, required: false, since: Edition::V300, until: Edition::NEWEST }
}

/// A text field of every edition that may be left out: the most frequent kind.
pub(super) const fn text(name: &'static str) -> Field {
    field(name, Shape::Text)
}

/// The groups of fields that a mapping has because of what it holds; none where what it holds is unknown, so that nothing
/// can be said of its other fields.
pub(super) type More = fn(&Node, Edition) -> Option<Vec<&'static [Field]>>;

/// A condition on a whole mapping: the message and the hint when it does not hold.
pub(super) type Rule = fn(&Node, Edition) -> Option<(String, String)>;

/// A mapping with known fields.
pub(super) struct Record {
    /// What it is, with its article, for messages.
    pub(super) noun: &'static str,
    pub(super) groups: &'static [&'static [Field]],
    /// Whether further keys are allowed.
    pub(super) openness: Openness,
    /// Fields that depend on what the mapping holds.
    pub(super) more: Option<More>,
    /// What fields alone cannot say.
    pub(super) rule: Option<Rule>,
}

impl Record {
    /// A mapping whose fields depend on nothing but the edition.
    pub(super) const fn plain(noun: &'static str, groups: &'static [&'static [Field]], openness: Openness) -> Self {
        Self { noun, groups, openness, more: None, rule: None }
    }
}

/// Whether keys beyond the known ones are allowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Openness {
    /// In no edition.
    Closed,
    /// In v3.0.x only.
    ClosedSince310,
    /// In every edition.
    Open,
}

impl Openness {
    pub(super) fn is_open(self, edition: Edition) -> bool {
        match self {
            Self::Closed => false,
            Self::ClosedSince310 => edition < Edition::V310,
            Self::Open => true,
        }
    }
}
