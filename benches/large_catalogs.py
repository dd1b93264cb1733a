"""Writes two large catalogs, to measure `tidings breaking`: python3 benches/large_catalogs.py FOLDER

FOLDER/old and FOLDER/new have 1,000 event types with 30 fields each, of every common kind; 100 types differ, each in
one field: half of the changes break something.
"""

import copy
import json
import pathlib
import sys

TYPES, FIELDS, CHANGED = 1000, 30, 100

KINDS = [
    ({"type": "string", "minLength": 1, "maxLength": 80}, "text"),
    ({"type": "string", "pattern": "^[a-z][a-z0-9_]{1,40}$"}, "abc_1"),
    ({"type": "integer", "minimum": 0, "maximum": 1000}, 7),
    ({"type": "string", "enum": ["red", "green", "blue"]}, "red"),
    ({"type": "number", "minimum": 0, "multipleOf": 0.5}, 1.5),
    ({"type": "boolean"}, True),
    ({"type": "array", "items": {"type": "string", "maxLength": 20}, "minItems": 1, "maxItems": 9}, ["a"]),
    ({"type": "string", "format": "date-time"}, "2026-01-01T00:00:00Z"),
    (
        {
            "type": "object",
            "required": ["unit"],
            "properties": {"unit": {"type": "string", "maxLength": 9}, "size": {"type": "integer", "minimum": 1}},
        },
        {"unit": "cm", "size": 3},
    ),
    ({"type": ["string", "null"], "maxLength": 64}, None),
]


def changed(field, number):
    """A field with one keyword changed; every second time so that something breaks."""
    field = copy.deepcopy(field)
    by = 1 if number % 2 else -1
    if "maxLength" in field:
        field["maxLength"] += by
    elif "maximum" in field:
        field["maximum"] += by
    elif "enum" in field:
        field["enum"] = field["enum"][:by] if by < 0 else field["enum"] + ["black"]
    elif "maxItems" in field:
        field["maxItems"] += by
    elif "pattern" in field:
        field["pattern"] = "^[a-z][a-z0-9_]{1,%d}$" % (40 + by)
    elif "multipleOf" in field:
        field["multipleOf"] = 0.25 if by > 0 else 1
    else:
        field["description"] = "Otherwise said."
    return field


def write(folder, change):
    (folder / "schemas").mkdir(parents=True)
    (folder / "examples").mkdir()
    manifest = ['[catalog]\nname = "large"\ntitle = "Large"\nversion = "1.0.0"\n\n[roles]\nevent_name = "/event_name"\n']
    for number in range(TYPES):
        name = f"Thing{number}Happened"
        fields, example = {}, {"event_name": name}
        for at in range(FIELDS):
            field, value = KINDS[(number + at) % len(KINDS)]
            if change and number % (TYPES // CHANGED) == 0 and at == number // 10 % FIELDS:
                field = changed(field, number // 10)
            fields[f"field_{at}"] = {"description": f"Field {at}.", "x-privacy": "public", **field}
            example[f"field_{at}"] = value
        schema = {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "required": ["event_name", "field_0", "field_1", "field_2"],
            "properties": {"event_name": {"const": name}, **fields},
        }
        (folder / "schemas" / f"thing_{number}.schema.json").write_text(json.dumps(schema, indent=2))
        (folder / "examples" / f"thing_{number}.example.json").write_text(json.dumps(example, indent=2))
        version = 2 if change and number % (TYPES // CHANGED) == 0 else 1
        manifest.append(
            f'[events.{name}]\nschema = "schemas/thing_{number}.schema.json"\nversion = {version}\npurpose = "A thing."\n'
        )
    (folder / "catalog.toml").write_text("\n".join(manifest))


if __name__ == "__main__":
    root = pathlib.Path(sys.argv[1])
    write(root / "old", False)
    write(root / "new", True)
