"""Runs the `tidings` binary and reads its findings as verdicts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from verdict import Verdict


class TidingsError(RuntimeError):
    """The binary could not do its work (exit 2, or output that is not its own)."""


WAYS = ("all", "steps", "order-free", "avx2", "avx2-order-free", "scalar", "scalar-order-free", "authority")
"""The ways through the engine, all of which say the same."""


def verdicts(binary: Path, catalog: Path, events: Path, count: int, way: str = "all") -> list[Verdict]:
    """The verdicts on the `count` lines of an NDJSON file, in the open view."""
    options = ("--unknown-fields", "allow", "--format", "json", "--engine-way", way)
    output = _run(binary, "validate", "--catalog", catalog, *options, events, exits=(0, 1))
    findings: list[list[tuple[str, str]]] = [[] for _ in range(count)]
    *lines, last = output.splitlines()
    if "summary" not in json.loads(last):
        raise TidingsError(f"{catalog}: the last line is not the summary: {last[:200]!r}")
    for line in map(json.loads, lines):
        findings[line["line"] - 1].append((line["rule"], line["pointer"] or ""))
    return [_verdict(found) for found in findings]


def sample(binary: Path, catalog: Path, events: int, seed: int) -> list[bytes]:
    """So many valid events, one a line."""
    output = _run(binary, "sample", "--catalog", catalog, "--events", events, "--seed", seed, exits=(0,))
    return [line for line in output.split(b"\n") if line]


def _run(binary: Path, *arguments: object, exits: tuple[int, ...]) -> bytes:
    done = subprocess.run([binary, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode not in exits or not done.stdout:
        raise TidingsError(f"exit {done.returncode}: {done.stderr.decode(errors='replace').strip()[:2000]}")
    return done.stdout


def _verdict(findings: list[tuple[str, str]]) -> Verdict:
    if any(rule.startswith("json/") for rule, _ in findings):
        return Verdict("not-json")
    if any(rule == "envelope/unknown-event" for rule, _ in findings):
        return Verdict("unknown-event")
    errors = [
        (rule.removeprefix("schema/"), at)
        for rule, at in findings
        if rule.startswith("schema/") and rule != "schema/unknown-field"
    ]
    return Verdict("invalid", tuple(sorted(set(errors)))) if errors else Verdict("valid")
