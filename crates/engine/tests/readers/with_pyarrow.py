"""Compares a Parquet file, as pyarrow reads it, with the rows it was made from.

Usage: with_pyarrow.py CSV PARQUET
"""

import decimal
import sys

import pyarrow
import pyarrow.compute as compute
import pyarrow.parquet as parquet
import pyarrow.types as types

import table


def plain(array):
    """The values as `table` has them."""
    if types.is_date32(array.type):
        array = array.cast(pyarrow.int32())
    elif types.is_time64(array.type) or types.is_timestamp(array.type):
        array = array.cast(pyarrow.int64())
    return array.to_pylist()


def end(value, kind):
    """An end of a range as it is stored, as `table` has it."""
    if types.is_string(kind):
        return value.decode()
    if types.is_decimal(kind):
        whole = int.from_bytes(value, "big", signed=True) if isinstance(value, bytes) else value
        # Digits as they are: arithmetic would round to the context's precision.
        return decimal.Decimal(f"{whole}E-{kind.scale}")
    return value


def compare_statistics(comparison, column, index, file):
    start, kind = 0, file.schema_arrow.field(column.name).type
    for number in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(number)
        least, greatest, nulls = column.ends(start, group.num_rows)
        start += group.num_rows
        what = f"{column.name}: row group {number}"
        found = group.column(index).statistics
        comparison.equal(f"{what}: statistics", found is not None, True)
        if found is None:
            continue
        comparison.equal(f"{what}: nulls", (found.has_null_count, found.null_count), (True, nulls))
        comparison.equal(f"{what}: distinct values", found.has_distinct_count, False)
        comparison.equal(f"{what}: range", found.has_min_max, least is not None)
        if found.has_min_max and least is not None:
            comparison.equal(f"{what}: least", end(found.min_raw, kind), least)
            comparison.equal(f"{what}: greatest", end(found.max_raw, kind), greatest)


def compare_conditions(comparison, column, path, kind):
    field = compute.field(column.name)
    for operator, value, wanted in column.conditions():
        value_of = pyarrow.scalar(value, kind)
        condition = {"=": field == value_of, "<": field < value_of, ">": field > value_of}[operator]
        found = parquet.read_table(path, columns=[column.name], filters=condition).num_rows
        comparison.equal(f"{column.name} {operator} {value!r}", found, wanted)
    found = parquet.read_table(path, columns=[column.name], filters=field.is_null()).num_rows
    comparison.equal(f"{column.name} is null", found, len(column.values) - len(column.sorted))


def main():
    source, path = sys.argv[1:]
    comparison = table.Comparison(f"pyarrow {pyarrow.__version__}")
    file = parquet.ParquetFile(path)
    columns = table.read(source)
    comparison.equal("columns", file.schema_arrow.names, [column.name for column in columns])
    for index, column in enumerate(columns):
        kind = file.schema_arrow.field(column.name).type
        comparison.equal(f"{column.name}: type", str(kind), column.arrow)
        comparison.values(column, plain(file.read(columns=[column.name])[column.name]))
        compare_statistics(comparison, column, index, file)
        compare_conditions(comparison, column, path, kind)
    comparison.end()


main()
