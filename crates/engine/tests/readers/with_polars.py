"""Compares a Parquet file, as the version of Polars on PYTHONPATH reads it, with the rows it was made from.

Usage: with_polars.py CSV PARQUET
Polars shows no statistics, but leaves row groups out by them where a query has a condition.
"""

import decimal
import os
import sys

import polars

import table


def plain(series):
    """The values as `table` has them."""
    if series.dtype == polars.Time:
        return (series.cast(polars.Int64) // 1000).to_list()
    if series.dtype == polars.Date or series.dtype.base_type() == polars.Datetime:
        return series.to_physical().to_list()
    return series.to_list()


def literal(value, kind):
    if kind == polars.Time:
        value *= 1000
    return polars.lit(value) if isinstance(value, decimal.Decimal) else polars.lit(value).cast(kind)


def scan(path, kind):
    """Polars 1 takes microseconds for nanoseconds where it compares times before it reads the other columns, also in
    files that pyarrow wrote; Polars 2 does not."""
    is_wrong = kind == polars.Time and polars.__version__.startswith("1.")
    return polars.scan_parquet(path, parallel="columns" if is_wrong else "auto")


def compare_conditions(comparison, column, path, kind):
    field = polars.col(column.name)
    conditions = [("is null", field.is_null(), len(column.values) - len(column.sorted))]
    for operator, value, wanted in column.conditions():
        value_of = literal(value, kind)
        condition = {"=": field == value_of, "<": field < value_of, ">": field > value_of}[operator]
        conditions.append((f"{operator} {value!r}", condition, wanted))
    for what, condition, wanted in conditions:
        found = scan(path, kind).filter(condition).collect().height
        comparison.equal(f"{column.name} {what}", found, wanted)


def main():
    source, path = sys.argv[1:]
    comparison = table.Comparison(f"polars {polars.__version__}")
    comparison.equal("version", polars.__version__, os.path.basename(os.environ["PYTHONPATH"]))
    columns = table.read(source)
    frame = polars.read_parquet(path)
    comparison.equal("columns", frame.columns, [column.name for column in columns])
    for column in columns:
        kind = frame.schema[column.name]
        comparison.equal(f"{column.name}: type", repr(kind), column.polars)
        comparison.values(column, plain(frame[column.name]))
        compare_conditions(comparison, column, path, kind)
    comparison.end()


main()
