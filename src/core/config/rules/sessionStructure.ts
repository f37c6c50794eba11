import { insertMember, nearest, removeMember, renameKey, setRaw } from "./fixes";
import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextEdit } from "../../text/span";
import type { JsonNode, JsonProperty } from "../jsonNode";
import { wholeNumber, type SessionEntry, type SessionModel } from "../sessionModel";
import { findSessionKey, maximumWaitingTime, sessionKeys, type SessionLevel } from "../sessionSchema";
import type { SessionFinding, SessionRule } from "./sessionRule";

interface Level {
  readonly level: SessionLevel;
  readonly node: JsonNode;
}

/** Every object of the file whose keys are known. */
function levels(model: SessionModel): Level[] {
  const root = model.document.root;
  return [
    ...(root?.kind === "object" ? [{ level: "root" as const, node: root }] : []),
    ...model.events.map((event) => ({ level: "event" as const, node: event.node })),
    ...model.entries.map((entry) => ({ level: "entry" as const, node: entry.node })),
  ];
}

function preferred(title: string, edits: readonly TextEdit[], safe = true): Fix[] {
  return [{ title, edits, safe, preferred: true }];
}

function duplicateKeys(model: SessionModel): SessionFinding[] {
  return levels(model).flatMap(({ node }) => {
    const seen = new Map<string, JsonProperty>();
    const found: SessionFinding[] = [];
    for (const property of node.properties) {
      const first = seen.get(property.lower);
      if (first === undefined) {
        seen.set(property.lower, property);
        continue;
      }
      found.push({
        span: property.key.span,
        message: l10n.t("{0} stands here twice, and which of the two counts is not defined.", property.name),
        related: [{ span: first.key.span, message: l10n.t("First given here") }],
        fixes: preferred(l10n.t("Remove this one"), [removeMember(node, property)], false),
      });
    }
    return found;
  });
}

function unknownKeys(model: SessionModel): SessionFinding[] {
  return levels(model).flatMap(({ level, node }) =>
    node.properties
      .filter((property) => property.name !== "" && findSessionKey(level, property.name) === undefined)
      .map((property) => {
        const near = nearestKey(level, property.name, node);
        const remove: Fix = { title: l10n.t("Remove {0}", property.name), edits: [removeMember(node, property)], safe: false };
        const rename = near === undefined ? [] : preferred(l10n.t("Rename to {0}", near), [renameKey(property, near)], false);
        return {
          span: property.key.span,
          message:
            near === undefined
              ? l10n.t("{0} is no key of this file and is silently ignored.", property.name)
              : l10n.t("{0} is no key of this file and is silently ignored. Did you mean {1}?", property.name, near),
          unnecessary: true,
          fixes: [...rename, remove],
        };
      }),
  );
}

function nearestKey(level: SessionLevel, name: string, node: JsonNode): string | undefined {
  const free = sessionKeys[level].map((key) => key.name).filter((key) => node.property(key) === undefined);
  return nearest(name.replace(/[^A-Za-z0-9]/g, ""), free);
}

type Casing = "camel" | "pascal" | "both" | "neither";

function casingOf(level: SessionLevel, name: string): Casing | undefined {
  const key = findSessionKey(level, name);
  if (key === undefined) {
    return undefined;
  }
  if (key.name === key.pascal) {
    return name === key.name ? "both" : "neither";
  }
  return name === key.name ? "camel" : name === key.pascal ? "pascal" : "neither";
}

function keyCasing(model: SessionModel): SessionFinding[] {
  const all = levels(model).flatMap(({ level, node }) =>
    node.properties.map((property) => ({ level, property, casing: casingOf(level, property.name) })),
  );
  const toCamel = (one: (typeof all)[number]): TextEdit =>
    renameKey(one.property, findSessionKey(one.level, one.property.name)?.name ?? one.property.name);
  const neither = all
    .filter((one) => one.casing === "neither")
    .map((one) => ({
      span: one.property.key.span,
      message: l10n.t(
        "The spelling {0} is published nowhere. Write {1}.",
        one.property.name,
        findSessionKey(one.level, one.property.name)?.name ?? "",
      ),
      fixes: preferred(l10n.t("Fix the spelling"), [toCamel(one)]),
    }));
  const pascal = all.filter((one) => one.casing === "pascal");
  const first = pascal[0];
  if (first === undefined || !all.some((one) => one.casing === "camel")) {
    return neither;
  }
  const mixed = {
    span: first.property.key.span,
    message: l10n.t(
      "The file mixes the two published spellings, {0} and {1}.",
      first.property.name,
      findSessionKey(first.level, first.property.name)?.name ?? "",
    ),
    fixes: preferred(l10n.t("Write all keys in camel case"), pascal.map(toCamel)),
  };
  return [...neither, mixed];
}

const emptyEntry = '[{ "context": "system", "filename": "", "arguments": "", "s3LogEnabled": true }]';

