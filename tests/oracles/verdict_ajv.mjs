// The AJV oracle: one verdict a line of NDJSON, in the open view.
//
//     node verdict_ajv.mjs --catalog CATALOG.json EVENTS.ndjson
//
// CATALOG.json is what `catalog.py` makes of a catalog: {discriminator, events: {type: uri}, documents: {uri: schema}}.
// AJV runs strictly, with ajv-formats; keywords beginning with `x-` are declared, `x-privacy` with its values. It prints
// {"verdict", "errors": [[keyword, pointer], …]}.

import { readFileSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { read } from "./strict_json.mjs";

const PRIVACY = ["identifier", "public", "free-text", "contact-address"];

/** A function from an event type's name to AJV's function for its schema (`undefined` if there is no such event type). */
function compile({ events, documents }) {
  const ajv = new Ajv({ strict: true, allErrors: true });
  addFormats.default(ajv);
  ajv.addKeyword({ keyword: "x-privacy", schemaType: "string", metaSchema: { enum: PRIVACY } });
  const schemas = Object.entries(documents);
  const declared = new Set(["x-privacy"]);
  for (const [, schema] of schemas) {
    for (const keyword of extensions(schema)) {
      if (!declared.has(keyword)) ajv.addKeyword(keyword);
      declared.add(keyword);
    }
  }
  for (const [uri, schema] of schemas) ajv.addSchema(schema, uri);
  const compiled = new Map(
    Object.entries(events).map(([name, uri]) => {
      const validate = ajv.getSchema(uri);
      if (!validate) throw new Error(`no schema at ${uri}`);
      return [name, validate];
    }),
  );
  return (name) => compiled.get(name);
}

/** Every key beginning with `x-` anywhere in a schema document. */
function* extensions(schema) {
  if (schema === null || typeof schema !== "object") return;
  for (const [key, value] of Object.entries(schema)) {
    if (key.startsWith("x-")) yield key;
    yield* extensions(value);
  }
}

/** The value at a JSON Pointer, `undefined` where there is none. */
function resolve(value, pointer) {
  for (const token of pointer.split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

function verdict(line, { discriminator, events }, schemaOf) {
  let event;
  try {
    event = read(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line));
  } catch {
    return { verdict: "not-json", errors: [] };
  }
  const name = discriminator === null ? Object.keys(events)[0] : resolve(event, discriminator);
  const validate = typeof name === "string" ? schemaOf(name) : undefined;
  if (!validate) return { verdict: "unknown-event", errors: [] };
  try {
    if (validate(event)) return { verdict: "valid", errors: [] };
  } catch (error) {
    if (error instanceof TypeError) return { verdict: "invalid", errors: [["exception", ""]] };
    throw error;
  }
  return { verdict: "invalid", errors: causes(validate.errors).map((error) => [error.keyword, error.instancePath]) };
}

/**
 * The errors without those that AJV reports twice: an `if` beside what its `then` says, and the branches of a keyword that
 * failed as a whole.
 */
function causes(errors) {
  const wholes = errors.filter(({ keyword }) => ["anyOf", "oneOf", "contains", "propertyNames"].includes(keyword));
  const inside = (error, whole) => error !== whole && `${error.instancePath}/`.startsWith(`${whole.instancePath}/`);
  return errors.filter((error) => error.keyword !== "if" && !wholes.some((whole) => inside(error, whole) && !wholes.includes(error)));
}

function* linesOf(bytes) {
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

const { values, positionals } = parseArgs({ options: { catalog: { type: "string" } }, allowPositionals: true });
const catalog = JSON.parse(readFileSync(values.catalog, "utf8"));
const schemaOf = compile(catalog);
let output = "";
for (const line of linesOf(readFileSync(positionals[0]))) {
  output += `${JSON.stringify(verdict(line, catalog, schemaOf))}\n`;
}
for (let bytes = Buffer.from(output); bytes.length > 0; ) bytes = bytes.subarray(writeSync(1, bytes));
