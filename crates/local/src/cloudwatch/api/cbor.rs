//! JSON values as CBOR (RFC 8949), in the form that AWS's protocol rpc-v2-cbor asks for: timestamps are tagged epoch
//! seconds, bytes are no text, and a value's kind follows from its member, since a reader of a double accepts no integer.

use aws_smithy_types::base64;
use minicbor::{
    Decoder, Encoder,
    data::{IanaTag, Tag, Type},
    decode::Error as Unreadable,
    encode::Error as Unwritable,
};
use serde_json::{Map, Number, Value};

use super::members::{Kind, kind};

/// How deep lists and maps may lie in each other; CloudWatch's deepest request has six.
const MAX_DEPTH: usize = 32;

/// Why bytes are not what a request holds.
#[derive(Debug, thiserror::Error)]
pub(super) enum CborError {
    /// They are no CBOR, or end too early.
    #[error("the body is not CBOR: {0}")]
    Malformed(#[from] Unreadable),
    /// There is something that no member of a request is.
    #[error("the body holds {0}, which no member of a request is")]
    Unexpected(String),
    /// A number that is none.
    #[error("{0} is not a number that a request can hold")]
    Number(f64),
    /// Lists in lists in lists.
    #[error("the body is nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// More than one value.
    #[error("{0} bytes follow the body's end")]
    Trailing(usize),
}

/// Reads a body; timestamps become epoch seconds. An empty one is an empty map.
pub(super) fn decode(bytes: &[u8]) -> Result<Value, CborError> {
    if bytes.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let mut decoder = Decoder::new(bytes);
    let value = value(&mut decoder, 0)?;
    match bytes.len() - decoder.position() {
        0 => Ok(value),
        more => Err(CborError::Trailing(more)),
    }
}

fn value(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, CborError> {
    if depth > MAX_DEPTH {
        return Err(CborError::TooDeep);
    }
    Ok(match decoder.datatype()? {
        Type::Bool => Value::Bool(decoder.bool()?),
        Type::Null | Type::Undefined => {
            decoder.skip()?;
            Value::Null
        }
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => decoder.u64()?.into(),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 => decoder.i64()?.into(),
        Type::F16 => number(f64::from(decoder.f16()?))?,
        Type::F32 => number(f64::from(decoder.f32()?))?,
        Type::F64 => number(decoder.f64()?)?,
        Type::String | Type::StringIndef => Value::String(text(decoder)?),
        Type::Array | Type::ArrayIndef => {
            let length = decoder.array()?;
            let mut list = Vec::new();
            while more(decoder, length, list.len())? {
                list.push(value(decoder, depth + 1)?);
            }
            Value::Array(list)
        }
        Type::Map | Type::MapIndef => {
            let length = decoder.map()?;
            let mut map = Map::new();
            let mut pairs = 0;
            while more(decoder, length, pairs)? {
                let name = text(decoder)?;
                map.insert(name, value(decoder, depth + 1)?);
                pairs += 1;
            }
            Value::Object(map)
        }
        Type::Tag => {
            let tag = decoder.tag()?;
            if tag != Tag::from(IanaTag::Timestamp) {
                return Err(CborError::Unexpected(format!("a value with tag {}", tag.as_u64())));
            }
            match value(decoder, depth + 1)? {
                Value::Number(seconds) => Value::Number(seconds),
                other => return Err(CborError::Unexpected(format!("the timestamp {other}"))),
            }
        }
        other => return Err(CborError::Unexpected(format!("a value of type {other}"))),
    })
}

/// Whether another element follows; takes the break that ends a list or map of untold length.
fn more(decoder: &mut Decoder<'_>, length: Option<u64>, read: usize) -> Result<bool, CborError> {
    match length {
        Some(length) => Ok((read as u64) < length),
        None if decoder.datatype()? == Type::Break => {
            decoder.skip()?;
            Ok(false)
        }
        None => Ok(true),
    }
}

fn text(decoder: &mut Decoder<'_>) -> Result<String, CborError> {
    match decoder.datatype()? {
        Type::String => Ok(decoder.str()?.to_owned()),
        Type::StringIndef => Ok(decoder.str_iter()?.collect::<Result<String, _>>()?),
        other => Err(CborError::Unexpected(format!("a name of type {other}"))),
    }
}

fn number(number: f64) -> Result<Value, CborError> {
    Number::from_f64(number).map(Value::Number).ok_or(CborError::Number(number))
}

/// Writes an answer.
pub(super) fn encode(value: &Value) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(&mut encoder, value, Kind::Other).expect("writing to memory cannot fail");
    encoder.into_writer()
}

type Written = Result<(), Unwritable<std::convert::Infallible>>;

fn write(encoder: &mut Encoder<Vec<u8>>, value: &Value, kind_here: Kind) -> Written {
    match value {
        Value::Null => encoder.null()?,
        Value::Bool(flag) => encoder.bool(*flag)?,
        Value::String(text) => match (kind_here, base64::decode(text)) {
            (Kind::Blob, Ok(bytes)) => encoder.bytes(&bytes)?,
            _ => encoder.str(text)?,
        },
        Value::Number(number) => return write_number(encoder, number, kind_here),
        Value::Array(list) => {
            encoder.array(list.len() as u64)?;
            return list.iter().try_for_each(|value| write(encoder, value, kind_here));
        }
        Value::Object(map) => {
            encoder.map(map.len() as u64)?;
            return map.iter().try_for_each(|(name, value)| {
                encoder.str(name)?;
                // Statistics by name, such as `p99`, are of the kind of the map that holds them.
                let kind = if kind_here == Kind::Other { kind(name) } else { kind_here };
                write(encoder, value, kind)
            });
        }
    };
    Ok(())
}

fn write_number(encoder: &mut Encoder<Vec<u8>>, number: &Number, kind: Kind) -> Written {
    let double = || number.as_f64().expect("a JSON number is finite");
    match (kind, number.as_i64()) {
        (Kind::Timestamp, _) => encoder.tag(IanaTag::Timestamp)?.f64(double())?,
        (Kind::Other | Kind::Blob, Some(whole)) => encoder.i64(whole)?,
        (Kind::Other | Kind::Blob | Kind::Double, _) => encoder.f64(double())?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_filter("JSON has no other numbers", |n| n.is_finite()).prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::btree_map("[a-z]{0,8}", inner, 0..8)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in any_value()) {
            prop_assert_eq!(decode(&encode(&value)).expect("it is CBOR"), value);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }
    }

