"""Compares Tidings' schema verdicts, in the open view, with those of python-jsonschema and AJV.

    python check.py --tidings BIN --catalog DIR --events N --seed S

The events are the catalog's examples and near misses, and N seeded ones, a quarter as `tidings sample` makes them and the
others mutated. Every difference has to be explained by a class in `differences.py`, and every class has to show itself. What is not
explained is printed with the three verdicts; then the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import demonstrations
import tidings
from catalog import Catalog, load, written_events
from differences import CLASSES, explanations
from mutate import Mutator
from oracles import ORACLES
from schema_facts import SchemaFacts
from strict_json import read
from verdict import Verdict


@dataclass(frozen=True)
class Line:
    """One event to compare, with what it is: `example`, `near-miss`, `sampled` or the kind of its mutation."""

    kind: str
    name: str
    text: bytes


@dataclass
class Report:
    """What was compared, and how it went."""

    words: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(kind, Tidings' verdict) → how many."""
    classes: Counter[str] = field(default_factory=Counter)
    """Class of difference → how many events."""
    problems: list[str] = field(default_factory=list)
    passed: int = 0


def lines_of(catalog: Catalog, binary: Path, events: int, seed: int) -> list[Line]:
    """All events to compare."""
    written = [
        Line("example" if name.startswith("examples/") else "near-miss", name, text)
        for name, text in written_events(catalog.folder)
    ]
    sampled = tidings.sample(binary, catalog.folder, max(events // 4, 1), seed)
    mutants = Mutator(catalog, sampled, seed).mutants(max(events - len(sampled), 0))
    lines = [Line("sampled", f"sampled {number}", text) for number, text in enumerate(sampled, 1)]
    lines += [Line(mutant.kind, f"mutant {number}", mutant.line) for number, mutant in enumerate(mutants, 1)]
    return written + lines


def compare(catalog: Catalog, binary: Path, lines: list[Line], folder: Path) -> Report:
    """Runs the three sides over the lines."""
    events = folder / "events.ndjson"
    events.write_bytes(b"".join(line.text + b"\n" for line in lines))
    ours = tidings.verdicts(binary, catalog.folder, events, len(lines))
    said = {oracle: verdicts(catalog, events) for oracle, verdicts in ORACLES.items()}
    report = Report()
    for number, (line, our) in enumerate(zip(lines, ours, strict=True)):
        report.words[line.kind, our.verdict] += 1
        theirs = {oracle: verdicts[number] for oracle, verdicts in said.items()}
        found = _explain(catalog, line, our, theirs)
        if found is None:
            report.problems.append(_problem(line, our, theirs))
        else:
            report.passed += 1
            report.classes.update(found)
    return report


def check_classes(binary: Path, folder: Path, report: Report) -> None:
    """That there are at most ten classes, and that each is an oracle's looseness and not Tidings'."""
    outcomes = demonstrations.run_oracles(folder) + demonstrations.run_tidings(folder, binary)
    for outcome in outcomes:
        if outcome.said == outcome.wanted:
            report.passed += 1
        else:
            report.problems.append(f"{outcome.name} says {outcome.said}, not {outcome.wanted}: no difference to allow")
    if len(CLASSES) > 10:
        report.problems.append(f"{len(CLASSES)} classes of difference; ten are allowed")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compare Tidings with python-jsonschema and AJV.")
    parser.add_argument("--tidings", type=Path, required=True, metavar="BIN")
    parser.add_argument("--catalog", type=Path, required=True, metavar="DIR")
    parser.add_argument("--events", type=int, default=5000, metavar="N", help="sampled and mutated events")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    arguments = parser.parse_args()

    catalog = load(arguments.catalog)
    lines = lines_of(catalog, arguments.tidings, arguments.events, arguments.seed)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as shown:
        report = compare(catalog, arguments.tidings, lines, Path(folder))
        check_classes(arguments.tidings, Path(shown), report)
    _print(report, len(lines))
    return 1 if report.problems else 0


def _explain(catalog: Catalog, line: Line, our: Verdict, theirs: dict[str, Verdict]) -> set[str] | None:
    found: set[str] = set()
    for oracle, their in theirs.items():
        if their.verdict != our.verdict:
            if "not-json" in (their.verdict, our.verdict):
                return None
            explained = explanations(oracle, line.text, SchemaFacts(catalog).of(read(line.text)), our, their)
            if explained is None:
                return None
            found |= explained
    return found


def _problem(line: Line, our: Verdict, theirs: dict[str, Verdict]) -> str:
    sides = {"tidings": our, **theirs}
    said = [
        f"  {side:8}{verdict.verdict} {' '.join(f'{keyword}@{at}' for keyword, at in verdict.errors)}"
        for side, verdict in sides.items()
    ]
    return "\n".join([f"{line.name} ({line.kind}): {line.text.decode(errors='backslashreplace')}", *said])


def _print(report: Report, compared: int) -> None:
    words = ("valid", "invalid", "unknown-event", "not-json")
    print(f"{'compared':22}{'all':>8}", *(f"{word:>14}" for word in words))
    for kind in sorted({kind for kind, _ in report.words}):
        counts = [report.words[kind, word] for word in words]
        print(f"{kind:22}{sum(counts):8}", *(f"{count:14}" for count in counts))
    totals = [sum(report.words[key] for key in report.words if key[1] == word) for word in words]
    print(f"{'all':22}{compared:8}", *(f"{total:14}" for total in totals))
    print(f"valid: {totals[0] / compared:.0%}")
    for difference in CLASSES:
        print(f"difference {difference.id:20}{report.classes[difference.id]:6}  {difference.what}")
    for problem in report.problems:
        print(f"problem: {problem}")
    print(f"{report.passed} passed, {len(report.problems)} failed")


if __name__ == "__main__":
    sys.exit(main())
