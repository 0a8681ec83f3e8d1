"""Compares a Parquet file, as DuckDB reads it, with the rows it was made from.

Usage: with_duckdb.py CSV PARQUET
"""

import sys

import duckdb

import table


def plain(kind, value):
    """SQL for a value as `table` has it."""
    if kind == "DATE":
        return f"({value} - DATE '1970-01-01')"
    if kind.endswith("_NS"):
        return f"epoch_ns({value}::TIMESTAMP_NS)"
    if kind.startswith("TIME"):
        return f"epoch_us({value})"
    return value


STATISTICS = """
    SELECT row_group_num_rows, stats_null_count, stats_distinct_count, {least}, {greatest}
    FROM parquet_metadata(?) WHERE path_in_schema = ? ORDER BY row_group_id
"""


def compare_statistics(comparison, column, connection, path):
    ends = [plain(column.duckdb, f"CAST(stats_{end}_value AS {column.duckdb})") for end in ("min", "max")]
    query = STATISTICS.format(least=ends[0], greatest=ends[1])
    start = 0
    for number, found in enumerate(connection.execute(query, [path, column.name]).fetchall()):
        rows, nulls, distinct, *ends = found
        least, greatest, wanted = column.ends(start, rows)
        start += rows
        what = f"{column.name}: row group {number}"
        comparison.equal(f"{what}: nulls", nulls, wanted)
        comparison.equal(f"{what}: distinct values", distinct, None)
        comparison.equal(f"{what}: least", ends[0], least)
        comparison.equal(f"{what}: greatest", ends[1], greatest)


def compare_conditions(comparison, column, connection, path):
    count = f"SELECT count(*) FROM read_parquet(?) WHERE {column.name}"
    for operator, value, wanted in column.conditions():
        query = f"{count} {operator} CAST(? AS {column.duckdb})"
        found = connection.execute(query, [path, column.texts[value]]).fetchone()[0]
        comparison.equal(f"{column.name} {operator} {value!r}", found, wanted)
    found = connection.execute(f"{count} IS NULL", [path]).fetchone()[0]
    comparison.equal(f"{column.name} is null", found, len(column.values) - len(column.sorted))


def main():
    source, path = sys.argv[1:]
    comparison = table.Comparison(f"duckdb {duckdb.__version__}")
    connection = duckdb.connect()
    # Texts without an offset are points in time of the same zone everywhere.
    connection.execute("SET TimeZone = 'UTC'")
    described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
    kinds = {row[0]: row[1] for row in described}
    columns = table.read(source)
    comparison.equal("columns", list(kinds), [column.name for column in columns])
    for column in columns:
        comparison.equal(f"{column.name}: type", kinds[column.name], column.duckdb)
        query = f"SELECT {plain(column.duckdb, column.name)} FROM read_parquet(?)"
        comparison.values(column, [row[0] for row in connection.execute(query, [path]).fetchall()])
        compare_statistics(comparison, column, connection, path)
        compare_conditions(comparison, column, connection, path)
    comparison.end()


main()
