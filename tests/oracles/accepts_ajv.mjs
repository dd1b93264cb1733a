// Whether AJV accepts a value by each of some schemas, a case a line of NDJSON: {schemas: […], value} becomes
// {accepts: [true, false, …]}, or {error} where AJV can't read a schema.
//
//     node accepts_ajv.mjs CASES.ndjson

import { readFileSync, writeSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";

/**
 * A function from values to whether the schema accepts them. A schema may have patterns that are none with JavaScript's flag `u`
 * (`\:`); such a schema is read without it. All errors, since one alone is another program: there `contains` takes `[]` if a list
 * of `items` stands beside it.
 */
function compile(schema, unicodeRegExp = true) {
  const options = { strict: false, logger: false, validateSchema: false, allErrors: true, multipleOfPrecision: 9 };
  const ajv = new Ajv({ ...options, unicodeRegExp });
  addFormats.default(ajv);
  try {
    return ajv.compile(schema);
  } catch (error) {
    if (!unicodeRegExp || !String(error.message).startsWith("Invalid regular expression")) throw error;
    return compile(schema, false);
  }
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
