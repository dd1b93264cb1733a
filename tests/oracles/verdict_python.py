"""The python-jsonschema oracle: one verdict a line of NDJSON, in the open view.

    python verdict_python.py --catalog DIR EVENTS.ndjson

`Draft7Validator` with its own format checker, fed with what Python's `json` reads (numbers with a fraction or an exponent are
doubles), as a Python consumer would. It prints `{"verdict", "errors": [[keyword, pointer], …]}`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from catalog import Catalog, load
from strict_json import Json, NotJson, plain, pointer, read
from verdict import Verdict

DRAFT7_FORMATS = frozenset(
    "date date-time email hostname idn-email idn-hostname ipv4 ipv6 iri iri-reference json-pointer regex "
    "relative-json-pointer time uri uri-reference uri-template".split()
)


class PythonOracle:
    """A catalog's event types, each with its validator."""

    def __init__(self, catalog: Catalog) -> None:
        unchecked = DRAFT7_FORMATS - Draft7Validator.FORMAT_CHECKER.checkers.keys()
        if unchecked:
            raise RuntimeError(f"formats that nothing checks (requirements.txt not installed?): {sorted(unchecked)}")
        for schema in catalog.documents.values():
            Draft7Validator.check_schema(schema)
        registry: Registry[Any] = Registry().with_resources(
            (uri, Resource.from_contents(schema, default_specification=DRAFT7))
            for uri, schema in catalog.documents.items()
        )
        self._catalog = catalog
        self._validators = {
            uri: Draft7Validator({"$ref": uri}, registry=registry, format_checker=Draft7Validator.FORMAT_CHECKER)
            for uri in catalog.events.values()
        }

    def verdict(self, line: bytes) -> Verdict:
        """The verdict on one line."""
        try:
            event = read(line)
        except NotJson:
            return Verdict("not-json")
        return self.verdict_of_value(event)

    def verdict_of_value(self, event: Json) -> Verdict:
        """The verdict on one event."""
        uri = self._catalog.schema_of(event)
        if uri is None:
            return Verdict("unknown-event")
        try:
            errors = {
                (str(error.validator), pointer(error.absolute_path))
                for error in self._validators[uri].iter_errors(plain(event))
            }
        except OverflowError:  # its `multipleOf` divides infinity
            errors = {("exception", "")}
        return Verdict("invalid", tuple(sorted(errors))) if errors else Verdict("valid")

    def verdicts(self, lines: Iterable[bytes]) -> Iterator[Verdict]:
        """The verdicts on many lines."""
        return map(self.verdict, lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--catalog", type=Path, required=True, metavar="DIR")
    parser.add_argument("events", type=Path, metavar="EVENTS.ndjson")
    arguments = parser.parse_args()
    oracle = PythonOracle(load(arguments.catalog))
    with arguments.events.open("rb") as lines:
        for verdict in oracle.verdicts(line.removesuffix(b"\n") for line in lines):
            print(json.dumps(verdict.to_plain()))


if __name__ == "__main__":
    main()
