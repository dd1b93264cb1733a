"""Spellings of formatted strings, right, wrong and debatable, by kind."""

from __future__ import annotations

import re

LOOKS = {
    "date-time": r"\d{4}-\d\d-\d\dT.*",
    "date": r"\d{4}-\d\d-\d\d",
    "time": r"\d\d:\d\d(:\d\d.*)?",
    "ulid": r"[0-9A-Z]{26}",
    "uuid": r"[0-9a-fA-F-]{36}",
    "email": r"[^@\s]+@[^@\s]+",
    "phone": r"\+?\d{3,}",
    "uri": r"[a-z]+://.*",
    "hostname": r"[a-z0-9-]+(\.[a-z0-9-]+)+",
    "kind-identifier": r"[a-z]+:[A-Za-z0-9_-]+|system",
    "decimal": r"-?\d+(\.\d+)?",
    "code": r"[A-Z]{2,4}",
}
"""Kinds of text that a string shows to be without any schema: a regular expression each."""

DATES = ["2024-02-29", "2023-02-29", "2024-02-30", "2000-02-29", "1900-02-29", "2025-04-31", "2025-12-31", "2025-13-01", "2025-00-10",
         "2025-06-00", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "25-01-01", "2025-1-01", "2025-W10-1", "20250101",
         "2025-061", "-2025-01-01", "２０25-01-01", "20.5-01-01", "2025-0/-01", "2025-01-0+"]  # fmt: skip

TIMES = ["00:00:00", "23:59:59", "24:00:00", "23:60:00", "12:00:60", "23:59:60", "23:59:61", "12:00", "1:00:00", "12:00:0", "120000",
         "12.00.00", "12:00:00.1", "12:00:00.", "12:00:00,5", "12:00:00.123456789", "12:00:00.1234567890", "12:00:00.000",
         "1/:00:00", "12:0.:00", "12:00:0+"]  # fmt: skip

ZONES = ["Z", "Z", "Z", "z", "+00:00", "-00:00", "+05:30", "+23:59", "+24:00", "+0000", "+00", " Z", "", "UTC", "Z\n", "+00:60", "-08:00",
         "+0/:00", "+00:0."]  # fmt: skip

