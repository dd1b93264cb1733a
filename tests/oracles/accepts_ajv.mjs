// Whether AJV accepts a value by each of some schemas, a case a line of NDJSON: {schemas: […], value} becomes
// {accepts: [true, false, …]}, or {error} where AJV can't read a schema.
//
//     node accepts_ajv.mjs CASES.ndjson

import { readFileSync, writeSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";

/** A function from values to whether the schema accepts them. */
function compile(schema) {
  const ajv = new Ajv({ strict: false, logger: false, validateSchema: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

const compiled = new Map();
for (const line of readFileSync(process.argv[2], "utf8").split("\n")) {
  if (line === "") continue;
  const { schemas, value } = JSON.parse(line);
  let said;
  try {
    const accepts = schemas.map((schema) => {
      const key = JSON.stringify(schema);
      if (!compiled.has(key)) compiled.set(key, compile(schema));
      return compiled.get(key)(value) === true;
    });
    said = { accepts };
  } catch (error) {
    said = { error: String(error.message) };
  }
  writeSync(1, `${JSON.stringify(said)}\n`);
}
