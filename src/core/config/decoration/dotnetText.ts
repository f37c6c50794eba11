const white = "[\\t-\\r \\x85\\p{Z}]";
const leading = new RegExp(`^${white}+`, "u");
const trailing = new RegExp(`${white}+$`, "u");

export const trimStart = (text: string): string => text.replace(leading, "");
export const trimEnd = (text: string): string => text.replace(trailing, "");
export const trim = (text: string): string => trimEnd(trimStart(text));

/** string.IsNullOrWhiteSpace of a string that is there: what .NET counts as white is not quite what JavaScript does. */
export const isBlank = (text: string): boolean => trimStart(text) === "";

/** ToUpper and ToLower of .NET change one character into one: ß stays as it is. */
export const toUpper = (text: string): string => [...text].map((character) => single(character, character.toUpperCase())).join("");
export const toLower = (text: string): string => [...text].map((character) => single(character, character.toLowerCase())).join("");

function single(character: string, changed: string): string {
  return [...changed].length === 1 ? changed : character === "\u0130" ? "i" : character;
}
