"""The official Draft-07 suite, run as catalogs.

    python suite.py --tidings BIN --cache DIR [--jobs N] [--all-ways]

The suite comes from the source archive of PyPI's jsonschema. Each of its schemas becomes a catalog of one event type, `Case`,
that has the schema in a file of its own and its instances under the property `instance`; the remotes that it refers to stand
beside it, known by their `$id`s. What does not pass is an error unless `suite_expected.toml` lists it with the reason, and so
is what passes though listed. Required cases cannot be listed.
Each instance stands twice, so that what one line taught the engine is tried on the next; `--all-ways` has each way through
the engine say its word.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urldefrag, urljoin

import suite_source
from strict_json import Json, read, write
from tidings import WAYS, TidingsError, verdicts

REMOTES = "http://localhost:1234/"

MANIFEST = """\
[catalog]
name = "suite"
title = "A schema of the official suite"
version = "1.0.0"

[events.Case]
schema = "case.schema.json"
version = 1
purpose = "An instance of the suite is to be validated."
"""

CASE = """\
{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["instance"],
 "properties": {"instance": {"$ref": "schema.schema.json"}}}
"""


@dataclass(frozen=True)
class Case:
    """One instance of the suite."""

    name: str
    instance: Json
    valid: bool


@dataclass(frozen=True)
class Group:
    """One schema of the suite with its cases."""

    file: str
    name: str
    schema: Json
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Failure:
    """A case that got another verdict than the suite's."""

    group: Group
    case: Case
    got: str


def groups(suite: Path) -> list[Group]:
    """Every group of the Draft-07 folder, required and optional, in the order of the files' names."""
    folder = suite / "tests/draft7"
    found = []
    for path in sorted(folder.rglob("*.json")):
        file = path.relative_to(folder).as_posix()
        for group in cast("list[dict[str, Json]]", read(path.read_bytes())):
            tests = cast("list[dict[str, Json]]", group["tests"])
            cases = tuple(Case(str(test["description"]), test["data"], test["valid"] is True) for test in tests)
            found.append(Group(file, str(group["description"]), group["schema"], cases))
    return found


def write_catalog(group: Group, remotes: Path, folder: Path) -> None:
    """The group as a catalog, with its instances as `events.ndjson`."""
    (folder / "catalog.toml").write_text(MANIFEST)
    (folder / "case.schema.json").write_text(CASE)
    (folder / "schema.schema.json").write_text(write(group.schema), "utf-8")
    for path, remote in _needed(group.schema, remotes).items():
        file = folder / "remotes" / Path(path).with_suffix(".schema.json")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(write(remote), "utf-8")
    events = "".join(write({"instance": case.instance}) + "\n" for case in group.cases)
    (folder / "events.ndjson").write_text(events, "utf-8")


def failures(group: Group, remotes: Path, binary: Path, ways: tuple[str, ...] = WAYS[:1]) -> list[Failure]:
    """Runs one group, each way."""
    cases = group.cases * 2
    failed: dict[int, Failure] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_catalog(group, remotes, folder)
        events = folder / "events.ndjson"
        events.write_bytes(events.read_bytes() * 2)
        for way in ways:
            try:
                said = verdicts(binary, folder, events, len(cases), way)
            except TidingsError as error:
                return [Failure(group, case, " ".join(str(error).split())) for case in group.cases]
            for number, (case, verdict) in enumerate(zip(cases, said, strict=True)):
                if verdict.verdict != ("valid" if case.valid else "invalid"):
                    at = number % len(group.cases)
                    failed.setdefault(at, Failure(group, case, f"{verdict.verdict} ({way})"))
    return [failed[at] for at in sorted(failed)]


@dataclass
class Expected:
    """An entry of `suite_expected.toml`: cases that are known not to pass, and why."""

    file: str
    group: str
    reason: str
    cases: tuple[str, ...] = ()
    """The cases' names; all of the group if none is named."""

    def covers(self, group: Group, case: Case) -> bool:
        """Whether the entry speaks of this case."""
        return (self.file, self.group) == (group.file, group.name) and (not self.cases or case.name in self.cases)


