import * as l10n from "@vscode/l10n";
import { etwProviders, eventLogs, queries } from "./knownNames";

/** Something to offer at the cursor of an event query; `insert` has tab stops `${1:…}`, everything else is plain text. */
export interface QueryOffer {
  readonly label: string;
  readonly insert: string;
  readonly detail: string;
}

export interface QueryOffers {
  readonly list: readonly QueryOffer[];
  /** How many characters before the cursor the offers replace; undefined: the whole query. */
  readonly typed: number | undefined;
}

/** What can stand at the end of the text, which is an event query up to the cursor. */
export function completeQuery(text: string): QueryOffers {
  const inXml = /<QueryList/i.test(text);
  if (inXml) {
    const tag = text.slice(text.lastIndexOf("<"));
    if (!tag.includes(">")) {
      return inTag(tag);
    }
  }
  const query = inXml ? text.slice(text.lastIndexOf(">") + 1).replace(/&[lg]t;/g, "<") : text;
  const read = readQuery(query);
  if (!inXml && read.depth === 0 && (read.expected === "start" || query.trim() === "*")) {
    return { typed: undefined, list: wholeQueries() };
  }
  const list = offersFor(read);
  return {
    typed: read.typed.length,
    list: inXml ? list.map((offer) => ({ ...offer, insert: offer.insert.replaceAll("<", "&lt;") })) : list,
  };
}

function wholeQueries(): QueryOffer[] {
  const titles: Readonly<Record<string, string>> = {
    all: l10n.t("all events"),
    level: l10n.t("errors and warnings"),
    provider: l10n.t("events of one source"),
    id: l10n.t("events of one id"),
    data: l10n.t("events by their data"),
  };
  return queries.map(({ text, of }) => ({ label: text.replace(/\$\{\d:([^}]*)\}/g, "$1"), insert: text, detail: titles[of] ?? "" }));
}

/** The channel of a Query or Select element. */
function inTag(tag: string): QueryOffers {
  const typed = /\bPath=["']([^"']*)$/i.exec(tag)?.[1];
  return typed === undefined
    ? { typed: 0, list: [] }
    : { typed: typed.length, list: eventLogs.map((name) => ({ label: name, insert: name, detail: l10n.t("event log") })) };
}

interface Read {
  /** What may come next. */
  readonly expected: "start" | "step" | "value" | "logic";
  /** What the innermost open bracket belongs to: Event, System, Provider, … */
  readonly owner: string;
  /** What a value is compared with. */
  readonly compared: string;
  readonly depth: number;
  /** The word, or the quoted text with its opening quote, that the cursor stands behind. */
  readonly typed: string;
}

const token = /'[^']*'?|"[^"]*"?|@?[A-Za-z_][\w.-]*|[\d.]+|[<>!]?=|[<>]|[[\]()*/,]/g;

