"""Runs what the classes of difference show: about each demonstration the oracle is wrong and Tidings is right.

In: `differences.CLASSES`. Out: one `Outcome` a demonstration and side. All demonstrations of all classes stand in one catalog,
written to a temporary folder, with one event type each.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import small_catalog
import tidings
from catalog import Catalog
from differences import CLASSES, Demonstration, Difference
from oracles import ORACLES


@dataclass(frozen=True)
class Outcome:
    """What one side said about one demonstration, and what it has to say for the class to stand."""

    name: str
    wanted: str
    said: str


def listed() -> list[tuple[str, Difference, Demonstration]]:
    """Every demonstration with its class, under the name of its event type."""
    return [
        (f"{difference.id}-{number}", difference, demonstration)
        for difference in CLASSES
        for number, demonstration in enumerate(difference.demonstrations, 1)
    ]


def run_oracles(folder: Path) -> list[Outcome]:
    """That each oracle is really wrong."""
    catalog, events = _write(folder)
    said = {oracle: verdicts(catalog, events) for oracle, verdicts in ORACLES.items()}
    return [
        Outcome(f"{name}: the oracle", demonstration.oracle_says, said[difference.oracle][number].verdict)
        for number, (name, difference, demonstration) in enumerate(listed())
    ]


def run_tidings(folder: Path, binary: Path) -> list[Outcome]:
    """That Tidings is right."""
    _, events = _write(folder)
    said = tidings.verdicts(binary, folder, events, len(listed()))
    return [
        Outcome(f"{name}: Tidings", demonstration.truth, said[number].verdict)
        for number, (name, _, demonstration) in enumerate(listed())
    ]


def _write(folder: Path) -> tuple[Catalog, Path]:
    schemas = {
        name: {"type": "object", "properties": {"event_name": {"type": "string"}, "value": demonstration.schema}}
        for name, _, demonstration in listed()
    }
    catalog = small_catalog.write(folder, schemas)
    events = folder / "events.ndjson"
    events.write_text(
        "".join(f'{{"event_name":"{name}","value":{shown.value}}}\n' for name, _, shown in listed()), "utf-8"
    )
    return catalog, events
