"""Holds the witnesses of random pairs of schemas to python-jsonschema and AJV.

    TIDINGS_WITNESSES=FILE cargo test -p tidings-inclusion random
    python random_pairs.py FILE

The test writes what it says breaks: for each pair its seed, the two schemas and the witnesses. Fails if an oracle denies one and
no known difference explains it, or if there is none.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from strict_json import read, write
from witnesses import Case, confirm


def cases(path: Path) -> Iterator[Case]:
    """Every witness in the file, its numbers as they are written."""
    with path.open("rb") as lines:
        for line in lines:
            pair: Any = read(line)
            for witness in pair["witnesses"]:
                name = f"seed {pair['seed'].text}, {pair['keyword']}, {witness['keyword']} at `{witness['pointer']}`"
                yield Case(name, write(pair["left"]), write(pair["right"]), write(witness["value"]))


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    found = confirm(list(cases(arguments.file)))
    for denial in found.denials:
        print(denial)
    print(found.summary())
    return 1 if found.denials or not found.cases else 0


if __name__ == "__main__":
    sys.exit(main())