/** Puts brackets around a value that should be an array. */
function wrapInArray(node: JsonNode): TextEdit[] {
  return [
    { span: { start: node.start, end: node.start }, text: "[" },
    { span: { start: node.end, end: node.end }, text: "]" },
  ];
}

function executablesMissing(model: SessionModel): SessionFinding[] {
  return model.events.flatMap((event) => {
    const value = event.executables?.value;
    if (value?.kind === "array" || event.executables?.value?.kind === "bad") {
      return [];
    }
    if (event.executables === undefined) {
      return [
        {
          span: event.property.key.span,
          message: l10n.t("{0} needs an array executables: without it nothing can run.", event.name),
          fixes: preferred(l10n.t("Insert executables"), [insertMember(event.node, "executables", emptyEntry)]),
        },
      ];
    }
    const fixes =
      value?.kind === "object"
        ? preferred(l10n.t("Put it into an array"), wrapInArray(value))
        : value === undefined
          ? []
          : preferred(l10n.t("Replace by an array"), [setRaw(value, "[]")], false);
    return [{ span: (value ?? event.executables.key).span, message: l10n.t("executables must be an array of objects."), fixes }];
  });
}

function tooManyEntries(model: SessionModel): SessionFinding[] {
  return model.events.flatMap((event) => {
    const third = event.executables?.value?.items[2];
    return third === undefined
      ? []
      : [
          {
            span: headOf(third),
            message: l10n.t("At most two entries are allowed, one for each context. Call further scripts from a script of your own."),
          },
        ];
  });
}

/** The opening bracket of an object: enough to point at it. */
function headOf(node: JsonNode): { start: number; end: number } {
  return { start: node.start, end: Math.min(node.end, node.start + 1) };
}

function sameContext(model: SessionModel): SessionFinding[] {
  return model.events.flatMap((event) => {
    const seen = new Map<string, SessionEntry>();
    return event.entries.flatMap((entry) => {
      const node = entry.node.member("context");
      if (entry.context === undefined || node === undefined) {
        return [];
      }
      const first = seen.get(entry.context);
      if (first === undefined) {
        seen.set(entry.context, entry);
        return [];
      }
      return [
        {
          span: node.span,
          message: l10n.t("A second entry for the context {0}: only one is allowed. Merge both into one script.", entry.context),
          related: [{ span: (first.node.member("context") ?? first.node).span, message: l10n.t("First entry for this context") }],
        },
      ];
    });
  });
}

function contextValue(model: SessionModel): SessionFinding[] {
  return model.entries.flatMap((entry): SessionFinding[] => {
    const property = entry.node.property("context");
    const node = property?.value;
    if (property === undefined) {
      const fixes = ["system", "user"].map((value) => ({
        title: l10n.t("Insert the context {0}", value),
        edits: [insertMember(entry.node, "context", JSON.stringify(value))],
        safe: false,
      }));
      return [{ span: headOf(entry.node), message: l10n.t("The entry has no context: user or system is required."), fixes }];
    }
    if (node?.kind !== "string" || node.raw === "user" || node.raw === "system") {
      return [];
    }
    if (entry.context !== undefined) {
      return [
        {
          severity: "warning",
          span: node.span,
          message: l10n.t("The published spelling is {0}.", entry.context),
          fixes: preferred(l10n.t("Write {0}", entry.context), [setRaw(node, JSON.stringify(entry.context))]),
        },
      ];
    }
    return [
      {
        span: node.span,
        message: l10n.t("The context must be user or system."),
        fixes: ["system", "user"].map((value) => ({
          title: l10n.t("Write {0}", value),
          edits: [setRaw(node, JSON.stringify(value))],
          safe: false,
        })),
      },
    ];
  });
}

function waitingTimeType(model: SessionModel): SessionFinding[] {
  return model.events.flatMap((event) => {
    const node = event.waitingTime?.value;
    if (node === undefined || node.kind === "bad" || wholeNumber(node) !== undefined) {
      return [];
    }
    const number = /^\s*(\d+)(?:\.\d+)?\s*$/.exec(node.scalar ?? "")?.[1];
    const value = number === undefined ? "30" : String(Math.min(Number(number), maximumWaitingTime));
    return [
      {
        span: node.span,
        message: l10n.t("waitingTime must be a whole number of seconds, without quotes."),
        fixes: preferred(l10n.t("Write {0}", value), [setRaw(node, value)]),
      },
    ];
  });
}

function waitingTimeRange(model: SessionModel): SessionFinding[] {
  return model.events.flatMap((event) => {
    const node = event.waitingTime?.value;
    return node === undefined || event.seconds === undefined || event.seconds <= maximumWaitingTime
      ? []
      : [
          {
            span: node.span,
            message: l10n.t("waitingTime may be {0} at most. Start longer work as a process of its own.", maximumWaitingTime),
            fixes: preferred(l10n.t("Write {0}", "60"), [setRaw(node, "60")]),
          },
        ];
  });
}

