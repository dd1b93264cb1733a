"""The two oracles, run over a file of events."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from catalog import Catalog
from verdict import Verdict
from verdict_python import PythonOracle


def python_verdicts(catalog: Catalog, events: Path) -> list[Verdict]:
    """What python-jsonschema says, line by line."""
    return list(PythonOracle(catalog).verdicts(events.read_bytes().removesuffix(b"\n").split(b"\n")))


def ajv_verdicts(catalog: Catalog, events: Path) -> list[Verdict]:
    """What AJV says, line by line."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "catalog.json"
        file.write_text(catalog.to_json(), "utf-8")
        program = Path(__file__).with_name("verdict_ajv.mjs")
        done = subprocess.run(["node", program, "--catalog", file, events], capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{catalog.folder}: the AJV oracle failed:\n{done.stderr.decode()}")
    return [Verdict.from_plain(json.loads(line)) for line in done.stdout.splitlines()]


ORACLES = {"python": python_verdicts, "ajv": ajv_verdicts}
"""Name of an oracle → its verdicts on a file of events."""
