import { RecordLost } from "./environment";

const hole = /\{0 *(?:, *(-?\d{1,6}) *)?(?::([^{}]*))?\}/y;

/** string.Format with one argument. Throws RecordLost for a template that .NET refuses. */
export function compositeFormat(template: string, print: (format: string) => string): string {
  let text = "";
  for (let at = 0; at < template.length;) {
    const character = template.charAt(at);
    if (character !== "{" && character !== "}") {
      text += character;
      at++;
    } else if (template[at + 1] === character) {
      text += character;
      at += 2;
    } else {
      hole.lastIndex = at;
      const match = hole.exec(template);
      if (match === null) {
        throw new RecordLost(`"${template}" is not a format string`);
      }
      const width = Number(match[1] ?? 0);
      const printed = print(match[2] ?? "");
      text += width < 0 ? printed.padEnd(-width) : printed.padStart(width);
      at = hole.lastIndex;
    }
  }
  return text;
}
