//! Values that the contract lists, as values of a column.

use atalaya_contract::{DateTimePattern, Literal, LiteralKind};

use super::{Boolean, Kind, Read, Target, Temporal, float, temporal::Days};
use crate::{
    keys::{scalar_part, text_part},
    parquet::Scalar,
};

/// A literal as the column's cells are compared, in 128 bits: numbers by the dialect's marks, dates and times by the
/// column's format or ISO 8601, texts as the author wrote them. `None` where no cell of the column can have the value.
pub(crate) fn literal_part(kind: &Kind, literal: &Literal) -> Option<u128> {
    let text = literal.text.as_bytes();
    if let Kind::Text(_) = kind {
        return Some(text_part(text));
    }
    let value = match (kind, literal.kind) {
        (Kind::Integer(_), LiteralKind::Number(number)) => Scalar::I64(i64::try_from(number.rescale(0)?).ok()?),
        (Kind::Float(_), LiteralKind::Number(number)) => Scalar::F64(float::parse(number.to_string().as_bytes())?),
        (Kind::Float(_), LiteralKind::LongNumber) => Scalar::F64(float::parse(text)?),
        (Kind::FixedPoint(kind), LiteralKind::Number(number)) => {
            let mantissa = number.rescale(u32::from(kind.format().scale))?;
            kind.holds(mantissa).then_some(Scalar::I128(mantissa))?
        }
        (Kind::Boolean(_), LiteralKind::Boolean(flag)) => Scalar::Bool(flag),
        (Kind::Boolean(_), LiteralKind::Text) => Scalar::Bool(Boolean.read(text)?.0),
        (Kind::Integer(_) | Kind::Float(_) | Kind::FixedPoint(_), LiteralKind::Text) => kind.scalar(text)?.0,
        (Kind::Date(temporal) | Kind::Time(temporal) | Kind::Timestamp(temporal), _) => {
            kind.scalar(text).map(|(value, _)| value).or_else(|| in_iso(temporal, text))?
        }
        _ => return None,
    };
    Some(scalar_part(value))
}

/// A day or a time in ISO 8601, as bounds are written.
fn in_iso(column: &Temporal, text: &[u8]) -> Option<Scalar> {
    let formats = match column.target {
        Target::Date => vec![DateTimePattern::iso_date()],
        Target::Time => vec![DateTimePattern::iso_time()],
        Target::Timestamp if column.has_zone() => {
            vec![DateTimePattern::iso_timestamp(true), DateTimePattern::iso_timestamp(false)]
        }
        Target::Timestamp => vec![DateTimePattern::iso_timestamp(false)],
    };
    formats.into_iter().find_map(|format| {
        let iso = column.with_format(format);
        match column.target {
            Target::Date => Days(&iso).read(text).map(|(value, _)| Scalar::I32(value)),
            Target::Time | Target::Timestamp => iso.read(text).map(|(value, _)| Scalar::I64(value)),
        }
    })
}