def expected() -> list[Expected]:
    """The list in `suite_expected.toml`."""
    listed = tomllib.loads(Path(__file__).with_name("suite_expected.toml").read_text("utf-8"))
    entries = [
        Expected(entry["file"], entry["group"], entry["reason"], tuple(entry.get("cases", ())))
        for entry in listed.get("expected", [])
    ]
    for entry in entries:
        if not entry.file.startswith("optional/") or not entry.reason:
            raise ValueError(f"{entry.file}: only optional cases may be listed, each with its reason")
    return entries


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Run the official Draft-07 suite as catalogs.")
    parser.add_argument("--tidings", type=Path, required=True, metavar="BIN")
    parser.add_argument("--cache", type=Path, required=True, metavar="DIR", help="where the source archive is kept")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="groups that run at the same time")
    parser.add_argument("--all-ways", action="store_true", help="each way through the engine, not only one")
    arguments = parser.parse_args()
    ways = WAYS if arguments.all_ways else WAYS[:1]

    suite = suite_source.fetch(arguments.cache)
    all_groups = groups(suite)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        run = pool.map(lambda group: failures(group, suite / "remotes", arguments.tidings, ways), all_groups)
        failed = [failure for found in run for failure in found]
    return _report(all_groups, failed, expected())


def _report(all_groups: list[Group], failed: list[Failure], entries: list[Expected]) -> int:
    failing = {(failure.group.file, failure.group.name, failure.case.name): failure for failure in failed}
    counts: Counter[tuple[str, str]] = Counter()
    problems = []
    for group in all_groups:
        part = group.file.rpartition("/")[0] or "required"
        for case in group.cases:
            failure = failing.get((group.file, group.name, case.name))
            listed = any(entry.covers(group, case) for entry in entries)
            counts[part, "cases"] += 1
            counts[part, "listed" if listed else "wrong" if failure else "right"] += 1
            if bool(failure) != listed:
                said = f"said {failure.got}, not listed" if failure else "passes, though listed"
                problems.append(f"{group.file}: {group.name}: {case.name}: {said}")
    for entry in entries:
        if not any(entry.covers(group, case) for group in all_groups for case in group.cases):
            problems.append(f"{entry.file}: {entry.group}: listed, but the suite has no such case")
    for part in ("required", "optional", "optional/format"):
        print(f"{part:16}", *(f"{counts[part, word]:4} {word}" for word in ("cases", "right", "listed", "wrong")))
    for entry in entries:
        print(f"listed: {entry.file}: {entry.group}: {', '.join(entry.cases) or 'all cases'}: {entry.reason}")
    for problem in problems:
        print(f"problem: {problem}")
    total = sum(counts[part, "cases"] for part in ("required", "optional", "optional/format"))
    print(f"{max(total - len(problems), 0)} passed, {len(problems)} failed")
    return 1 if problems else 0


def _needed(schema: Json, remotes: Path) -> dict[str, Json]:
    """The remotes that a schema refers to, directly or through others, by path; each with the `$id` it is known by."""
    needed: dict[str, Json] = {}
    todo = [(schema, "")]
    while todo:
        for uri in _references(*todo.pop()):
            path = uri.removeprefix(REMOTES)
            if path != uri and path not in needed and (remotes / path).is_file():
                remote = read((remotes / path).read_bytes())
                if not isinstance(remote, dict) or "$ref" in remote:
                    raise ValueError(f"{path}: cannot carry an `$id`")
                needed[path] = {"$id": uri, **remote}
                todo.append((remote, uri))
    return needed


def _references(schema: Json, base: str) -> Iterator[str]:
    if isinstance(schema, dict):
        match schema:
            case {"$ref": str(reference)}:
                yield urldefrag(urljoin(base, reference)).url
            case {"$id": str(identifier)}:
                base = urljoin(base, identifier)
        for member in schema.values():
            yield from _references(member, base)
    elif isinstance(schema, list):
        for item in schema:
            yield from _references(item, base)


if __name__ == "__main__":
    sys.exit(main())
