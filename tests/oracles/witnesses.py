"""Whether python-jsonschema and AJV confirm a witness: a value that one schema accepts and another refuses.

In: pairs of bare Draft-07 schemas, each with a value. Out: what each oracle has against it, and what explains that. Nothing is
passed over: a denial is either explained by one of the known differences (`differences.py`) and counted, or it is a failure.

What keeps the two from reading Draft-07 alone is taken out for them: `$schema`, by which python-jsonschema changes over to another
draft in the middle, and for AJV what stands beside a `$ref` and the `id` of older drafts. Python reads decimals, which are exact;
AJV's `multipleOf` allows for what a division of doubles loses.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from referencing.exceptions import Unresolvable
from jsonschema.validators import extend

from differences import CLASSES
from schema_facts import Facts, values
from strict_json import Json, read


def _is_integer(_checker: Any, value: Any) -> bool:
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


Exact = extend(Draft7Validator, type_checker=Draft7Validator.TYPE_CHECKER.redefine("integer", _is_integer))
"""python-jsonschema for numbers that were read as decimals."""


@dataclass(frozen=True)
class Case:
    """A value that the left schema accepts and the right one refuses, as JSON texts."""

    name: str
    left: str
    right: str
    value: str


@dataclass
class Confirmation:
    """What came of some cases."""

    cases: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    denials: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """In one line."""
        return f"{self.cases} witnesses; {len(self.denials)} denied; explained: {dict(self.explained.most_common())}"


ASSERTIONS = frozenset(
    "type const enum minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern format items "
    "additionalItems contains minItems maxItems uniqueItems properties patternProperties additionalProperties required "
    "propertyNames minProperties maxProperties dependencies allOf anyOf oneOf not if then else".split()
)
"""The keywords that AJV heeds beside a `$ref`."""


def plain(schema: Any) -> Any:
    """Without `$schema`."""
    if not isinstance(schema, dict):
        return schema
    return {keyword: value for keyword, value in schema.items() if keyword != "$schema"}


def for_ajv(schema: Any, named: bool = False) -> Any:
    """Without what AJV does beyond Draft-07: it heeds what stands beside a `$ref`, and refuses the `id` of older drafts."""
    if isinstance(schema, list):
        return [for_ajv(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if not named and isinstance(schema.get("$ref"), str):
        schema = {keyword: value for keyword, value in schema.items() if keyword not in ASSERTIONS}
    return {
        keyword: value if keyword in ("const", "enum") and not named else
        for_ajv(value, not named and keyword in ("properties", "patternProperties", "definitions", "$defs", "dependencies"))
        for keyword, value in schema.items()
        if named or keyword != "id" or not isinstance(value, str)
    }  # fmt: skip


def _subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object in a schema, whether it is one itself or not: a hint, never a verdict."""
    if isinstance(schema, dict):
        yield schema
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else []:
        yield from _subschemas(part)


def _parts(value: Json) -> Iterator[Json]:
    """Every value in a value, and the names of members."""
    for _, part in values(value):
        yield part
        if isinstance(part, dict):
            yield from part


def _explanation(oracle: str, case: Case) -> str | None:
    """The known difference that may be why an oracle denies a case."""
    facts = Facts([part for text in (case.left, case.right) for part in _subschemas(json.loads(text))])
    keywords = facts.keywords()
    if "pattern-properties" in keywords:
        keywords.add("pattern")
    for known in CLASSES:
        if known.oracle == oracle and known.id != "python-doubles" and known.keywords & keywords:
            if any(known.at(part, facts) for part in _parts(read(case.value))):
                return known.id
    return None


def _python_denies(case: Case) -> str | None:
    checker = Draft7Validator.FORMAT_CHECKER
    left, right, value = (json.loads(text, parse_float=Decimal) for text in (case.left, case.right, case.value))
    with localcontext() as context:
        context.prec = 400
        try:
            for error in Exact(plain(left), format_checker=checker).iter_errors(value):
                return f"refused by the left: {error.message[:120]}"
            if Exact(plain(right), format_checker=checker).is_valid(value):
                return "accepted by the right"
        except (Unresolvable, ArithmeticError, RecursionError, re.error) as error:
            return f"can't be read: {error}"
    return None


def _ajv_denies(cases: list[Case]) -> Iterator[str | None]:
    program = Path(__file__).with_name("accepts_ajv.mjs")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.ndjson"
        with file.open("w", encoding="utf-8") as out:
            for case in cases:
                schemas = [for_ajv(plain(json.loads(text))) for text in (case.left, case.right)]
                out.write(f'{{"schemas": {json.dumps(schemas)}, "value": {case.value}}}\n')
        done = subprocess.run(["node", program, file], capture_output=True, check=True, text=True)
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        if "error" in answer:
            yield f"can't be read: {answer['error'][:100]}"
        else:
            left, right = answer["accepts"]
            yield "refused by the left" if not left else "accepted by the right" if right else None


def confirm(cases: list[Case]) -> Confirmation:
    """Holds every case to both oracles."""
    found = Confirmation(cases=len(cases))
    said = {"python": map(_python_denies, cases), "ajv": _ajv_denies(cases)}
    for oracle, denials in said.items():
        for case, denial in zip(cases, denials, strict=True):
            if denial is None:
                continue
            explanation = _explanation(oracle, case)
            if explanation is not None:
                found.explained[explanation] += 1
            else:
                found.denials.append(
                    f"{oracle} denies: {case.name}: {denial}: {case.value[:300]}\n    {case.left[:600]}\n    {case.right[:600]}"
                )
    return found
