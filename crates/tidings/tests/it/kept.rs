//! What the fuzzer kept, and what it found: inputs that reach what no others do, once more, with each run of the tests.

#[path = "../../../../fuzz/targets/hold.rs"]
mod hold;

/// One input a line, escaped as in a byte string.
const KEPT: &str = include_str!("../../../../fuzz/kept.txt");

fn unescaped(line: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), line.as_bytes());
    while let [first, others @ ..] = rest {
        (bytes, rest) = match (first, others) {
            (b'\\', [b'x', digits @ ..]) => {
                let digits_text = std::str::from_utf8(&digits[..2]).unwrap();
                bytes.push(u8::from_str_radix(digits_text, 16).unwrap());
                (bytes, &digits[2..])
            }
            (b'\\', [b'\\', others @ ..]) => {
                bytes.push(b'\\');
                (bytes, others)
            }
            _ => {
                bytes.push(*first);
                (bytes, others)
            }
        };
    }
    bytes
}

#[test]
fn the_law_holds_for_what_the_fuzzer_kept() {
    let mut count = 0;
    for line in KEPT.lines() {
        hold::hold(&unescaped(line));
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[test]
fn a_line_is_unescaped() {
    assert_eq!(unescaped(r#"\x00a\\n"\xff"#), b"\0a\\n\"\xFF");
}
