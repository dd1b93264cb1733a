"""A witness that is none is denied, and a known difference explains no more than it says."""

import json
import unittest
from typing import Any

from witnesses import Case, Confirmation, confirm


def confirmed(left: Any, right: Any, value: str) -> Confirmation:
    return confirm([Case("a case", json.dumps(left), json.dumps(right), value)])


class Witnesses(unittest.TestCase):
    def assert_denied(self, oracles: list[str], left: Any, right: Any, value: str) -> None:
        found = confirmed(left, right, value)
        self.assertEqual([denial.split(" ", 1)[0] for denial in found.denials], oracles, found)
        self.assertFalse(found.explained)

    def test_a_true_one_is_confirmed(self) -> None:
        self.assert_denied([], {"type": "string"}, {"type": "string", "maxLength": 2}, '"abc"')

    def test_one_that_the_right_side_accepts_is_denied_by_both(self) -> None:
        self.assert_denied(["python", "ajv"], {"type": "string"}, {"type": "string", "maxLength": 2}, '"ab"')

    def test_one_that_the_left_side_refuses_is_denied_by_both(self) -> None:
        self.assert_denied(["python", "ajv"], {"type": "string"}, {"type": "string", "maxLength": 2}, "1")

    def test_a_schema_that_an_oracle_can_not_read_is_a_denial(self) -> None:
        with_reference = {"$ref": "#/definitions/nothing"}
        self.assert_denied(["python", "ajv"], {"minimum": 0}, with_reference, '"a"')

    def test_both_know_the_multiples_of_a_tenth(self) -> None:
        self.assert_denied([], {"multipleOf": 0.1}, {"type": "integer"}, "4.1")
        self.assert_denied(["python", "ajv"], {"multipleOf": 0.1}, {"type": "integer"}, "4.15")

    def test_python_s_numbers_are_exact(self) -> None:
        self.assert_denied([], {"multipleOf": 0.1}, {"type": "integer"}, "0.5")
        found = confirmed({"type": "number"}, {"type": "integer"}, "1.00000000000000000001")
        self.assertEqual((found.denials, dict(found.explained)), ([], {"ajv-doubles": 1}))

    def test_a_known_difference_explains_only_what_it_is_about(self) -> None:
        email = {"type": "string", "format": "email"}
        found = confirmed({"type": "string"}, email, '"a b@c.example"')
        self.assertEqual((found.denials, dict(found.explained)), ([], {"python-email": 1}))
        self.assert_denied(["python", "ajv"], email, email, '"a"')
        self.assert_denied(["python", "ajv"], {"type": "string"}, {"type": "string"}, '"a b@c.example"')

    def test_python_s_line_break_counts_in_names_too(self) -> None:
        left, right = {"patternProperties": {"^a$": {"type": "null"}}}, {"patternProperties": {"a": {"type": "null"}}}
        found = confirmed(left, right, r'{"a\n": 1}')
        self.assertEqual((found.denials, dict(found.explained)), ([], {"python-line-break": 1}))

    def test_beside_a_reference_nothing_counts(self) -> None:
        left = {"$ref": "#/$defs/text", "maxLength": 1, "$defs": {"text": {"type": "string"}}}
        self.assert_denied([], left, {"type": "string", "maxLength": 2}, '"abc"')


if __name__ == "__main__":
    unittest.main()