FORMS: dict[str, list[str]] = {
    "date-time": [
        *(f"{date}T12:00:00Z" for date in DATES),
        *(f"2025-11-05T{time}Z" for time in TIMES),
        *(f"2025-11-05T14:00:00{zone}" for zone in ZONES),
        *(f"2025-11-05{middle}14:00:00Z" for middle in ("t", " ", "", "  ", "_", "\t", "\n")),
        "1990-12-31T23:59:60Z", "2025-12-31T15:59:60-08:00", "2025-12-31T15:59:60Z", "2025-12-31T23:59:60+00:01",
    ],
    "date": [*DATES, "2025-01-01\n", "2025-01-01Z", "2025-01-01T00:00:00Z"],
    "time": [f"{time}{zone}" for time in TIMES for zone in ("Z", "", "+05:30")] + [f"12:00:00{zone}" for zone in ZONES],
    "ulid": ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav", "01ARZ3NDEKTSV4RRFFQ69G5FAI", "01ARZ3NDEKTSV4RRFFQ69G5FAL",
             "O1ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAU", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
             "80000000000000000000000000", "00000000000000000000000000", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVV",
             "01ARZ3NDEKTSV4RRFFQ69G5FAV\n", "01ARZ3NDEKTSV4RRFFQ69G5FAv", "01ARZ3NDE\u212aTSV4RRFFQ69G5FAV", "01ARZ3NDE-TSV4RRFFQ69G5FAV",
             "A1ARZ3NDEKTSV4RRFFQ69G5FAV", " 01ARZ3NDEKTSV4RRFFQ69G5FA"],
    "uuid": ["550e8400-e29b-41d4-a716-446655440000", "550E8400-E29B-41D4-A716-446655440000", "550e8400e29b41d4a716446655440000",
             "550e8400-e29b-41d4-a716-44665544000", "550e8400-e29b-41d4-a716-44665544000g", "{550e8400-e29b-41d4-a716-446655440000}",
             "urn:uuid:550e8400-e29b-41d4-a716-446655440000", "00000000-0000-0000-0000-000000000000", "550e8400-e29b-41d4-a716-446655440000\n"],
    "email": ["a@b.example", "a@b", "A@B.Example", "a@B.example", "a+b@c.example", "a..b@c.example", ".a@c.example", "a.@c.example",
              "\"a b\"@c.example", "\"a@b\"@c.example", "a@[127.0.0.1]", "a@[IPv6:::1]", "a@b@c.example", "a b@c.example", "@c.example", "a@",
              "a@-c.example", "a@c-.example", "a@c..example", "a@c.example.", "a@.c.example", "é@c.example", "a@é.example",
              "a@xn--9ca.example", "a@c_d.example", "a@localhost", f"{'a' * 64}@c.example", f"{'a' * 65}@c.example",
              f"a@{'b' * 63}.example", f"a@{'b' * 64}.example", "a@c.example\n", " a@c.example", "a@c.exa mple", "<a@c.example>", "a@c.123",
              "o'hara@c.example", "a!#$%&'*+/=?^_`{|}~-@c.example", "a(comment)@c.example", "a\\@c.example", "a@C.EXAMPLE"],
    "phone": ["+18045550100", "18045550100", "+1", "+12", "+0123456789", "+123456789012345", "+1234567890123456", "+1 804 555 0100",
              "+1-804-555-0100", "tel:+18045550100", "++18045550100", "+１８045550100", "123", "12", "12345678", "123456789", "012",
              "+18045550100\n", "+\u0661\u0662\u0663\u0664\u0665\u0666\u0667", "12345\n", "+1804555O100"],
    "uri": ["https://a.example/", "https://a.example", "HTTPS://A.EXAMPLE/", "http://a.example:80/?q=1#f", "https://a.example/a b",
            "https://a.example/%zz", "https://a.example/%20", "https://é.example/", "https://a.example/é", "//a.example", "a.example", "/path",
            "https:", "https://", "https:///path", "urn:a:b", "mailto:a@b.example", "javascript:alert(1)", "https://user:pw@a.example/",
            "https://[::1]/", "https://[::1", "https://[fe80::1%25en0]/", "https://a.example:99999/", "https://a.example:port/",
            "https://a.example\n", " https://a.example", "ftp://a.example/<x>", "https://a.example/\\", "https://a.example/\"", "1http://a",
            "data:,x", "https://a_b.example/", "https://a.example/?[]", "https://a.example/[x]", "https://a.example/#a#b", "#f", ""],
    "hostname": ["a.example", "A.EXAMPLE", "localhost", "a", "-a.example", "a-.example", "a..example", ".a.example", "a.example.",
                 f"{'a' * 63}.example", f"{'a' * 64}.example", ".".join(["a" * 49] * 5), ".".join(["a" * 51] * 5), "a_b.example", "é.example",
                 "xn--9ca.example", "xn--X.example", "1.2.3.4", "123", "a.example\n", "a b.example", "", "ex--ample.example", "a.1"],
    "ipv4": ["127.0.0.1", "256.0.0.1", "1.2.3", "01.2.3.4", "1.2.3.4.5", "1.2.3.4\n", "0x7f.0.0.1", "1.2.3.４", "2130706433", " 1.2.3.4"],
    "ipv6": ["::1", "::", "1::2::3", "::ffff:1.2.3.4", "12345::", "fe80::1%eth0", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "::1/64", "[::1]", "::1\n",
             "1:2:3:4:5:6:1.2.3.4", "::G"],
    "kind-identifier": ["system", "System", "system:", "system:a", "admin:user_42", "admin:", ":user_42", "admin:user 42", "admin:a@b.example",
                        "Admin:user_42", "admin:user_42\n", "admin:+18045550100", "admin:user:42", f"admin:{'a' * 64}", f"admin:{'a' * 65}",
                        "service:_x", "admin:-x", "admin: user", "a:b", "admin\uff1auser_42"],
    "decimal": ["0", "0.00", "1.10", "-1.00", "01.00", "1.", ".5", "1e3", "1,000.00", "+1.00", "1.005", "９.99", "1.00\n", "NaN", "-0.00"],
    "code": ["EUR", "eur", "Eur", "EU", "EURO", "E\u0055R", "EUR\n", "E R", "XXX", "123"],
    "json-pointer": ["", "/", "/a~0b", "/a~b", "a", "/a/0/-", "#/a"],
    "regex": ["^a$", "(", "a{2,1}", "\\p{L}", "[a-", "\\d+", "(?<n>a)\\k<n>", "(?P<n>a)", "\\Z"],
}  # fmt: skip
"""Kind or format → strings to try where it is wanted or seen."""

SAME = {
    "uri-reference": "uri",
    "iri": "uri",
    "iri-reference": "uri",
    "uri-template": "uri",
    "idn-email": "email",
    "idn-hostname": "hostname",
}


def forms_for(formats: list[str], value: str) -> list[str]:
    """Strings to try in place of a value that has these formats and looks as it does."""
    kinds = [SAME.get(name, name) for name in formats]
    kinds += [kind for kind, pattern in LOOKS.items() if re.fullmatch(pattern, value)]
    return sum((FORMS.get(kind, []) for kind in sorted(set(kinds))), [])
