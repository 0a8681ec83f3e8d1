//! The orders of the columns that a file's footer states.
//!
//! The `parquet` crate states IEEE 754's total order for binary numbers, and no property of it changes that. Polars
//! refuses files with an order that it does not know, and Arrow leaves their statistics aside. The order that a type
//! has by its definition is as old as the statistics themselves, and ours fulfil what it demands: no end of a range is
//! NaN, since no number of the engine is, and where one is zero, the range holds both zeros (see [`super::statistics`]).

use parquet::errors::ParquetError;

/// A column's order in the footer, which is Thrift's compact protocol: a union's field, an empty struct, the end of the
/// union. The field's number is in the upper half of the first byte.
const TYPE_DEFINED: [u8; 3] = [0x1c, 0, 0];
const IEEE_754_TOTAL: [u8; 3] = [0x2c, 0, 0];

/// What follows the orders: the end of the footer's struct, the struct's length, and `PAR1`.
const AFTER_ORDERS: usize = 1 + 4 + 4;

/// Gives all columns the order that their type defines. `file_end` are a file's last bytes, the whole footer among them.
pub(super) fn set_type_defined_orders(file_end: &mut [u8], columns: usize) -> Result<(), ParquetError> {
    for order in orders(file_end, columns).ok_or_else(unexpected)?.chunks_exact_mut(TYPE_DEFINED.len()) {
        if order != TYPE_DEFINED && order != IEEE_754_TOTAL {
            return Err(unexpected());
        }
        order.copy_from_slice(&TYPE_DEFINED);
    }
    Ok(())
}

/// The bytes of the orders, which are the footer's last field. `None` where the bytes are others.
fn orders(file_end: &mut [u8], columns: usize) -> Option<&mut [u8]> {
    let end = file_end.len().checked_sub(AFTER_ORDERS)?;
    let (orders_end, after) = file_end.split_at_mut(end);
    let is_end = after.starts_with(&[0]) && after.ends_with(b"PAR1");
    let start = orders_end.len().checked_sub(columns * TYPE_DEFINED.len())?;
    let (before, orders) = orders_end.split_at_mut(start);
    (is_end && before.ends_with(&list_header(columns))).then_some(orders)
}

/// How a list of structs begins that is the field after a struct's last: the field's type, then the element's type and
/// the number of elements.
fn list_header(elements: usize) -> Vec<u8> {
    const LIST_IN_NEXT_FIELD: u8 = 0x19;
    const STRUCTS: u8 = 0x0c;
    if elements < 15 {
        return vec![LIST_IN_NEXT_FIELD, (elements as u8) << 4 | STRUCTS];
    }
    let mut header = vec![LIST_IN_NEXT_FIELD, 0xf0 | STRUCTS];
    let mut rest = elements;
    while rest >= 0x80 {
        header.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    header.push(rest as u8);
    header
}

fn unexpected() -> ParquetError {
    let hint = "compare parquet/footer.rs with what this version of the parquet crate writes";
    ParquetError::General(format!("the file's footer does not end with the orders of its columns; {hint}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_schema::{DataType, Field, Schema};
    use bytes::Bytes;
    use parquet::{
        basic::ColumnOrder,
        file::{reader::FileReader as _, serialized_reader::SerializedFileReader},
    };

    use super::{super::Writer, *};

    fn file(types: &[DataType]) -> Vec<u8> {
        let fields = types.iter().enumerate().map(|(at, kind)| Field::new(format!("c{at}"), kind.clone(), true));
        let writer = Writer::new(&Arc::new(Schema::new(fields.collect::<Vec<_>>()))).expect("a writer");
        writer.finish(&mut []).expect("a file")
    }

    #[test]
    fn every_column_has_the_order_of_its_type() {
        for columns in [1, 2, 14, 15, 16, 127, 128, 1000] {
            let types: Vec<_> =
                [DataType::Float64, DataType::Utf8, DataType::Int64].into_iter().cycle().take(columns).collect();
            let reader = SerializedFileReader::new(Bytes::from(file(&types))).expect("a Parquet file");
            let metadata = reader.metadata().file_metadata();
            let orders = metadata.column_orders().expect("orders");
            assert_eq!(orders.len(), columns);
            let is_defined = |order: &ColumnOrder| matches!(order, ColumnOrder::TYPE_DEFINED_ORDER(_));
            assert!(orders.iter().all(is_defined), "{columns} columns: {orders:?}");
        }
    }

    #[test]
    fn other_bytes_are_left_alone() {
        let whole = file(&[DataType::Float64, DataType::Float64]);
        let refused = |mut bytes: Vec<u8>, columns| {
            let before = bytes.clone();
            assert!(set_type_defined_orders(&mut bytes, columns).is_err());
            assert_eq!(bytes, before);
        };
        for columns in [0, 1, 3, 1000] {
            refused(whole.clone(), columns);
        }
        refused(whole[..whole.len() - 1].to_vec(), 2);
        refused(whole[whole.len() - AFTER_ORDERS - 6..].to_vec(), 2);
        let mut other_order = whole;
        let first = other_order.len() - AFTER_ORDERS - 6;
        other_order[first] = 0x3c;
        refused(other_order, 2);
    }
}
