"""Holds Tidings' SARIF to the schema of SARIF 2.1.0.

Usage: sarif.py --tidings BIN --catalog DIR PATH...

Runs `BIN validate --format sarif` on the paths and validates what it prints. The schema (it is Draft-04) comes from the
npm package @microsoft/jest-sarif. A schema that accepts anything would prove nothing, so a broken report is tried too.
"""

from __future__ import annotations

import argparse
import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

HERE = Path(__file__).parent


def schema() -> Any:
    """The schema of SARIF 2.1.0."""
    found = sorted((HERE / "node_modules/@microsoft/jest-sarif").rglob("sarif*2.1.0*.json"))
    if not found:
        sys.exit("the schema of SARIF is not there: npm ci --prefix tests/oracles")
    return json.loads(found[0].read_text("utf-8"))


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tidings", required=True)
    parser.add_argument("--catalog", required=True)
    parser.add_argument("paths", nargs="+")
    arguments = parser.parse_args()
    call = [arguments.tidings, "validate", "--format", "sarif", "--catalog", arguments.catalog, *arguments.paths]
    run = subprocess.run(call, capture_output=True, check=False)
    report = json.loads(run.stdout)
    validator = Draft4Validator(schema(), format_checker=Draft4Validator.FORMAT_CHECKER)
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(report)]
    for error in errors[:20]:
        print(error)

    results = report["runs"][0]["results"]
    broken = copy.deepcopy(report)
    broken["runs"][0]["results"][0]["level"] = "catastrophe"
    if not results or validator.is_valid(broken):
        print("the schema does not refuse a broken report")
        errors.append("")
    print(f"{len(results)} results in SARIF")
    print(f"{int(not errors)} passed, {int(bool(errors))} failed")
    return int(bool(errors))


if __name__ == "__main__":
    sys.exit(main())
