"""Python's jsonschema-rs as one that is measured (see benches/protocol): each event is parsed by orjson and given to the
validator of its type.

    python peer_jsonschema_rs.py BUNDLE EVENTS
"""

import json
import platform
import sys
import time
from importlib.metadata import version

import jsonschema_rs
import orjson


def main() -> None:
    bundle, file = sys.argv[1:]
    with open(bundle, encoding="utf-8") as text:
        catalog = json.load(text)
    registry = jsonschema_rs.Registry(list(catalog["documents"].items()), draft=jsonschema_rs.Draft7)
    validators = {
        name: jsonschema_rs.Draft7Validator({"$ref": uri}, registry=registry, validate_formats=True).is_valid
        for name, uri in catalog["events"].items()
    }
    path = catalog["discriminator"].split("/")[1:]
    with open(file, "rb") as binary:
        lines = binary.read().splitlines()
    print(json.dumps({"version": f"{version('jsonschema-rs')}, Python {platform.python_version()}"}), flush=True)
    for _ in sys.stdin:
        cpu, started = time.process_time(), time.perf_counter()
        valid = run(lines, validators, path)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        print(json.dumps({"seconds": seconds, "cpu": cpu, "events": len(lines), "valid": valid}), flush=True)


def run(lines: list[bytes], validators: dict, path: list[str]) -> int:
    """How many of the events are valid."""
    valid = 0
    loads = orjson.loads
    for line in lines:
        try:
            name = event = loads(line)
            for key in path:
                name = name[key]
            valid += validators[name](event)
        except (orjson.JSONDecodeError, KeyError, TypeError):
            pass
    return valid


main()
