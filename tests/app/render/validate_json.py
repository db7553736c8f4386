"""usage: validate_json.py SCHEMA FILE...

Prints "FILE: ok" or the first mistake of each file, in order; exits 1 when there is one. The schema itself is
checked first.
"""
import json
import sys

import jsonschema


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as stream:
        schema = json.load(stream)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    wrong = 0
    for name in sys.argv[2:]:
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
