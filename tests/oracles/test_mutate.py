"""The mutator: the same seed gives the same bytes, and an edit of the text is what it says."""

import os
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path
from random import Random

import small_catalog
from edits import EDITS
from mutate import SEVERAL, Mutator
from strict_json import Json, NotJson, Number, read
from texts import TEXT_EDITS

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 20},
        "kind": {"enum": ["small", "large"]},
        "at": {"type": "string", "format": "date-time"},
        "count": {"type": "integer", "minimum": 1, "maximum": 10},
        "tags": {"type": "array", "uniqueItems": True, "maxItems": 3, "items": {"type": "string"}},
    },
}
SAMPLES = [
    '{"name":"Zoë 😀/\\n","kind":"small","at":"2025-11-05T14:00:00Z","count":1.0,"tags":["a","b"],"more":{"a":{"b":null}}}'.encode(),
    b'{"name":"b","kind":"large","at":"2024-02-29T00:00:00Z","count":10,"tags":[],"more":{"c":[1e400]}}',
]


class Mutating(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.catalog = small_catalog.write(self.folder, {"Case": SCHEMA}, discriminator=None)

    def lines(self, seed: int, count: int = 500) -> list[bytes]:
        return [mutant.line for mutant in Mutator(self.catalog, SAMPLES, seed).mutants(count)]

    def test_the_same_seed_gives_the_same_bytes(self) -> None:
        self.assertEqual(self.lines(7), self.lines(7))
        self.assertNotEqual(self.lines(7), self.lines(8))

    def test_no_hash_order_reaches_the_output(self) -> None:
        (self.folder / "samples.ndjson").write_bytes(b"\n".join(SAMPLES))
        outputs = set()
        for hash_seed in ("1", "2"):
            program = Path(__file__).with_name("mutate.py")
            samples = self.folder / "samples.ndjson"
            command = [sys.executable, program, "--catalog", self.folder, "--events", "300", "--seed", "3", samples]
            done = subprocess.run(
                [*map(str, command)], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": hash_seed}
            )
            outputs.add(done.stdout)
        self.assertEqual(len(outputs), 1)

    def test_a_mutant_is_one_line_and_never_empty(self) -> None:
        for line in self.lines(1, 3000):
            self.assertNotIn(b"\n", line)
            self.assertTrue(line.strip())

    def test_every_kind_comes_up(self) -> None:
        kinds = Counter(mutant.kind for mutant in Mutator(self.catalog, SAMPLES, 1).mutants(3000))
        self.assertEqual(kinds.keys(), {*EDITS, *TEXT_EDITS, SEVERAL})

    def test_other_spellings_are_of_the_same_value(self) -> None:
        for kind in ("text/shuffled", "text/escaped", "text/spaced", "text/python-spaced"):
            for seed in range(200):
                for sample in SAMPLES:
                    line = TEXT_EDITS[kind][1](Random(seed), read(sample))
                    self.assertEqual(read(line), read(sample), line)

    def test_broken_texts_are_not_json(self) -> None:
        for kind in ("text/repeated-key", "text/broken"):
            for seed in range(500):
                line = TEXT_EDITS[kind][1](Random(seed), read(SAMPLES[0]))
                with self.subTest(line=line), self.assertRaises(NotJson):
                    read(line)

    def test_a_bound_is_met_and_passed_by_one(self) -> None:
        lengths = {len(name) for name in self.values("name") if isinstance(name, str)}
        self.assertLessEqual({0, 1, 19, 20, 21}, lengths)
        counts = {count.text for count in self.values("count") if isinstance(count, Number)}
        self.assertLessEqual({"0", "1", "10", "11"}, counts)

    def values(self, key: str) -> list[Json]:
        found: list[Json] = []
        for line in self.lines(5, 4000):
            try:
                event = read(line)
            except NotJson:
                continue
            if isinstance(event, dict) and key in event:
                found.append(event[key])
        return found


if __name__ == "__main__":
    unittest.main()
