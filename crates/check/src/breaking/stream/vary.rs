//! Values like another one: ids and times that are new and look the same.

use jiff::Timestamp;
use serde_json::Value;

/// How many characters at the end of a text are varied.
const CHARACTERS: usize = 6;

/// How many numbers after one are tried.
const NUMBERS: i64 = 64;

/// The letters of ULIDs (Crockford's base 32).
const ULID: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Values that differ from one in as little as can be: the next numbers, or another letter or digit near the end.
pub(super) fn variants(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(number) => {
            let Some(number) = number.as_i64() else { return Vec::new() };
            (1..NUMBERS).filter_map(|more| number.checked_add(more)).map(Value::from).collect()
        }
        Value::String(text) => {
            let at: Vec<(usize, char)> =
                text.char_indices().filter(|(_, own)| own.is_ascii_alphanumeric()).collect();
            let mut texts = Vec::new();
            for (at, own) in at.into_iter().rev().take(CHARACTERS) {
                for other in like(own) {
                    texts.push(Value::from(format!("{}{other}{}", &text[..at], &text[at + 1..])));
                }
            }
            texts
        }
        _ => Vec::new(),
    }
}

/// The other characters of the same sort, the next ones first.
fn like(own: char) -> impl Iterator<Item = char> {
    let (first, count) = match own {
        '0'..='9' => (b'0', 10),
        'a'..='z' => (b'a', 26),
        _ => (b'A', 26),
    };
    let own = u8::try_from(own).map_or(0, |own| own.saturating_sub(first));
    (1..count).map(move |more| char::from(first + (own + more) % count))
}

/// A time a second after another one, written like this one: with as many digits after the second, in UTC.
pub(super) fn later(text: &str, than: Timestamp) -> Option<(String, Timestamp)> {
    let second = than.as_second().checked_add(1)?;
    let whole = Timestamp::from_second(second).ok()?;
    let rest = text.get(19..)?;
    let fraction = rest.find(|c: char| c != '.' && !c.is_ascii_digit()).map_or(rest, |end| &rest[..end]);
    let written = format!("{}{fraction}Z", whole.strftime("%Y-%m-%dT%H:%M:%S"));
    let time = written.parse().ok()?;
    Some((written, time))
}

/// A ULID with another time.
pub(super) fn ulid_at(ulid: &str, time: Timestamp) -> Option<String> {
    let mut left = u64::try_from(time.as_millisecond()).ok()?;
    let mut text = [b'0'; 10];
    for letter in text.iter_mut().rev() {
        *letter = ULID[usize::try_from(left % 32).ok()?];
        left /= 32;
    }
    Some(format!("{}{}", std::str::from_utf8(&text).ok()?, ulid.get(10..)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_like_another_are_others_of_its_form() {
        assert_eq!(variants(&json!("lamp_9"))[..2], [json!("lamp_0"), json!("lamp_1")]);
        assert_eq!(variants(&json!("é-Z"))[0], json!("é-A"));
        assert_eq!(variants(&json!(1001))[0], json!(1002));
        assert!(variants(&json!(null)).is_empty() && variants(&json!(i64::MAX)).is_empty());
        for value in [json!("lamp_9"), json!(7)] {
            assert!(!variants(&value).contains(&value));
        }
    }

    #[test]
    fn a_later_time_is_written_like_the_one_before() {
        let than: Timestamp = "2026-03-01T02:59:59.75Z".parse().expect("a time");
        let text = |like: &str| later(like, than).expect("a time").0;
        assert_eq!(text("2020-01-01T00:00:00Z"), "2026-03-01T03:00:00Z");
        assert_eq!(text("2020-01-01T00:00:00.040Z"), "2026-03-01T03:00:00.040Z");
        assert_eq!(text("2020-01-01T00:00:00.1+02:00"), "2026-03-01T03:00:00.1Z");
        assert_eq!(later("soon", than), None);
    }

    #[test]
    fn a_ulid_tells_its_time_in_its_first_ten_letters() {
        let time: Timestamp = "2025-11-05T14:00:00Z".parse().expect("a time");
        assert_eq!(
            ulid_at("01ARZ3NDEKTSV4RRFFQ69G5FAV", time).expect("a ULID"),
            "01K9A52DR0TSV4RRFFQ69G5FAV"
        );
    }
}
