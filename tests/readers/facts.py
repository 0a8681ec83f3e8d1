"""Facts of one CSV file and of the Parquet file made from it, as three independent readers see them.

Usage: facts.py CSV PARQUET NULL_TOKEN REJECTS
REJECTS is the list of rejects in JSON lines, or `-`: the rows that it names are left out of the CSV's facts.
Prints one JSON object: {"csv": F, "pyarrow": F, "duckdb": F}, where F is
{"rows": n, "types": {column: type}, "nulls": {column: n}, "sums": {column: exact decimal as text}}.
Sums are given for the columns whose Parquet type is a number; the CSV has no types.
"""

import csv
import json
import sys
from decimal import Decimal

import duckdb
import pyarrow.parquet as parquet
import pyarrow.types as types


def plain(number):
    """A number without trailing zeros, so that 10 and 10.0 are the same text."""
    text = format(Decimal(number), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact(value):
    """What a value means as a decimal: a binary number stands for the shortest text that reads back as it."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def rejected_rows(path):
    if path == "-":
        return set()
    with open(path, encoding="utf-8") as lines:
        rejects = map(json.loads, lines)
        return {reject["row"] for reject in rejects if not reject.get("tolerated")}


def of_csv(path, null, numbers, binary, rejected):
    """`binary`: the columns of binary numbers, which hold the nearest one to what is written."""
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        rows, nulls, sums = 0, dict.fromkeys(header, 0), {name: Decimal(0) for name in numbers}
        for number, row in enumerate(reader, start=1):
            if number in rejected:
                continue
            rows += 1
            for name, cell in zip(header, row, strict=True):
                if cell == null:
                    nulls[name] += 1
                elif name in sums:
                    sums[name] += exact(float(cell) if name in binary else cell)
    return {"rows": rows, "nulls": nulls, "sums": {name: plain(total) for name, total in sums.items()}}


def of_pyarrow(path):
    table = parquet.read_table(path)
    numbers = [
        field.name
        for field in table.schema
        if types.is_integer(field.type) or types.is_floating(field.type) or types.is_decimal(field.type)
    ]
    sums = {}
    for name in numbers:
        values = table[name].drop_null().to_pylist()
        sums[name] = plain(sum(map(exact, values), Decimal(0)))
    return {
        "rows": table.num_rows,
        "types": {field.name: str(field.type) for field in table.schema},
        "nulls": {field.name: table[field.name].null_count for field in table.schema},
        "sums": sums,
    }


def of_duckdb(path, numbers):
    connection = duckdb.connect()
    described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
    names = [row[0] for row in described]
    quoted = {name: '"' + name.replace('"', '""') + '"' for name in names}
    counts = ", ".join(f"count(*) - count({quoted[name]})" for name in names)
    # Through text, which is the shortest that reads back, so that the sum of binary numbers is exact too.
    totals = ", ".join(f"sum({quoted[name]}::VARCHAR::DECIMAL(38, 18))" for name in numbers) or "1"
    rows, *nulls = connection.execute(f"SELECT count(*), {counts} FROM read_parquet(?)", [path]).fetchone()
    sums = connection.execute(f"SELECT {totals} FROM read_parquet(?)", [path]).fetchone()
    return {
        "rows": rows,
        "types": {row[0]: row[1] for row in described},
        "nulls": dict(zip(names, nulls)),
        "sums": {name: plain(total or 0) for name, total in zip(numbers, sums)},
    }


def main():
    source, target, null, rejects = sys.argv[1:]
    arrow = of_pyarrow(target)
    numbers = list(arrow["sums"])
    binary = {name for name in numbers if arrow["types"][name] == "double"}
    written = of_csv(source, null, numbers, binary, rejected_rows(rejects))
    print(json.dumps({"csv": written, "pyarrow": arrow, "duckdb": of_duckdb(target, numbers)}))


main()
