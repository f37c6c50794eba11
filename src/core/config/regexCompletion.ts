import * as l10n from "@vscode/l10n";
import { analyzeDotnetRegex } from "./decoration/dotnetRegex";
import { generalCategories } from "./decoration/unicodeBlocks";

/** Something to offer at the cursor of a .NET pattern; `insert` has tab stops `«…»`, everything else is pattern text. */
export interface PatternOffer {
  readonly label: string;
  readonly insert: string;
  readonly detail: string;
}

export interface PatternOffers {
  readonly list: readonly PatternOffer[];
  /** How many characters of the pattern before the cursor the offers replace. */
  readonly typed: number;
}

interface Row {
  readonly label: string;
  /** Absent: the label. */
  readonly insert?: string;
  readonly detail: () => string;
}

const escapes: readonly Row[] = [
  { label: "\\d", detail: () => l10n.t("a digit") },
  { label: "\\w", detail: () => l10n.t("a letter, a digit or _") },
  { label: "\\s", detail: () => l10n.t("a blank, tab or line break") },
  { label: "\\D", detail: () => l10n.t("no digit") },
  { label: "\\W", detail: () => l10n.t("no letter, digit or _") },
  { label: "\\S", detail: () => l10n.t("no blank, tab or line break") },
  { label: "\\t", detail: () => l10n.t("a tab") },
  { label: "\\p{…}", insert: "\\p{«Lu»}", detail: () => l10n.t("a character of a Unicode category or block") },
  { label: "\\P{…}", insert: "\\P{«Lu»}", detail: () => l10n.t("a character outside a Unicode category or block") },
  { label: "\\.", detail: () => l10n.t("a point") },
  { label: "\\[", detail: () => l10n.t("an opening bracket") },
  { label: "\\\\", detail: () => l10n.t("a back slash") },
];
const outsideClass: readonly Row[] = [
  { label: "\\b", detail: () => l10n.t("word boundary") },
  { label: "\\B", detail: () => l10n.t("no word boundary") },
  { label: "\\A", detail: () => l10n.t("the start of the text, whatever the options") },
  { label: "\\z", detail: () => l10n.t("the end of the text, whatever the options") },
  { label: "\\Z", detail: () => l10n.t("the end of the text, or before its last line break") },
];
const groups: readonly Row[] = [
  { label: "(?<name>…)", insert: "(?<«name»>«.*»)", detail: () => l10n.t("named group: becomes a field") },
  { label: "(?:…)", insert: "(?:«»)", detail: () => l10n.t("group without a number") },
  { label: "(?=…)", insert: "(?=«»)", detail: () => l10n.t("followed by") },
  { label: "(?!…)", insert: "(?!«»)", detail: () => l10n.t("not followed by") },
  { label: "(?<=…)", insert: "(?<=«»)", detail: () => l10n.t("preceded by") },
  { label: "(?<!…)", insert: "(?<!«»)", detail: () => l10n.t("not preceded by") },
  { label: "(?>…)", insert: "(?>«»)", detail: () => l10n.t("group that is not tried in another way") },
  { label: "(?i)", detail: () => l10n.t("ignores case from here on") },
  { label: "(?i:…)", insert: "(?i:«»)", detail: () => l10n.t("ignores case in the group") },
  { label: "(?#…)", insert: "(?#«»)", detail: () => l10n.t("a comment") },
];
const timestamp: Row = {
  label: "(?<Timestamp>…)",
  insert: "(?<Timestamp>«\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}»)",
  detail: () => l10n.t("named group that gives the time of the record"),
};
const usual: readonly Row[] = [
  { label: "^", detail: () => l10n.t("the start of the text, or of a line") },
  { label: ".*", detail: () => l10n.t("anything to the end of the line") },
  { label: "\\d+", detail: () => l10n.t("a number") },
  { label: "\\S+", detail: () => l10n.t("a word without blanks") },
  { label: "\\s+", detail: () => l10n.t("blanks") },
  { label: "[…]", insert: "[«a-z»]", detail: () => l10n.t("one of these characters") },
  { label: "\\[Error\\]", insert: "\\[«Error»\\]", detail: () => l10n.t("level in the text form of a Windows event") },
];
const quantifiers: readonly Row[] = [
  { label: "*", detail: () => l10n.t("any number of times") },
  { label: "+", detail: () => l10n.t("at least once") },
  { label: "?", detail: () => l10n.t("once or not at all") },
  { label: "*?", detail: () => l10n.t("any number of times, as few as possible") },
  { label: "+?", detail: () => l10n.t("at least once, as few as possible") },
  { label: "{n}", insert: "{«2»}", detail: () => l10n.t("exactly so many times") },
  { label: "{n,m}", insert: "{«1»,«3»}", detail: () => l10n.t("between so many times") },
];
const ranges: readonly Row[] = [
  { label: "a-z", detail: () => l10n.t("a small letter") },
  { label: "A-Z", detail: () => l10n.t("a capital letter") },
  { label: "0-9", detail: () => l10n.t("a digit 0 to 9") },
];

