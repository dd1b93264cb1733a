"""The strict reader of each oracle: what it refuses, and that both refuse the same."""

import tempfile
import unittest
from pathlib import Path

import small_catalog
from oracles import ajv_verdicts
from strict_json import NotJson, Number, plain, pointer, read, resolve, write

REFUSED = [
    b'{"a":1,"a":1}',
    b'{"a":1,"\\u0061":2}',
    b'{"b":{"a":1,"a":1}}',
    b'[{"":1,"":1}]',
    b'{"a":NaN}',
    b'{"a":Infinity}',
    b'{"a":-Infinity}',
    b'{"a":01}',
    b'{"a":+1}',
    b'{"a":1.}',
    b'{"a":.5}',
    b'{"a":1e}',
    b'{"a":"\t"}',
    b'{"a":"\x00"}',
    b'{"a":"\\x41"}',
    b'{"a":"\\ud800"}',
    b'{"\\udc00":1}',
    b'{"a":"\\udc00\\ud800"}',
    b'{"a":"\xff"}',
    b'{"a":"\xc0\xaf"}',
    b'{"a":"\xed\xa0\x80"}',
    b'\xef\xbb\xbf{"a":1}',
    b'{"a":1}\xc2\xa0',
    b'{"a":1} {}',
    b'{"a":1,}',
    b"{'a':1}",
    b"{a:1}",
    b'{"a":1/**/}',
    b'{"a":\xef\xbc\x91}',
    b"{",
    b"\x00",
    b"[" * 100_000,
]

ACCEPTED = [
    b' \t\r{"a" : 1 } ',
    b'{"a":"\\ud83d\\ude00"}',
    b'{"a":"a","b":"a"}',
    b'{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}',
    b'{"a":"\\"a\\":1,\\"a\\":1"}',
    b'{"a":"{\\"a\\":1","b\\\\":"}"}',
    b'{"__proto__":1,"constructor":2}',
    b'{"a":"\\u0000\xe2\x80\xa8"}',
    b'{"a":1e400,"b":-0,"c":1E+2}',
]


class StrictJson(unittest.TestCase):
    def test_anything_but_strict_json_is_refused(self) -> None:
        for text in REFUSED:
            with self.subTest(text=text[:40]), self.assertRaises(NotJson):
                read(text)

    def test_strict_json_is_read(self) -> None:
        for text in ACCEPTED:
            with self.subTest(text=text):
                self.assertEqual(read(write(read(text))), read(text))

    def test_the_ajv_oracle_refuses_the_same(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            catalog = small_catalog.of_value(Path(name), {})
            events = Path(name) / "events.ndjson"
            events.write_bytes(b"\n".join([*REFUSED, *ACCEPTED]) + b"\n")
            words = [verdict.verdict for verdict in ajv_verdicts(catalog, events)]
        self.assertEqual(words, ["not-json"] * len(REFUSED) + ["valid"] * len(ACCEPTED))

    def test_numbers_keep_their_text(self) -> None:
        text = "[1,1.0,1.00000000000000000001,1e400,-0,1" + "0" * 5000 + "]"
        self.assertEqual(write(read(text)), text)

    def test_plain_numbers_are_pythons(self) -> None:
        self.assertEqual(
            repr(plain([Number("1"), Number("1.0"), Number("1e400"), Number("9007199254740993")])),
            "[1, 1.0, inf, 9007199254740993]",
        )

    def test_pointers_escape(self) -> None:
        self.assertEqual(pointer(["a/b", 0, "~"]), "/a~1b/0/~0")
        self.assertEqual(resolve(read('{"a/b":[{"~":1}]}'), "/a~1b/0/~0"), Number("1"))
        with self.assertRaises(LookupError):
            resolve(read('{"a":"text"}'), "/a/0")


if __name__ == "__main__":
    unittest.main()
