"""usage: validate_json.py [--closed] SCHEMA FILE...

Prints "FILE: ok" or the first mistake of each file, in order; exits 1 when there is one. The schema itself is
checked first. With --closed, fields that the schema does not name are mistakes: readers must take them, we must not
write them.
"""
import json
import sys

import jsonschema


def close(schema) -> None:
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for value in schema.values():
            close(value)
    elif isinstance(schema, list):
        for value in schema:
            close(value)


def main() -> int:
    args = sys.argv[1:]
    closed = args[0] == "--closed"
    if closed:
        args = args[1:]
    with open(args[0], encoding="utf-8") as stream:
        schema = json.load(stream)
    if closed:
        close(schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    wrong = 0
    for name in args[1:]:
        with open(name, encoding="utf-8") as stream:
            document = json.load(stream)
        error = jsonschema.exceptions.best_match(validator.iter_errors(document))
        if error is None:
            print(f"{name}: ok")
        else:
            wrong = 1
            print(f"{name}: {error.json_path}: {error.message[:300]}")
    return wrong


sys.exit(main())