    #[test]
    fn members_have_the_kind_that_a_client_reads() {
        let answer = json!({"Period": 60, "Threshold": 5, "Timestamps": [1_767_225_600], "Values": [1, 2.5]});
        let bytes = encode(&answer);
        let mut decoder = Decoder::new(&bytes);
        decoder.map().expect("a map");
        let mut next = || decoder.str().expect("a name").to_owned();
        // serde_json keeps members by name: Period, Threshold, Timestamps, Values.
        assert_eq!(next(), "Period");
        assert_eq!(decoder.u8().expect("a small integer"), 60);
        assert_eq!(decoder.str().expect("a name"), "Threshold");
        assert_eq!(decoder.f64().expect("a double"), 5.0);
        assert_eq!(decoder.str().expect("a name"), "Timestamps");
        decoder.array().expect("a list");
        assert_eq!(decoder.tag().expect("a tag").as_u64(), 1);
        assert_eq!(decoder.f64().expect("a double"), 1_767_225_600.0);
    }

    #[test]
    fn a_picture_is_written_as_its_bytes() {
        let bytes = encode(&json!({"MetricWidgetImage": "iVBORw=="}));
        let mut decoder = Decoder::new(&bytes);
        decoder.map().expect("a map");
        assert_eq!(decoder.str().expect("a name"), "MetricWidgetImage");
        assert_eq!(decoder.bytes().expect("bytes"), b"\x89PNG");
    }

    #[test]
    fn lengths_need_not_be_told() {
        let mut encoder = Encoder::new(Vec::new());
        let written = encoder.begin_map().and_then(|e| e.str("a")?.begin_array()?.u8(1)?.i8(-2)?.end()?.end());
        assert!(written.is_ok());
        assert_eq!(decode(&encoder.into_writer()).expect("CBOR"), json!({"a": [1, -2]}));
        assert_eq!(decode(&[]).expect("no body"), json!({}));
    }

    #[test]
    fn a_timestamp_is_a_number_of_seconds() {
        let mut encoder = Encoder::new(Vec::new());
        encoder.map(1).and_then(|e| e.str("Timestamp")?.tag(IanaTag::Timestamp)?.u32(1_767_225_600)).expect("written");
        assert_eq!(decode(&encoder.into_writer()).expect("CBOR"), json!({"Timestamp": 1_767_225_600}));
    }

    #[test]
    fn what_no_request_holds_is_refused() {
        let refused = |bytes: &[u8]| decode(bytes).expect_err("refused").to_string();
        assert!(refused(&[0xa1]).starts_with("the body is not CBOR"));
        assert!(refused(&[0xa0, 0x00]).contains("1 bytes follow"));
        assert!(refused(&[0x41, 0x00]).contains("a value of type bytes"));
        assert!(refused(&[0xf9, 0x7e, 0x00]).contains("NaN"));
        assert!(refused(&[0xc2, 0x41, 0x00]).contains("tag 2"));
        assert!(refused(&[0xa1, 0x01, 0x02]).contains("a name of type"));
        assert!(refused(&[0x81; 100]).contains("32 levels"));
    }
}
