// JSON texts read strictly: what `JSON.parse` reads, without duplicate keys and without half a surrogate pair.

/** The text's value; throws a `SyntaxError` if there is anything wrong with it. */
export function read(text) {
  const value = JSON.parse(text);
  // The text is JSON, so its tokens are all that matters: strings, and what opens, closes and separates.
  const open = [];
  let key = null;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/gu)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const keys = open.at(-1);
      if (keys.has(key)) throw new SyntaxError(`a key twice: ${key}`);
      keys.add(key);
    } else {
      key = JSON.parse(token);
      if (!key.isWellFormed()) throw new SyntaxError("half a surrogate pair");
    }
  }
  return value;
}
