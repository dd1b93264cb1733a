"""Real changes to published schemas: what the inclusion prover says of them, and whether other validators agree.

    python published.py --compare target/release/examples/compare --cache target/tools/published [--show]

PyPI's check-jsonschema vendors schemas that others publish; two versions of it have two versions of them. Each schema that
changed between two of the versions below is compared in both directions, read as Draft-07 whatever it says it is. Each
witness must be accepted by the one side and refused by the other by python-jsonschema and by AJV too. What keeps the two from
reading Draft-07 alone is taken out for them (`plain`, `for_ajv`). It fails if more than two in a hundred comparisons are
unproven, or if a witness is denied.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError

VERSIONS = (
    "0.16.0 0.17.0 0.18.0 0.19.0 0.20.0 0.21.0 0.22.0 0.23.0 0.24.0 0.25.0 0.26.0 0.27.0 0.27.4 0.28.0 0.28.3 0.28.6 "
    "0.29.0 0.29.4 0.30.0 0.31.0 0.31.3 0.32.1 0.33.0 0.33.3 0.34.1 0.35.0 0.36.0 0.36.2 0.37.0 0.37.4 0.38.2 0.39.0"
).split()
UNPROVEN_ALLOWED = 0.02


def fetch(cache: Path, version: str) -> dict[str, Any]:
    """The schemas of one version, by their names."""
    cache.mkdir(parents=True, exist_ok=True)
    pattern = f"check_jsonschema-{version}-*.whl"
    if not list(cache.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache)]
        subprocess.run([*command, "--only-binary", ":all:", f"check-jsonschema=={version}"], check=True)
    found = {}
    with zipfile.ZipFile(next(cache.glob(pattern))) as wheel:
        for name in wheel.namelist():
            if "/builtin_schemas/" in name and name.endswith(".json"):
                found[Path(name).name] = json.loads(wheel.read(name))
    return found


def is_draft_07(schema: Any) -> bool:
    """Whether Draft-07's own schema accepts it."""
    try:
        Draft7Validator.check_schema(schema)
    except (SchemaError, RecursionError):
        return False
    return isinstance(schema, dict)


def plain(schema: Any) -> Any:
    """Without `$schema`, by which python-jsonschema changes over to another draft in the middle."""
    return {keyword: value for keyword, value in schema.items() if keyword != "$schema"}


