//! `schema/…`: one rule for each keyword of Draft-07 that can refuse a value, and one for fields that no schema names.

use tidings_finding::{Rule, Severity};

pub(crate) static ADDITIONAL_ITEMS: Rule = Rule {
    id: "schema/additional-items",
    severity: Severity::Error,
    summary: "the array has more elements than its schema describes",
    explanation: "The schema lists what stands at each place of the array (`items`) and allows nothing after it \
(`additionalItems`). Remove the elements that are too many, or describe them in the schema.",
};

pub(crate) static ADDITIONAL_PROPERTIES: Rule = Rule {
    id: "schema/additional-properties",
    severity: Severity::Error,
    summary: "the object has a member that its schema forbids",
    explanation: "The schema closes this object (`additionalProperties: false`), so that members it does not \
list are errors for every consumer. Remove the member, mend its name, or describe it in the schema.",
};

pub(crate) static ANY_OF: Rule = Rule {
    id: "schema/any-of",
    severity: Severity::Error,
    summary: "the value fits none of the alternatives",
    explanation: "The schema offers alternatives (`anyOf`) and the value fits none. The message tells what \
keeps it from the nearest one.",
};

pub(crate) static CONST: Rule = Rule {
    id: "schema/const",
    severity: Severity::Error,
    summary: "the value is not the one that is required",
    explanation: "The schema allows exactly one value here (`const`). Numbers count by value (`1` is `1.0`), \
strings by code points.",
};

pub(crate) static CONTAINS: Rule = Rule {
    id: "schema/contains",
    severity: Severity::Error,
    summary: "the array lacks an element that it must have",
    explanation: "At least one element of the array must fit the schema in `contains`, and none does. Add one, \
or mend the one that was meant.",
};

pub(crate) static CONTENT_ENCODING: Rule = Rule {
    id: "schema/content-encoding",
    severity: Severity::Error,
    summary: "the string is not encoded as its schema says",
    explanation: "The schema says how the string's content is encoded (`contentEncoding`), and it can't be \
decoded that way. Encode it with a library, including its padding.",
};

pub(crate) static CONTENT_MEDIA_TYPE: Rule = Rule {
    id: "schema/content-media-type",
    severity: Severity::Error,
    summary: "the string does not hold what its schema says",
    explanation: "The schema says of which media type the string's content is (`contentMediaType`), and the \
content is none. Serialise it with a library for that type.",
};

pub(crate) static DEPENDENCIES: Rule = Rule {
    id: "schema/dependencies",
    severity: Severity::Error,
    summary: "a member is present without another that it needs",
    explanation: "The schema says that where the one member is present the other must be too (`dependencies`). \
Add the other, or leave both out.",
};

pub(crate) static ENUM: Rule = Rule {
    id: "schema/enum",
    severity: Severity::Error,
    summary: "the value is none of those allowed",
    explanation: "The schema lists every value that is allowed here (`enum`). Values are case-sensitive. A new \
one is a change to the catalog, which consumers must be ready for before the first event has it.",
};

pub(crate) static EXCLUSIVE_MAXIMUM: Rule = Rule {
    id: "schema/exclusive-maximum",
    severity: Severity::Error,
    summary: "the number is not below its limit",
    explanation: "The number must be less than the limit in `exclusiveMaximum`; the limit itself is too large \
already. Check the unit: a wrong one is the usual cause.",
};

pub(crate) static EXCLUSIVE_MINIMUM: Rule = Rule {
    id: "schema/exclusive-minimum",
    severity: Severity::Error,
    summary: "the number is not above its limit",
    explanation: "The number must be greater than the limit in `exclusiveMinimum`; the limit itself is too \
small already. Check the unit: a wrong one is the usual cause.",
};

pub(crate) static FALSE_SCHEMA: Rule = Rule {
    id: "schema/false-schema",
    severity: Severity::Error,
    summary: "nothing may stand here",
    explanation: "The schema at this place is `false`: whatever the value, it must not be there, often because \
another member excludes it. Remove the member.",
};

pub(crate) static FORMAT: Rule = Rule {
    id: "schema/format",
    severity: Severity::Error,
    summary: "the string is not of the format that its schema names",
    explanation: "The string must be what the schema's `format` names (Draft-07, validation, section 7): a date \
that exists in the calendar, a URI, an address. Tidings always asserts formats, where many validators only note \
them.",
};

pub(crate) static MAX_ITEMS: Rule = Rule {
    id: "schema/max-items",
    severity: Severity::Error,
    summary: "the array has too many elements",
    explanation: "The array has more elements than `maxItems` allows. Split the content over several events, or \
raise the limit in the catalog: that is compatible for producers, not for consumers.",
};

pub(crate) static MAX_LENGTH: Rule = Rule {
    id: "schema/max-length",
    severity: Severity::Error,
    summary: "the string is too long",
    explanation: "The string has more characters than `maxLength` allows. Characters are Unicode code points, \
not bytes and not what a screen shows as one. Shorten it before it becomes an event.",
};

