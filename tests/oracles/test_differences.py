"""The classes of difference: few, shown, and no wider than they say."""

import os
import tempfile
import unittest
from pathlib import Path
from typing import Any

import demonstrations
import small_catalog
from differences import CLASSES, explanations
from schema_facts import SchemaFacts
from strict_json import read
from verdict import Verdict

BINARY = Path(os.environ.get("TIDINGS_BIN", Path(__file__).parents[2] / "target/release/tidings"))
VALID = Verdict("valid")


class Classes(unittest.TestCase):
    def test_there_are_at_most_ten(self) -> None:
        self.assertLessEqual(len(CLASSES), 10)
        self.assertEqual(len({difference.id for difference in CLASSES}), len(CLASSES))

    def test_each_shows_itself(self) -> None:
        for difference in CLASSES:
            self.assertTrue(difference.demonstrations, difference.id)

    def test_the_oracles_are_really_wrong(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for outcome in demonstrations.run_oracles(Path(folder)):
                with self.subTest(outcome.name):
                    self.assertEqual(outcome.said, outcome.wanted)

    @unittest.skipUnless(BINARY.is_file(), f"no binary at {BINARY} (TIDINGS_BIN names another)")
    def test_tidings_is_right(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for outcome in demonstrations.run_tidings(Path(folder), BINARY):
                with self.subTest(outcome.name):
                    self.assertEqual(outcome.said, outcome.wanted)

    def test_each_explains_its_own_demonstrations(self) -> None:
        for _, difference, shown in demonstrations.listed():
            with self.subTest(difference.id, value=shown.value):
                keyword = (
                    next(key for key in reversed(shown.schema) if key != "type") if len(shown.schema) > 1 else "type"
                )
                if (
                    "exception" in difference.keywords
                    and shown.oracle_says == "invalid"
                    and keyword in ("uniqueItems", "multipleOf")
                ):
                    invalid = Verdict("invalid", (("exception", ""),))
                else:
                    invalid = Verdict("invalid", ((keyword, "/value"),))
                sides = (invalid, VALID) if shown.oracle_says == "valid" else (VALID, invalid)
                self.assertEqual(self.explain(difference.oracle, shown.schema, shown.value, *sides), {difference.id})

    def test_no_class_explains_an_ordinary_failure(self) -> None:
        cases: list[tuple[dict[str, Any], str, str]] = [
            ({"type": "string", "pattern": "^[a-z]+$"}, '"A"', "pattern"),
            ({"type": "string", "maxLength": 1}, r'"a\n"', "maxLength"),
            ({"type": "string", "format": "date-time"}, '"2025-02-30T00:00:00Z"', "format"),
            ({"type": "string", "format": "email"}, '"a.example"', "format"),
            ({"type": "string", "format": "uri"}, '"https://a.example/ "', "format"),
            ({"type": "integer"}, "1.5", "type"),
            ({"type": "number", "maximum": 1}, "1.1", "maximum"),
            ({"oneOf": [{"type": "string", "pattern": "^a$"}]}, '"b"', "oneOf"),
        ]
        for schema, value, keyword in cases:
            for oracle in ("python", "ajv"):
                with self.subTest(schema=schema, oracle=oracle):
                    self.assertIsNone(
                        self.explain(oracle, schema, value, Verdict("invalid", ((keyword, "/value"),)), VALID)
                    )

    def test_a_class_explains_a_failure_of_what_contains_it(self) -> None:
        schema: dict[str, Any] = {
            "oneOf": [{"type": "object", "properties": {"a": {"type": "string", "pattern": "^a$"}}}]
        }
        one_of = Verdict("invalid", (("one-of", "/value"),))
        self.assertEqual(self.explain("python", schema, r'{"a":"a\n"}', one_of, VALID), {"python-line-break"})
        self.assertIsNone(self.explain("python", schema, r'{"b":"a\n"}', one_of, VALID))
        self.assertIsNone(self.explain("ajv", schema, r'{"a":"a\n"}', one_of, VALID))

    def test_every_error_has_to_be_explained(self) -> None:
        both = Verdict("invalid", (("pattern", "/value"), ("max-length", "/value")))
        self.assertIsNone(
            self.explain("python", {"type": "string", "pattern": "^a$", "maxLength": 1}, r'"a\n"', both, VALID)
        )

    def test_only_valid_and_invalid_can_differ(self) -> None:
        self.assertIsNone(self.explain("python", {}, "1", VALID, Verdict("unknown-event")))
        self.assertIsNone(self.explain("python", {}, "1", Verdict("not-json"), VALID))

    def explain(
        self, oracle: str, schema: dict[str, Any], value: str, ours: Verdict, theirs: Verdict
    ) -> set[str] | None:
        line = f'{{"value":{value}}}'.encode()
        with tempfile.TemporaryDirectory() as folder:
            facts = SchemaFacts(small_catalog.of_value(Path(folder), schema)).of(read(line))
        return explanations(oracle, line, facts, ours, theirs)


if __name__ == "__main__":
    unittest.main()