function readQuery(text: string): Read {
  const owners: string[] = [];
  let expected: Read["expected"] = "start";
  let last = "";
  let compared = "";
  let typed = "";
  let before: Read = { expected, owner: "", compared, depth: 0, typed };
  for (const match of text.matchAll(token)) {
    const [word] = match;
    const isEnd = match.index + word.length === text.length;
    before = { expected, owner: owners.findLast((one) => one !== "(") ?? "", compared, depth: owners.length, typed: word };
    typed = isEnd && /^[@A-Za-z_'"\d]/.test(word) && !/^(['"]).*\1$/.test(word) ? word : "";
    if (word === "[" || word === "(") {
      owners.push(word === "(" ? "(" : last);
      expected = "step";
    } else if (word === "]" || word === ")") {
      owners.pop();
      expected = "logic";
    } else if (/^[<>!]?=$|^[<>]$/.test(word)) {
      compared = last;
      expected = "value";
    } else if (word === "and" || word === "or") {
      expected = "step";
    } else if (word === "/" || word === ",") {
      expected = "step";
    } else {
      last = word;
      expected = "logic";
    }
  }
  return typed === ""
    ? { expected, owner: owners.findLast((one) => one !== "(") ?? "", compared, depth: owners.length, typed }
    : { ...before, typed };
}

type Member = readonly [insert: string, detail?: () => string];

const time: Member = ["TimeCreated[timediff(@SystemTime) <= ${1:86400000}]", () => l10n.t("events of the last milliseconds")];
/** What may stand in the brackets of each element. */
const members: Readonly<Record<string, readonly Member[]>> = {
  "*": [["System[${1}]"], ["EventData[${1}]"], ["UserData[${1}]"]],
  System: [
    ["Level=${1:2}", () => l10n.t("1 critical, 2 error, 3 warning, 4 information, 5 verbose")],
    ["EventID=${1:1001}"],
    ["Provider[@Name='${1:ExampleApp}']", () => l10n.t("events of one source")],
    time,
    ["Channel='${1:Application}'"],
    ["Computer='${1:name}'"],
    ["Task=${1:1}"],
    ["Opcode=${1:1}"],
    ["band(Keywords,${1:9007199254740992})", () => l10n.t("events with one of these keyword bits")],
    ["EventRecordID=${1:1}"],
    ["Security[@UserID='${1:S-1-5-18}']"],
    ["Execution[@ProcessID=${1:4}]"],
    ["Correlation[@ActivityID='${1}']"],
  ],
  Provider: [["@Name='${1:ExampleApp}'"], ["@Guid='${1}'"], ["@EventSourceName='${1}'"]],
  TimeCreated: [
    ["timediff(@SystemTime) <= ${1:86400000}", () => l10n.t("events of the last milliseconds")],
    ["@SystemTime>='${1:2024-01-01T00:00:00.000Z}'"],
  ],
  Security: [["@UserID='${1:S-1-5-18}'"]],
  Execution: [["@ProcessID=${1:4}"], ["@ThreadID=${1:8}"]],
  Correlation: [["@ActivityID='${1}'"], ["@RelatedActivityID='${1}'"]],
  EventData: [["Data[@Name='${1:Name}']='${2:value}'"], ["Data='${1:value}'"]],
  Data: [["@Name='${1:Name}'"]],
};

const levels = (): Readonly<Record<string, string>> => ({
  1: l10n.t("critical"),
  2: l10n.t("error"),
  3: l10n.t("warning"),
  4: l10n.t("information"),
  5: l10n.t("verbose"),
});

function offersFor({ expected, owner, compared, depth }: Read): QueryOffer[] {
  switch (expected) {
    case "start":
    case "step":
      return (members[owner === "Event" ? "*" : owner] ?? []).map(([insert, detail]) => ({
        label: labelOf(insert),
        insert,
        detail: detail?.() ?? "",
      }));
    case "value":
      return valuesOf(compared, owner);
    case "logic":
      return depth === 0 ? [] : ["and", "or"].map((word) => ({ label: word, insert: `${word} `, detail: "" }));
  }
}

function labelOf(insert: string): string {
  return insert.replace(/\$\{\d+:?([^}]*)\}/g, "$1");
}

function valuesOf(compared: string, owner: string): QueryOffer[] {
  const quoted = (names: readonly string[], detail: string): QueryOffer[] =>
    names.map((name) => ({ label: `'${name}'`, insert: `'${name}'`, detail }));
  switch (compared) {
    case "Level":
      return Object.entries(levels()).map(([label, detail]) => ({ label, insert: label, detail }));
    case "Channel":
      return quoted(eventLogs, l10n.t("event log"));
    case "@Name":
      return owner === "Provider" ? quoted(etwProviders, l10n.t("event provider")) : [];
    case "@SystemTime":
      return [{ label: "86400000", insert: "86400000", detail: l10n.t("one day, in milliseconds") }];
    default:
      return [];
  }
}
