"""Runs the `tidings` binary and reads its JSON output."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from finding import Finding


class TidingsError(RuntimeError):
    """The binary could not do its work (exit 2, or output that is not its own)."""


def validate(binary: Path, catalog: Path, events: Path) -> list[tuple[Finding, str]]:
    """Findings with severities, of each event by itself."""
    lines, _ = _run(binary, "validate", "--catalog", catalog, "--format", "json", events)
    return [(_finding(line), line["severity"]) for line in lines]


def audit(
    binary: Path, catalog: Path, events: Path, order: str, max_skew_ms: int, threads: int
) -> tuple[list[Finding], dict[str, Any]]:
    """Findings in the order in which they were printed, and the summary's totals of the stream."""
    skew = ("--max-skew", f"{max_skew_ms}ms")
    arguments = ("--catalog", catalog, "--order", order, *skew, "--threads", threads, "--format", "json")
    lines, summary = _run(binary, "audit", *arguments, events)
    return [_finding(line) for line in lines], summary["stream"]


def sample(binary: Path, catalog: Path, events: int, seed: int) -> list[bytes]:
    """So many events of a valid stream; none if the binary makes none."""
    command = [binary, "sample", "--catalog", catalog, "--events", events, "--seed", seed]
    done = subprocess.run([*map(str, command)], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return [line for line in done.stdout.split(b"\n") if line] if done.returncode == 0 else []


def _run(binary: Path, *arguments: object) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    command = [str(binary), *map(str, arguments)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    *lines, last = [json.loads(line) for line in done.stdout.split(b"\n") if line] or [{}]
    if done.returncode not in (0, 1) or "summary" not in last:
        said = done.stderr.decode(errors="replace").strip()[:2000]
        raise TidingsError(f"{' '.join(command)}: exit {done.returncode}: {said}")
    errors = any(line["severity"] == "error" for line in lines)
    if done.returncode != int(errors):
        raise TidingsError(
            f"{' '.join(command)}: exit {done.returncode}, though there are {'' if errors else 'no '}errors"
        )
    return lines, last["summary"]


def _finding(line: dict[str, Any]) -> Finding:
    return Finding(line["line"], line["rule"], line["pointer"])
