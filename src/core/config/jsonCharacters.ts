import { traits } from "./jsonTape";

const traitOf = new Uint8Array(128);
for (let code = 0; code < 32; code++) {
  traitOf[code] = traits.control;
}
traitOf[0x5c] = traits.escape;
for (const char of "<>&`") {
  traitOf[char.charCodeAt(0)] = traits.markup;
}
traitOf[0x25] = traits.percent;
traitOf[0x7b] = traits.brace;
traitOf[0x7d] = traits.brace;

export function traitsOf(code: number): number {
  return code < 128 ? (traitOf[code] ?? 0) : traits.nonAscii;
}

export function isInvisible(code: number): boolean {
  return (
    code === 0xa0 ||
    code === 0xad ||
    code === 0xfeff ||
    (code >= 0x2000 && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202f) ||
    (code >= 0x205f && code <= 0x2064) ||
    code === 0x3000 ||
    code === 0x1680
  );
}

/** Blanks among the invisible characters, as against those without width. */
export function isWideBlank(code: number): boolean {
  return code === 0xa0 || (code >= 0x2000 && code <= 0x200a) || code === 0x202f || code === 0x205f || code === 0x3000 || code === 0x1680;
}

export function isOtherQuote(code: number): boolean {
  return code === 0x27 || (code >= 0x2018 && code <= 0x201f) || code === 0xab || code === 0xbb || code === 0x2033 || code === 0xff02;
}

const entityQuotes = /^&(?:quot|ldquo|rdquo|#34|#x22|#8220|#8221);/i;

/** Length of an HTML entity that stands for a double quote; 0 when there is none. */
export function entityWidth(text: string, at: number): number {
  return entityQuotes.exec(text.slice(at, at + 9))?.[0].length ?? 0;
}
