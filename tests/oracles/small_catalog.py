"""Small catalogs for the harness's own tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from catalog import Catalog, load

DRAFT7 = "http://json-schema.org/draft-07/schema#"


def write(folder: Path, schemas: dict[str, Any], discriminator: str | None = "/event_name") -> Catalog:
    """A catalog with an event type for each schema, written to the folder."""
    manifest = '[catalog]\nname = "small"\ntitle = "Small"\nversion = "1.0.0"\n'
    if discriminator is not None:
        manifest += f'\n[roles]\nevent_name = "{discriminator}"\n'
    for name, schema in schemas.items():
        manifest += f'\n[events.{name}]\nschema = "{name}.schema.json"\nversion = 1\npurpose = "It is tested."\n'
        (folder / f"{name}.schema.json").write_text(json.dumps({"$schema": DRAFT7, **schema}), "utf-8")
    (folder / "catalog.toml").write_text(manifest)
    return load(folder)


def of_value(folder: Path, schema: dict[str, Any]) -> Catalog:
    """A catalog of one event type whose property `value` has the schema, without a discriminator."""
    return write(folder, {"Case": {"type": "object", "properties": {"value": schema}}}, discriminator=None)