function noWaitingTime(model: SessionModel): SessionFinding[] {
  return model.events
    .filter((event) => event.entries.some((entry) => entry.configured))
    .flatMap((event) => {
      const node = event.waitingTime?.value;
      return node === undefined || event.seconds === undefined || event.seconds > 0
        ? []
        : [
            {
              span: node.span,
              message: l10n.t("The script gets no time and is stopped at once."),
              fixes: preferred(l10n.t("Write {0}", "30"), [setRaw(node, "30")]),
            },
          ];
    });
}

function missingWaitingTime(model: SessionModel): SessionFinding[] {
  return model.events
    .filter((event) => event.waitingTime === undefined && event.entries.some((entry) => entry.configured))
    .map((event) => ({
      span: event.property.key.span,
      message: l10n.t("waitingTime is missing: how long the script may run is then not documented."),
      fixes: preferred(l10n.t("Insert waitingTime 30"), [insertMember(event.node, "waitingTime", "30")]),
    }));
}

function logSwitchType(model: SessionModel): SessionFinding[] {
  return model.entries.flatMap((entry) => {
    const node = entry.node.member("s3LogEnabled");
    if (node === undefined || node.kind === "boolean" || node.kind === "bad") {
      return [];
    }
    const text = node.kind === "string" ? (node.scalar ?? "").toLowerCase() : "";
    const quoted = text === "true" || text === "false";
    const value = quoted ? text : /^(?:0|no|off|)$/i.test(node.scalar ?? "true") && node.kind !== "null" ? "false" : "true";
    return [
      {
        ...(quoted && (node.scalar === "true" || node.scalar === "false") ? { severity: "warning" as const } : {}),
        span: node.span,
        message: l10n.t("s3LogEnabled must be true or false, without quotes."),
        fixes: preferred(l10n.t("Write {0}", value), [setRaw(node, value)], quoted),
      },
    ];
  });
}

function emptyExecutables(model: SessionModel): SessionFinding[] {
  const root = model.document.root;
  return model.events.flatMap((event) => {
    const node = event.executables?.value;
    return node?.kind !== "array" || node.items.length > 0
      ? []
      : [
          {
            span: node.span,
            message: l10n.t("An empty array: the event has no effect."),
            fixes: root === undefined ? [] : preferred(l10n.t("Remove {0}", event.name), [removeMember(root, event.property)], false),
          },
        ];
  });
}

function wrongTypes(model: SessionModel): SessionFinding[] {
  const root = model.document.root;
  if (root !== undefined && root.kind !== "object") {
    return root.kind === "bad" ? [] : [{ span: headOf(root), message: l10n.t("The file must be one JSON object.") }];
  }
  const notObject = (node: JsonNode | undefined): node is JsonNode => node !== undefined && node.kind !== "object" && node.kind !== "bad";
  const events = (root?.properties ?? [])
    .filter((property) => findSessionKey("root", property.name) !== undefined)
    .flatMap((property) =>
      notObject(property.value) ? [{ span: property.value.span, message: l10n.t("{0} must be an object.", property.name) }] : [],
    );
  const entries = model.events.flatMap((event) =>
    (event.executables?.value?.items ?? [])
      .filter(notObject)
      .map((node) => ({ span: node.span, message: l10n.t("Each entry of executables must be an object.") })),
  );
  return [...events, ...entries, ...model.entries.flatMap(wrongTexts)];
}

function wrongTexts(entry: SessionEntry): SessionFinding[] {
  return ["context", "filename", "arguments"].flatMap((key) => {
    const node = entry.node.member(key);
    if (node === undefined || node.kind === "string" || node.kind === "bad") {
      return [];
    }
    const text = node.kind === "number" || node.kind === "boolean" ? JSON.stringify(node.raw) : '""';
    const simple = node.kind === "number" || node.kind === "boolean" || node.kind === "null";
    const fixes = simple && key !== "context" ? preferred(l10n.t("Write {0}", text), [setRaw(node, text)], node.kind !== "null") : [];
    return [{ span: node.span, message: l10n.t("{0} must be a string.", key), fixes }];
  });
}

export const sessionStructureRules: readonly SessionRule[] = [
  { code: "SSC005", severity: "error", check: duplicateKeys },
  { code: "SSC006", severity: "warning", check: unknownKeys },
  { code: "SSC007", severity: "information", check: keyCasing },
  { code: "SSC008", severity: "error", check: executablesMissing },
  { code: "SSC009", severity: "error", check: tooManyEntries },
  { code: "SSC010", severity: "error", check: sameContext },
  { code: "SSC011", severity: "error", check: contextValue },
  { code: "SSC012", severity: "error", check: waitingTimeType },
  { code: "SSC013", severity: "error", check: waitingTimeRange },
  { code: "SSC014", severity: "warning", check: noWaitingTime },
  { code: "SSC015", severity: "warning", check: missingWaitingTime },
  { code: "SSC029", severity: "error", check: logSwitchType },
  { code: "SSC043", severity: "information", check: emptyExecutables },
  { code: "SSC046", severity: "error", check: wrongTypes },
];
