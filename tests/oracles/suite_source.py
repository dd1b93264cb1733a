"""Fetches the official suite: the folder `json` in the source archive of PyPI's jsonschema."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

PACKAGE = "jsonschema==4.26.0"
ARCHIVE = "jsonschema-4.26.0.tar.gz"


def fetch(cache: Path) -> Path:
    """The suite's folder in the cache, downloaded with pip unless it is there."""
    suite = cache / ARCHIVE.removesuffix(".tar.gz") / "json"
    if not (suite / "tests/draft7").is_dir():
        if not (cache / ARCHIVE).is_file():
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
            subprocess.run([*pip, "--dest", str(cache), PACKAGE], check=True, stdout=sys.stderr)
        with tarfile.open(cache / ARCHIVE) as archive:
            members = [member for member in archive.getmembers() if "/json/" in member.name]
            archive.extractall(cache, members, filter="data")
    return suite
