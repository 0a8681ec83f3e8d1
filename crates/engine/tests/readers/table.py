"""The columns of the rows, what they should hold, and how what a reader finds is compared with it.

Values are compared as plain numbers and texts: a date is its days since 1970, a time its microseconds since midnight, a
timestamp its units since 1970.
"""

import bisect
import csv
import datetime
import decimal
import sys

NULL = "NA"
EPOCH = datetime.date(1970, 1, 1).toordinal()


def days(text):
    return datetime.date.fromisoformat(text).toordinal() - EPOCH


def nanoseconds(text):
    hours, minutes, seconds = text.split(":")
    whole, _, fraction = seconds.partition(".")
    return (int(hours) * 3600 + int(minutes) * 60 + int(whole)) * 10**9 + int(fraction.ljust(9, "0"))


def time(text):
    return nanoseconds(text) // 1000


def timestamp(unit):
    """A reader of timestamps whose unit is so many nanoseconds."""

    def read(text):
        date, _, clock = text.removesuffix("Z").partition("T")
        return (days(date) * 86_400 * 10**9 + nanoseconds(clock)) // unit

    return read


# Name, reader of a cell, and the type as pyarrow, DuckDB and Polars write it.
COLUMNS = [
    ("id", int, "int64", "BIGINT", "Int64"),
    ("boolean", "true".__eq__, "bool", "BOOLEAN", "Boolean"),
    ("integer", int, "int64", "BIGINT", "Int64"),
    ("double", float, "double", "DOUBLE", "Float64"),
    ("double_zeros", float, "double", "DOUBLE", "Float64"),
    ("double_null", float, "double", "DOUBLE", "Float64"),
    ("decimal_9_2", decimal.Decimal, "decimal128(9, 2)", "DECIMAL(9,2)", "Decimal(precision=9, scale=2)"),
    ("decimal_18_4", decimal.Decimal, "decimal128(18, 4)", "DECIMAL(18,4)", "Decimal(precision=18, scale=4)"),
    ("decimal_38_6", decimal.Decimal, "decimal128(38, 6)", "DECIMAL(38,6)", "Decimal(precision=38, scale=6)"),
    ("date", days, "date32[day]", "DATE", "Date"),
    ("time", time, "time64[us]", "TIME", "Time"),
    ("timestamp", timestamp(1000), "timestamp[us]", "TIMESTAMP", "Datetime(time_unit='us', time_zone=None)"),
    (
        "timestamp_utc",
        timestamp(1000),
        "timestamp[us, tz=UTC]",
        "TIMESTAMP WITH TIME ZONE",
        "Datetime(time_unit='us', time_zone='UTC')",
    ),
    ("timestamp_ns", timestamp(1), "timestamp[ns]", "TIMESTAMP_NS", "Datetime(time_unit='ns', time_zone=None)"),
    (
        "timestamp_ns_utc",
        timestamp(1),
        "timestamp[ns, tz=UTC]",
        "TIMESTAMPTZ_NS",
        "Datetime(time_unit='ns', time_zone='UTC')",
    ),
    ("text", str, "string", "VARCHAR", "String"),
    ("text_long", str, "string", "VARCHAR", "String"),
    ("text_null", str, "string", "VARCHAR", "String"),
]

# Columns whose statistics have no ends: there is no value, or the texts are too long to be worth it.
ENDLESS = {"double_null", "text_null", "text_long"}


class Column:
    def __init__(self, described, cells):
        self.name, read, self.arrow, self.duckdb, self.polars = described
        self.values = [None if cell == NULL else read(cell) for cell in cells]
        self.sorted = sorted(value for value in self.values if value is not None)
        self.texts = {value: cell for value, cell in zip(self.values, cells)}

    def conditions(self):
        """Conditions on the column, as (operator, value, number of rows that fulfil it)."""
        rows, count = self.sorted, len(self.sorted)
        for value in dict.fromkeys([rows[0], rows[count // 2], rows[-1]]) if rows else ():
            below, through = bisect.bisect_left(rows, value), bisect.bisect_right(rows, value)
            yield "=", value, through - below
            if not isinstance(value, bool):
                yield "<", value, below
                yield ">", value, count - through

    def ends(self, start, rows):
        """Least value, greatest value and number of nulls of some rows, as their statistics should give them."""
        part = self.values[start : start + rows]
        present = [value for value in part if value is not None]
        if self.name in ENDLESS:
            return None, None, len(part) - len(present)
        least, greatest = min(present), max(present)
        if isinstance(least, float):
            # Readers may take the two zeros apart: the ends enclose both.
            least, greatest = least if least else -0.0, greatest if greatest else 0.0
        return least, greatest, len(part) - len(present)


def read(path):
    csv.field_size_limit(2**30)
    with open(path, encoding="utf-8", newline="") as file:
        columns = zip(*csv.reader(file), strict=True)
        return [Column(described, cells) for described, cells in zip(COLUMNS, columns, strict=True)]


def exact(value):
    """What takes the two zeros apart."""
    return value.hex() if isinstance(value, float) else value


class Comparison:
    """Collects where a reader disagrees."""

    def __init__(self, reader):
        self.reader, self.compared, self.wrong = reader, 0, []

    def equal(self, what, found, wanted):
        self.compared += 1
        if exact(found) != exact(wanted):
            self.wrong.append(f"{what}: {found!r} instead of {wanted!r}")

    def values(self, column, found):
        self.equal(f"{column.name}: rows", len(found), len(column.values))
        pairs = enumerate(zip(found, column.values))
        first = next((row for row, (left, right) in pairs if exact(left) != exact(right)), None)
        if first is not None:
            self.equal(f"{column.name}: row {first}", found[first], column.values[first])

    def end(self):
        for line in self.wrong:
            print(line, file=sys.stderr)
        print(f"{self.reader}: {self.compared} comparisons, {len(self.wrong)} differences")
        sys.exit(1 if self.wrong else 0)
