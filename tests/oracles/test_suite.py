"""The official suite as catalogs, on made-up groups."""

import json
import tempfile
import unittest
from pathlib import Path

import suite
from catalog import load
from oracles import ORACLES
from strict_json import read

TESTS = """[{"description": "d", "schema": {"maximum": 972783798187987123879878123.188781371}, "tests": [
  {"description": "is more", "data": 972783798187987123879878123.1887813711, "valid": false},
  {"description": "is less", "data": 1e400, "valid": true}]}]"""


class Suite(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.remotes = self.folder / "remotes"
        self.catalog = self.folder / "catalog"
        self.catalog.mkdir()

    def group(self, schema: object, *instances: object) -> suite.Group:
        cases = tuple(
            suite.Case(f"case {index}", read(json.dumps(instance)), True) for index, instance in enumerate(instances)
        )
        return suite.Group("ref.json", "a group", read(json.dumps(schema)), cases)

    def remote(self, path: str, schema: object) -> None:
        (self.remotes / path).parent.mkdir(parents=True, exist_ok=True)
        (self.remotes / path).write_text(json.dumps(schema))

    def words(self) -> dict[str, list[str]]:
        catalog = load(self.catalog)
        return {
            name: [verdict.verdict for verdict in run(catalog, self.catalog / "events.ndjson")]
            for name, run in ORACLES.items()
        }

    def test_numbers_keep_their_digits(self) -> None:
        tests = self.folder / "tests/draft7"
        tests.mkdir(parents=True)
        (tests / "bignum.json").write_text(TESTS)
        (group,) = suite.groups(self.folder)
        suite.write_catalog(group, self.remotes, self.catalog)
        self.assertEqual(
            (self.catalog / "schema.schema.json").read_text(), '{"maximum":972783798187987123879878123.188781371}'
        )
        self.assertEqual(
            (self.catalog / "events.ndjson").read_text(),
            '{"instance":972783798187987123879878123.1887813711}\n{"instance":1e400}\n',
        )

    def test_a_group_is_a_catalog(self) -> None:
        suite.write_catalog(self.group({"type": "integer"}, 1, "a"), self.remotes, self.catalog)
        self.assertEqual(self.words(), {name: ["valid", "invalid"] for name in ORACLES})
        suite.write_catalog(self.group(False, 1), self.remotes, self.catalog)
        self.assertEqual(self.words(), {name: ["invalid"] for name in ORACLES})

    def test_the_remotes_that_are_needed_come_along(self) -> None:
        self.remote("integer.json", {"type": "integer"})
        self.remote("folder/list.json", {"type": "array", "items": {"$ref": "../integer.json#"}})
        self.remote("other.json", {"type": "string"})
        schema = {"$id": "http://localhost:1234/base/", "allOf": [{"$ref": "../folder/list.json"}], "type": "array"}
        suite.write_catalog(self.group(schema, [1], ["a"]), self.remotes, self.catalog)
        copied = sorted(path.relative_to(self.catalog).as_posix() for path in self.catalog.glob("remotes/**/*.json"))
        self.assertEqual(copied, ["remotes/folder/list.schema.json", "remotes/integer.schema.json"])
        self.assertEqual(self.words(), {name: ["valid", "invalid"] for name in ORACLES})

    def test_only_optional_cases_are_listed_each_with_its_reason(self) -> None:
        for entry in suite.expected():
            self.assertTrue(entry.file.startswith("optional/"))
            self.assertGreater(len(entry.reason), 10)


if __name__ == "__main__":
    unittest.main()
