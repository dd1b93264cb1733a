//! The forms of texts in the messaging catalog, each as a function on bytes.

/// Whether a byte is of a class, by table.
struct Class([bool; 256]);

impl Class {
    const fn new(members: &[u8]) -> Self {
        let mut table = [false; 256];
        let mut at = 0;
        while at < members.len() {
            table[members[at] as usize] = true;
            at += 1;
        }
        Self(table)
    }

    fn all(&self, text: &[u8]) -> bool {
        text.iter().all(|byte| self.0[usize::from(*byte)])
    }
}

static CROCKFORD: Class = Class::new(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ");
static IDENTIFIER: Class = Class::new(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-");
static SNAKE: Class = Class::new(b"0123456789abcdefghijklmnopqrstuvwxyz_");
static LABEL: Class = Class::new(b"0123456789abcdefghijklmnopqrstuvwxyz-");
static MAILBOX: Class =
    Class::new(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.!#$%&'*+/=?^_`{|}~-");
static DIGIT: Class = Class::new(b"0123456789");

pub fn has_length(text: &str, longest: usize) -> bool {
    // In most texts the bytes decide already.
    !text.is_empty() && (text.len() <= longest || text.chars().count() <= longest)
}

pub fn is_ulid(text: &str) -> bool {
    let text = text.as_bytes();
    text.len() == 26 && text[0] <= b'7' && CROCKFORD.all(text)
}

pub fn is_stable_identifier(text: &str) -> bool {
    let text = text.as_bytes();
    (1..=64).contains(&text.len()) && text[0].is_ascii_alphanumeric() && IDENTIFIER.all(text)
}

pub fn is_actor(text: &str) -> bool {
    text == "system"
        || text.split_once(':').is_some_and(|(kind, id)| {
            let kind = kind.as_bytes();
            (1..=32).contains(&kind.len())
                && kind[0].is_ascii_lowercase()
                && SNAKE.all(kind)
                && is_stable_identifier(id)
        })
}

/// `2025-11-05T14:00:00Z` on a day of the calendar, with a fraction of one to nine digits if it likes.
pub fn is_utc(text: &str) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', i1, i2, b':', s1, s2, rest @ ..] =
        text.as_bytes()
    else {
        return false;
    };
    if !DIGIT.all(&[*y1, *y2, *y3, *y4, *m1, *m2, *d1, *d2, *h1, *h2, *i1, *i2, *s1, *s2]) {
        return false;
    }
    let two = |tens: u8, ones: u8| u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
    let year = two(*y1, *y2) * 100 + two(*y3, *y4);
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match two(*m1, *m2) {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    let ends_well = match rest {
        [b'Z'] => true,
        [b'.', digits @ .., b'Z'] => (1..=9).contains(&digits.len()) && DIGIT.all(digits),
        _ => false,
    };
    ends_well
        && (1..=days).contains(&two(*d1, *d2))
        && two(*h1, *h2) < 24
        && two(*i1, *i2) < 60
        && two(*s1, *s2) < 60
}

pub fn is_field_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..=64).contains(&bytes.len())
        && bytes[0].is_ascii_lowercase()
        && SNAKE.all(bytes)
        && !text.ends_with('_')
        && !text.contains("__")
}

/// A number in E.164 form, or a short code.
pub fn is_phone_number(text: &str) -> bool {
    match text.as_bytes() {
        [b'+', first, rest @ ..] => {
            matches!(first, b'1'..=b'9') && (6..=14).contains(&rest.len()) && DIGIT.all(rest)
        }
        code => (3..=8).contains(&code.len()) && DIGIT.all(code),
    }
}

/// An e-mail address with a domain in lower case.
pub fn is_email_address(text: &str) -> bool {
    let Some((mailbox, domain)) = text.split_once('@') else { return false };
    let is_label = |label: &str| {
        let label = label.as_bytes();
        (1..=63).contains(&label.len())
            && LABEL.all(label)
            && label[0] != b'-'
            && label[label.len() - 1] != b'-'
    };
    let Some((_, top)) = domain.rsplit_once('.') else { return false };
    (1..=64).contains(&mailbox.len())
        && MAILBOX.all(mailbox.as_bytes())
        && domain.split('.').all(is_label)
        && top.len() >= 2
        && top.as_bytes()[0].is_ascii_lowercase()
}
