#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""valid.py SCHEMA - each JSON text on stdin, a line or all of it, follows it.

Exits with 77 where there is no jsonschema to judge it.
"""
import json
import sys

try:
    import jsonschema
except ImportError:
    sys.exit(77)


def texts(stream):
    decoder, rest = json.JSONDecoder(), stream.read().lstrip()
    while rest:
        text, end = decoder.raw_decode(rest)
        yield text
        rest = rest[end:].lstrip()


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
count = 0
for text in texts(sys.stdin):
    validator.validate(text)
    count += 1
sys.exit(count == 0)
