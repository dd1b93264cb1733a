"""The catalog as the oracles see it."""

import json
import tempfile
import unittest
from pathlib import Path

import small_catalog
from catalog import load, written_events
from oracles import ORACLES
from strict_json import read

PLACE = {
    "$schema": small_catalog.DRAFT7,
    "$id": "https://a.example/v1/place.json",
    "definitions": {"city": {"type": "string"}},
}


class Loading(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def words(self, *lines: str) -> dict[str, list[str]]:
        events = self.folder / "events.ndjson"
        events.write_text("".join(line + "\n" for line in lines), "utf-8")
        catalog = load(self.folder)
        return {
            oracle: [verdict.verdict for verdict in verdicts(catalog, events)] for oracle, verdicts in ORACLES.items()
        }

    def assert_both_say(self, wanted: list[str], *lines: str) -> None:
        self.assertEqual(self.words(*lines), {"python": wanted, "ajv": wanted})

    def test_a_document_with_an_id_is_known_by_its_path_too(self) -> None:
        (self.folder / "parts").mkdir()
        (self.folder / "parts/place.schema.json").write_text(json.dumps(PLACE))
        small_catalog.of_value(self.folder, {"$ref": "parts/place.schema.json#/definitions/city"})
        self.assert_both_say(["valid", "invalid"], '{"value":"a"}', '{"value":1}')

    def test_references_of_a_document_with_an_id_resolve_against_it(self) -> None:
        (self.folder / "place.schema.json").write_text(json.dumps(PLACE))
        house = {
            "$id": "https://a.example/v1/x/house.json",
            "type": "string",
            "allOf": [{"$ref": "../place.json#/definitions/city"}],
        }
        (self.folder / "house.schema.json").write_text(json.dumps(house))
        small_catalog.of_value(self.folder, {"$ref": "house.schema.json"})
        self.assert_both_say(["valid", "invalid"], '{"value":"a"}', '{"value":1}')

    def test_the_discriminator_decides_the_schema(self) -> None:
        small_catalog.write(
            self.folder,
            {"Opened": {"type": "object", "required": ["at"], "properties": {"at": {}}}, "Closed": {"type": "object"}},
            discriminator="/meta/type",
        )
        self.assert_both_say(
            ["invalid", "valid", *["unknown-event"] * 7],
            '{"meta":{"type":"Opened"}}',
            '{"meta":{"type":"Closed"}}',
            '{"meta":{"type":"closed"}}',
            '{"meta":{"type":"Closed\\n"}}',
            '{"meta":{"type":"toString"}}',
            '{"meta":{"type":["Closed"]}}',
            '{"meta":null}',
            "[]",
            "1",
        )

    def test_written_events_keep_their_text(self) -> None:
        (self.folder / "examples").mkdir()
        (self.folder / "near-misses").mkdir()
        (self.folder / "examples/one.example.json").write_bytes(b'{\r\n  "a": 1.0\r\n}\r\n')
        (self.folder / "examples/two.example.json").write_bytes(b'[\n  {"a": 1.0}, {"b": 2}\n]\n')
        (self.folder / "near-misses/a.line-break-in-string.json").write_bytes(b'{"a": "b\nc"}\n')
        (self.folder / "near-misses/expected.json").write_text("{}")
        lines = written_events(self.folder)
        self.assertEqual(
            lines,
            [
                ("examples/one.example.json", b'{\t\t  "a": 1.0\t\t}'),
                ("examples/two.example.json", b'{"a":1.0}'),
                ("examples/two.example.json", b'{"b":2}'),
                ("near-misses/a.line-break-in-string.json", b'{"a": "b\tc"}'),
            ],
        )
        read(lines[0][1])
        with self.assertRaises(ValueError):
            read(lines[-1][1])


if __name__ == "__main__":
    unittest.main()
