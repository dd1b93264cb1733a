// AJV as one that is measured (see benches/protocol): each event is decoded, parsed and given to the function that AJV
// generated for its type. It stops at an event's first error, which is AJV's fastest way.
//
//     node peer_ajv.mjs BUNDLE EVENTS

import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";

const [bundle, file] = process.argv.slice(2);
const { discriminator, events, documents } = JSON.parse(readFileSync(bundle, "utf8"));
// `strict` says what a schema's author may have meant otherwise; what is valid does not depend on it.
const ajv = new Ajv({ strict: false, allErrors: false });
addFormats.default(ajv);
for (const [uri, schema] of Object.entries(documents)) ajv.addSchema(schema, uri);
const validators = new Map(
  Object.entries(events).map(([name, uri]) => {
    const validate = ajv.getSchema(uri);
    if (!validate) throw new Error(`no schema at ${uri}`);
    return [name, validate];
  }),
);
const path = discriminator.split("/").slice(1);
const bytes = readFileSync(file);

function isValid(text) {
  let event;
  try {
    event = JSON.parse(text);
  } catch {
    return false;
  }
  let name = event;
  for (const key of path) name = name?.[key];
  const validate = validators.get(name);
  return validate !== undefined && validate(event);
}

function pass() {
  let count = 0;
  let valid = 0;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    count += 1;
    if (isValid(bytes.utf8Slice(start, end))) valid += 1;
    start = end + 1;
  }
  return { events: count, valid };
}

const say = (value) => writeSync(1, `${JSON.stringify(value)}\n`);
const { version } = createRequire(import.meta.url)("ajv/package.json");
say({ version: `${version}, Node ${process.versions.node}` });
for await (const _ of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  const started = process.hrtime.bigint();
  const tally = pass();
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const { user, system } = process.cpuUsage(before);
  say({ seconds, cpu: (user + system) / 1e6, ...tally });
}
