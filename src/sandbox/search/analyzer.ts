/** Words of the standard analyzer (Unicode word breaks, lower-cased), good enough for Latin, Cyrillic, Greek and CJK text. */
const word =
  /[\p{Script=Han}\p{Script=Hiragana}]|[\p{Script=Katakana}]+|(?:[\p{L}\p{M}\p{N}_](?:(?<=\p{L}|\p{M})['’·:.](?=\p{L})|(?<=\p{N})[.,;'’](?=\p{N}))?)+/gu;
const asciiWord = /[a-z0-9_](?:[a-z0-9_]|(?<=[a-z])['.:](?=[a-z])|(?<=[0-9])[.,;'](?=[0-9]))*/g;

const ascii = /^[\x00-\x7f]*$/;

export function standardTokens(text: string): readonly string[] {
  const lower = text.toLowerCase();
  const found = lower.match(ascii.test(lower) ? asciiWord : word) ?? [];
  return found.some((token) => token.length > 255) ? found.flatMap(splitLong) : found;
}

function splitLong(token: string): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < token.length; at += 255) {
    parts.push(token.slice(at, at + 255));
  }
  return parts;
}

/** Tokens of a field with this analyzer. */
export function analyze(text: string, analyzer: string): readonly string[] {
  switch (analyzer) {
    case "keyword":
      return [text];
    case "whitespace":
      return text.split(/\s+/).filter((part) => part !== "");
    case "simple":
      return text.toLowerCase().match(/\p{L}+/gu) ?? [];
    default:
      return standardTokens(text);
  }
}
