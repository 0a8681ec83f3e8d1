"""Judges lines of embedded metrics by a JSON schema.

Usage: emf.py SCHEMA < LINES

Prints one line a fault: the line's number and what the schema says. The schema has no `$schema`; it is a draft 7.
"""

import json
import pathlib
import sys

import jsonschema

judge = jsonschema.Draft7Validator(json.loads(pathlib.Path(sys.argv[1]).read_text()))
for number, line in enumerate(sys.stdin, start=1):
    for error in judge.iter_errors(json.loads(line)):
        print(f"{number}: {'/'.join(map(str, error.absolute_path))}: {error.message}")
