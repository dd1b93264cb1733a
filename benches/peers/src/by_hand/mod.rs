//! What somebody would write by hand who knows the messaging catalog and wants speed: a struct that sonic-rs fills with
//! borrowed texts, and a function for each check. It is no validator of schemas: another catalog needs another one.
//!
//! It makes the checks of the schemas, and that `aggregate_id` is the family's own id. Unlike Tidings it doesn't look for
//! unknown fields, duplicate keys, personal data and secrets.

mod texts;

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use tidings_bench_protocol::{Clock, Pass};

use crate::lines;

pub fn pass(events: &[u8]) -> anyhow::Result<Pass> {
    let (mut count, mut valid) = (0, 0);
    let clock = Clock::start();
    for line in lines(events) {
        count += 1;
        valid += u64::from(sonic_rs::from_slice::<Event<'_>>(line).is_ok_and(|event| event.is_valid()));
    }
    Ok(clock.stop(Some(count), Some(valid)))
}

/// A string, borrowed unless it has escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Strings;

        impl<'de> Visitor<'de> for Strings {
            type Value = Text<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Strings)
    }
}

/// A member that may be missing, but isn't null when it is there.
fn there<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    event_name: Text<'a>,
    #[serde(borrow)]
    event_id: Text<'a>,
    #[serde(borrow)]
    aggregate_type: Text<'a>,
    #[serde(borrow)]
    aggregate_id: Text<'a>,
    #[serde(borrow)]
    occurred_at: Text<'a>,
    #[serde(borrow)]
    actor: Text<'a>,
    version: u64,
    #[serde(borrow, default, deserialize_with = "there")]
    idempotency_key: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    customer_id: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    contact_id: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    provider_id: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    channel_id: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    conversation_id: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    participant_id: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    name: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    topic: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    reason: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    kind: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    status: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    address: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    normalized: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "there")]
    changed_fields: Option<Vec<Text<'a>>>,
}

impl Event<'_> {
    fn is_valid(&self) -> bool {
        self.envelope_is_valid() && self.payload_is_valid()
    }

    fn envelope_is_valid(&self) -> bool {
        texts::is_ulid(&self.event_id.0)
            && texts::is_utc(&self.occurred_at.0)
            && texts::is_actor(&self.actor.0)
            && self.version >= 1
            && self.idempotency_key.as_ref().is_none_or(|key| texts::has_length(&key.0, 128))
    }

    fn payload_is_valid(&self) -> bool {
        let Some(customer) = id(&self.customer_id) else { return false };
        match &*self.event_name.0 {
            "CustomerCreated" => self.is_about("Customer", customer) && text(&self.name, 200),
            "CustomerUpdated" => self.is_about("Customer", customer) && self.has_changed_fields(),
            "CustomerEnabled" | "CustomerDisabled" => {
                self.is_about("Customer", customer) && self.may_have_reason()
            }
            "ContactCreated" | "ContactDeleted" => self.is_about_own("Contact", &self.contact_id),
            "ContactUpdated" => self.is_about_own("Contact", &self.contact_id) && self.has_changed_fields(),
            "ProviderConfigured" => {
                self.is_about_own("Provider", &self.provider_id)
                    && one_of(&self.kind, &["sms", "mms", "email", "voice", "voicemail"])
            }
            "ProviderUpdated" => {
                self.is_about_own("Provider", &self.provider_id) && self.has_changed_fields()
            }
            "ProviderEnabled" => self.is_about_own("Provider", &self.provider_id),
            "ProviderDisabled" => self.is_about_own("Provider", &self.provider_id) && self.may_have_reason(),
            "ChannelMapped" => {
                self.is_about_own("Channel", &self.channel_id)
                    && id(&self.provider_id).is_some()
                    && self.has_address()
            }
            "ChannelUpdated" => self.is_about_own("Channel", &self.channel_id) && self.has_changed_fields(),
            "ChannelUnmapped" => self.is_about_own("Channel", &self.channel_id) && self.may_have_reason(),
            "ConversationCreated" => {
                self.is_about_conversation()
                    && id(&self.channel_id).is_some()
                    && id(&self.contact_id).is_some()
                    && one_of(&self.status, &["open"])
                    && (self.topic.is_none() || text(&self.topic, 200))
            }
            "ConversationUpdated" => self.is_about_conversation() && self.has_changed_fields(),
            "ConversationClosed" | "ConversationReopened" | "ConversationArchived" => {
                self.is_about_conversation() && self.may_have_reason()
            }
            "ConversationParticipantAdded" | "ConversationParticipantRemoved" => {
                self.is_about_conversation() && id(&self.participant_id).is_some()
            }
            _ => false,
        }
    }

    fn is_about(&self, family: &str, own: &str) -> bool {
        self.aggregate_type.0 == family && self.aggregate_id.0 == own
    }

    fn is_about_own(&self, family: &str, own: &Option<Text<'_>>) -> bool {
        id(own).is_some_and(|own| self.is_about(family, own))
    }

    fn is_about_conversation(&self) -> bool {
        self.is_about_own("Conversation", &self.conversation_id)
    }

    fn may_have_reason(&self) -> bool {
        self.reason.is_none() || text(&self.reason, 500)
    }

    fn has_changed_fields(&self) -> bool {
        self.changed_fields.as_ref().is_some_and(|fields| {
            let is_new = |at: usize, field: &Text<'_>| fields[..at].iter().all(|other| other.0 != field.0);
            (1..=64).contains(&fields.len())
                && fields
                    .iter()
                    .enumerate()
                    .all(|(at, field)| texts::is_field_name(&field.0) && is_new(at, field))
        })
    }

    fn has_address(&self) -> bool {
        let Some(normalized) = &self.normalized else { return false };
        let is_normal = match self.kind.as_ref().map(|kind| &*kind.0) {
            Some("sms" | "mms") => texts::is_phone_number(&normalized.0),
            Some("email") => texts::is_email_address(&normalized.0),
            _ => false,
        };
        is_normal && texts::has_length(&normalized.0, 320) && text(&self.address, 320)
    }
}

fn id<'e>(member: &'e Option<Text<'_>>) -> Option<&'e str> {
    member.as_ref().map(|id| &*id.0).filter(|id| texts::is_stable_identifier(id))
}

fn text(member: &Option<Text<'_>>, longest: usize) -> bool {
    member.as_ref().is_some_and(|text| texts::has_length(&text.0, longest))
}

fn one_of(member: &Option<Text<'_>>, values: &[&str]) -> bool {
    member.as_ref().is_some_and(|value| values.contains(&&*value.0))
}
