"""Real changes to published schemas: what the inclusion prover says of them, and whether other validators agree.

    python published.py --compare target/release/examples/compare --cache target/tools/published [--show]

PyPI's check-jsonschema vendors schemas that others publish; two versions of it have two versions of them. Each schema that
changed between two of the versions below is compared in both directions, read as Draft-07 whatever it says it is. Each
witness must be accepted by the one side and refused by the other by python-jsonschema and by AJV too (`witnesses.py`). It fails
if more than two in a hundred comparisons are unproven, or if a witness is denied and no known difference explains it. `--few`
takes every sixth version only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError

from strict_json import read, write
from witnesses import Case, confirm, plain

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


def changes(cache: Path, versions: Sequence[str]) -> list[tuple[str, Any, Any]]:
    """Every change of a schema between two versions: what it is called, and the schema before and after."""
    found, known = [], {}
    for version in versions:
        for name, schema in sorted(fetch(cache, version).items()):
            before = known.get(name)
            if not is_draft_07(schema):
                continue
            schema = plain(schema)
            known[name] = (version, schema)
            if before is not None and before[1] != schema:
                found.append((f"{name} {before[0]} -> {version}", before[1], schema))
    return found


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--compare", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="show each comparison that is unproven")
    parser.add_argument("--few", action="store_true", help="only every sixth version")
    arguments = parser.parse_args()
    pairs = changes(arguments.cache, VERSIONS[::6] if arguments.few else VERSIONS)
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
    cases, slowest = [], (0.0, "")
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
        exact: Any = read(line)
        for witness, as_written in zip(answer["witnesses"], exact["witnesses"], strict=True):
            whole = f"{name} at {witness['pointer']}, {witness['keyword']}"
            cases.append(Case(whole, json.dumps(left), json.dumps(right), write(as_written["value"])))
    confirmation = confirm(cases)
    for denial in confirmation.denials:
        print(denial)
    compared = sum(verdicts.values()) - verdicts["not read"]
    print(f"{len(pairs)} changes, {compared} comparisons: {dict(verdicts)}; the slowest took {slowest[0]:.2f} s ({slowest[1]})")
    for reason, count in reasons.most_common():
        print(f"  {count:4} {reason}")
    print(confirmation.summary())
    share = verdicts["unproven"] / max(compared, 1)
    failed = share > UNPROVEN_ALLOWED or not cases or bool(confirmation.denials)
    print(f"{100 * share:.1f} in a hundred unproven")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
