//! Events of the messaging catalog, a line each, and edits of them.

/// A good event.
pub(crate) const CLOSED: &str = concat!(
    r#"{"event_name":"ConversationClosed","event_id":"01K9A52DR0GCGDN5X153JAXQ3Y","#,
    r#""aggregate_type":"Conversation","aggregate_id":"conv_777","occurred_at":"2025-11-05T14:00:00Z","#,
    r#""actor":"admin:user_42","version":1,"conversation_id":"conv_777","customer_id":"cust_123"}"#,
);

/// A good event with a restricted field, `name`.
pub(crate) const CREATED: &str = concat!(
    r#"{"event_name":"CustomerCreated","event_id":"01K99GF8008Y94331RE11PB4FK","#,
    r#""aggregate_type":"Customer","aggregate_id":"cust_123","occurred_at":"2025-11-05T08:00:00Z","#,
    r#""actor":"admin:user_42","version":1,"customer_id":"cust_123","name":"Harbour Linen Ltd"}"#,
);

/// A good event with two restricted fields, `address` and `normalized`.
pub(crate) const MAPPED: &str = concat!(
    r#"{"event_name":"ChannelMapped","event_id":"01K99H1N47C754W0YYSQTZDG3C","#,
    r#""aggregate_type":"Channel","aggregate_id":"chan_501","occurred_at":"2025-11-05T08:10:03.271Z","#,
    r#""actor":"admin:user_42","version":1,"channel_id":"chan_501","customer_id":"cust_123","kind":"sms","#,
    r#""address":"+1 (202) 555-0123","normalized":"+12025550123","provider_id":"prov_sms_1"}"#,
);

/// The event with one part of its text replaced.
#[track_caller]
pub(crate) fn edited(event: &str, from: &str, to: &str) -> String {
    assert!(event.contains(from), "{from} is not in {event}");
    event.replacen(from, to, 1)
}

/// The event with more members at its end.
pub(crate) fn with(event: &str, members: &str) -> String {
    format!("{},{members}}}", event.strip_suffix('}').expect("an object"))
}

/// Texts as lines, the last one too.
pub(crate) fn lines<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    texts.into_iter().flat_map(|text| [text.as_ref().to_owned(), "\n".to_owned()]).collect()
}