/** What can stand at the end of `before`, a .NET pattern up to the cursor; `whole` is all of it. */
export function completePattern(before: string, whole: string, key: string): PatternOffers {
  const category = /\\[pP]\{(\w*)$/.exec(before);
  if (category !== null) {
    const list = [...generalCategories].map((name) => ({ label: name, insert: `${name}}`, detail: l10n.t("Unicode category") }));
    return { typed: category[1]?.length ?? 0, list };
  }
  const reference = /\\k[<{'](\w*)$/.exec(before);
  if (reference !== null) {
    const names = analyzeDotnetRegex(whole.replace(/\\k[<{']\w*[>}']?/, "")).groupNames.filter((name) => !/^\d+$/.test(name));
    const close = { "<": ">", "{": "}", "'": "'" }[before.charAt(reference.index + 2)] ?? ">";
    return {
      typed: reference[1]?.length ?? 0,
      list: names.map((name) => ({ label: name, insert: name + close, detail: l10n.t("group of this pattern") })),
    };
  }
  const inClass = isInClass(before);
  if (isEscaping(before)) {
    return { typed: 1, list: rows(inClass ? escapes : [...escapes, ...outsideClass, ...referenceRow(before)]) };
  }
  if (inClass) {
    return { typed: 0, list: rows([...ranges, ...escapes.slice(0, 4)]) };
  }
  const group = /\((?:\?[<!=>:#i]{0,2})?$/.exec(before);
  const named = recordKeys.has(key) ? [timestamp, ...groups] : groups;
  if (group !== null && !isEscaping(before.slice(0, group.index))) {
    const typed = group[0];
    return { typed: typed.length, list: rows(named.filter((row) => (row.insert ?? row.label).startsWith(typed))) };
  }
  return { typed: 0, list: rows([...(isOperand(before) ? quantifiers : []), ...usual, ...named]) };
}

/** Patterns whose groups become the fields of a record, and whose group Timestamp its time. */
const recordKeys = new Set(["Pattern", "ExtractionPattern"]);

function referenceRow(before: string): Row[] {
  return /\(\?<\w/.test(before) ? [{ label: "\\k<…>", insert: "\\k<«name»>", detail: () => l10n.t("what a named group has matched") }] : [];
}

function rows(list: readonly Row[]): PatternOffer[] {
  return list.map(({ label, insert, detail }) => ({ label, insert: insert ?? label, detail: detail() }));
}

/** Whether the text ends with a back slash that escapes what comes next. */
function isEscaping(text: string): boolean {
  return (/\\*$/.exec(text)?.[0].length ?? 0) % 2 === 1;
}

function isInClass(text: string): boolean {
  let open = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") {
      at++;
    } else if (!open && char === "[") {
      open = true;
      start = text[at + 1] === "^" ? at + 2 : at + 1;
    } else if (open && char === "]" && at > start) {
      open = false;
    }
  }
  return open;
}

/** Whether a quantifier can follow. */
function isOperand(text: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*(?:\\[^]|[^\\|(^$*+?{])$/.test(text);
}