def for_ajv(schema: Any, named: bool = False) -> Any:
    """Without what AJV does beyond Draft-07: it heeds what stands beside a `$ref`, and refuses the `id` of older drafts."""
    if isinstance(schema, list):
        return [for_ajv(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if not named and isinstance(schema.get("$ref"), str):
        kept = ("$ref", "definitions", "$defs", "$id")
        schema = {keyword: value for keyword, value in schema.items() if keyword in kept}
    return {
        keyword: value if keyword in ("const", "enum") and not named else
        for_ajv(value, not named and keyword in ("properties", "patternProperties", "definitions", "$defs", "dependencies"))
        for keyword, value in schema.items()
        if named or keyword != "id" or not isinstance(value, str)
    }


def ends_in_a_line_break(value: Any) -> bool:
    """Whether a string in it does: Python's `$` matches before it, which ECMA-262's doesn't."""
    if isinstance(value, dict):
        return any(ends_in_a_line_break(part) for member in value.items() for part in member)
    if isinstance(value, list):
        return any(map(ends_in_a_line_break, value))
    return isinstance(value, str) and value.endswith("\n")


def changes(cache: Path) -> list[tuple[str, Any, Any]]:
    """Every change of a schema between two versions: what it is called, and the schema before and after."""
    found, known = [], {}
    for version in VERSIONS:
        for name, schema in sorted(fetch(cache, version).items()):
            before = known.get(name)
            if not is_draft_07(schema):
                continue
            schema = plain(schema)
            known[name] = (version, schema)
            if before is not None and before[1] != schema:
                found.append((f"{name} {before[0]} -> {version}", before[1], schema))
    return found


def python_denies(left: Any, right: Any, value: Any) -> str | None:
    """What python-jsonschema has against a witness."""
    checker = Draft7Validator.FORMAT_CHECKER
    for error in Draft7Validator(left, format_checker=checker).iter_errors(value):
        return f"refused by the left: {error.message[:120]}"
    if Draft7Validator(right, format_checker=checker).is_valid(value) and not ends_in_a_line_break(value):
        return "accepted by the right"
    return None


def ajv_denies(cases: list[tuple[Any, Any, Any]], unread: Counter[str]) -> list[str | None]:
    """The same of AJV, for many. Why it can't read a schema is counted."""
    program = Path(__file__).with_name("accepts_ajv.mjs")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.ndjson"
        lines = (json.dumps({"schemas": [for_ajv(left), for_ajv(right)], "value": value}) for left, right, value in cases)
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        done = subprocess.run(["node", program, file], capture_output=True, check=True, text=True)
    said = []
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        if "error" in answer:
            unread[answer["error"][:100]] += 1
            said.append(None)
        else:
            wrong = {(True, True): "accepted by the right", (False, False): "refused by the left",
                     (False, True): "refused by the left"}
            said.append(wrong.get(tuple(answer["accepts"])))
    return said


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--compare", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="show each comparison that is unproven, and each denial")
    arguments = parser.parse_args()
    pairs = changes(arguments.cache)
    with tempfile.TemporaryDirectory() as folder:
        lines, sides = [], []
        for index, (name, before, after) in enumerate(pairs):
            paths = [str(Path(folder) / f"{index}-{side}.json") for side in ("before", "after")]
            for path, schema in zip(paths, (before, after)):
                Path(path).write_text(json.dumps(schema), "utf-8")
            lines += [json.dumps(paths), json.dumps(paths[::-1])]
            sides += [(f"backward {name}", before, after), (f"forward {name}", after, before)]
        listing = Path(folder) / "pairs"
        listing.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        done = subprocess.run([arguments.compare, "--pairs", listing], capture_output=True, check=True, text=True)
    verdicts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    cases, names, slowest = [], [], (0.0, "")
    for (name, left, right), line in zip(sides, done.stdout.splitlines(), strict=True):
        answer = json.loads(line)
        if "error" in answer:
            verdicts["not read"] += 1
            reasons[f"not read: {answer['error'][:100]}"] += 1
            continue
        verdicts[answer["verdict"]] += 1
        slowest = max(slowest, (answer["seconds"], name))
        if answer["verdict"] == "unproven":
            for unproven in answer["unproven"]:
                reasons[f"{unproven['keyword']}: {unproven['reason'][:100]}"] += 1
            if arguments.show:
                print(f"unproven: {name}: {answer['unproven'][:2]}")
        for witness in answer["witnesses"]:
            cases.append((left, right, witness["value"]))
            names.append(f"{name} at {witness['pointer']}, {witness['keyword']}")
    denials: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    for (left, right, value), name, ajv in zip(cases, names, ajv_denies(cases, unread), strict=True):
        for oracle, why in (("python", python_denies(left, right, value)), ("ajv", ajv)):
            if why is not None:
                denials[f"{oracle}: {why}"] += 1
                if arguments.show:
                    print(f"{oracle} denies: {name}: {why}: {json.dumps(value)[:300]}")
    compared = sum(verdicts.values()) - verdicts["not read"]
    print(f"{len(pairs)} changes, {compared} comparisons: {dict(verdicts)}; the slowest took {slowest[0]:.2f} s ({slowest[1]})")
    for reason, count in reasons.most_common():
        print(f"  {count:4} {reason}")
    print(f"{len(cases)} witnesses; denied: {dict(denials)}; not read by AJV: {dict(unread)}")
    share = verdicts["unproven"] / max(compared, 1)
    failed = share > UNPROVEN_ALLOWED or not cases or bool(denials)
    print(f"{100 * share:.1f} in a hundred unproven")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