pub(crate) static MAX_PROPERTIES: Rule = Rule {
    id: "schema/max-properties",
    severity: Severity::Error,
    summary: "the object has too many members",
    explanation: "The object has more members than `maxProperties` allows. Leave out what consumers do not \
need, or raise the limit in the catalog.",
};

pub(crate) static MAXIMUM: Rule = Rule {
    id: "schema/maximum",
    severity: Severity::Error,
    summary: "the number is too large",
    explanation: "The number is greater than `maximum` allows. Check the unit: a wrong one is the usual cause. \
Numbers are compared exactly, without rounding.",
};

pub(crate) static MIN_ITEMS: Rule = Rule {
    id: "schema/min-items",
    severity: Severity::Error,
    summary: "the array has too few elements",
    explanation: "The array has fewer elements than `minItems` asks for. An event that has nothing to list \
often should not be sent at all.",
};

pub(crate) static MIN_LENGTH: Rule = Rule {
    id: "schema/min-length",
    severity: Severity::Error,
    summary: "the string is too short",
    explanation: "The string has fewer characters than `minLength` asks for. Where there is nothing to say, \
leave an optional field out instead of sending an empty string.",
};

pub(crate) static MIN_PROPERTIES: Rule = Rule {
    id: "schema/min-properties",
    severity: Severity::Error,
    summary: "the object has too few members",
    explanation: "The object has fewer members than `minProperties` asks for. An event that has nothing to tell \
often should not be sent at all.",
};

pub(crate) static MINIMUM: Rule = Rule {
    id: "schema/minimum",
    severity: Severity::Error,
    summary: "the number is too small",
    explanation: "The number is less than `minimum` allows. Check the unit and the sign. Numbers are compared \
exactly, without rounding.",
};

pub(crate) static MULTIPLE_OF: Rule = Rule {
    id: "schema/multiple-of",
    severity: Severity::Error,
    summary: "the number is not a multiple of what it must be",
    explanation: "The number must be a multiple of `multipleOf`, such as whole cents. It is computed exactly, \
in decimal, so `0.3` is a multiple of `0.1`.",
};

pub(crate) static NOT: Rule = Rule {
    id: "schema/not",
    severity: Severity::Error,
    summary: "the value is what it must not be",
    explanation: "The value fits the schema in `not`, which it must not. The schema's description tells what is \
excluded and why.",
};

pub(crate) static ONE_OF: Rule = Rule {
    id: "schema/one-of",
    severity: Severity::Error,
    summary: "the value fits none, or more than one, of the alternatives",
    explanation: "Exactly one of the alternatives in `oneOf` must fit. Where none does, the message tells what \
keeps the value from the nearest one; where several do, the schema does not tell them apart and should, best by \
a constant field.",
};

pub(crate) static PATTERN: Rule = Rule {
    id: "schema/pattern",
    severity: Severity::Error,
    summary: "the string does not have the form it must have",
    explanation: "The string does not match the regular expression in `pattern`. Where the form is a sequence \
of characters the message names the first one that is wrong. Patterns are not anchored unless they say so with \
`^` and `$`.",
};

pub(crate) static PROPERTY_NAMES: Rule = Rule {
    id: "schema/property-names",
    severity: Severity::Error,
    summary: "a member's name does not have the form it must have",
    explanation: "Every member name of this object must fit the schema in `propertyNames`, and this one does \
not. Use keys of the form that the catalog describes.",
};

pub(crate) static REQUIRED: Rule = Rule {
    id: "schema/required",
    severity: Severity::Error,
    summary: "a required member is missing",
    explanation: "Every event of this type has this member (`required`). It is not enough that it is `null` or \
empty elsewhere: consumers rely on it being there. Add it where the event is made.",
};

pub(crate) static TYPE: Rule = Rule {
    id: "schema/type",
    severity: Severity::Error,
    summary: "the value is of the wrong JSON type",
    explanation: "The value is of another JSON type than the schema's `type` allows. A number in quotes is a \
string; `1.0` is an integer, `1.5` is not; `null` is a type of its own. An event itself is always an object.",
};

pub(crate) static UNIQUE_ITEMS: Rule = Rule {
    id: "schema/unique-items",
    severity: Severity::Error,
    summary: "an array has the same element twice",
    explanation: "The elements of this array must differ (`uniqueItems`), and two are the same JSON value: \
numbers count by value, objects without regard to the order of their members. Make it a set before it becomes \
an event.",
};

pub(crate) static UNKNOWN_FIELD: Rule = Rule {
    id: "schema/unknown-field",
    severity: Severity::Error,
    summary: "the catalog does not know this field",
    explanation: "No schema that applies to this object names the field. An unlisted field is where personal \
data leaks and where consumers begin to rely on what nobody promised, so a producer's events must not have any; \
consumers, who must bear fields that are newer than they are, use `--unknown-fields allow`. Remove it, mend its \
name, or add it to the catalog as an optional field: that is a compatible change.",
};
