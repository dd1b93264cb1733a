//! `privacy/…`: what should not be in an event at all.

use tidings_finding::{Rule, Severity};

pub(crate) static SUSPECTED_PERSONAL_DATA: Rule = Rule {
    id: "privacy/suspected-personal-data",
    severity: Severity::Warning,
    summary: "a free text looks as if it held personal data",
    explanation: "A field of class `free-text` (`x-privacy` in its schema) holds something of the shape of an e-mail \
address, a telephone number, a payment card number (checked by Luhn's digit) or an IBAN (checked by its check digits); or \
an idempotency key holds an e-mail address. Events carry stable identifiers only: keep personal data in the system that \
owns it and refer to it by id. The value is never shown.",
};

pub(crate) static SUSPECTED_SECRET: Rule = Rule {
    id: "privacy/suspected-secret",
    severity: Severity::Warning,
    summary: "a free text looks as if it held a secret",
    explanation: "A field of class `free-text` holds something of the well-known shape of a secret: a cloud access key, an \
API token, a JSON Web Token, a private key, a URL with a password. Whoever can read the stream can use it. Revoke it first, \
then keep it out of events. The value is never shown.",
};
