import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { JsonNode } from "../jsonNode";
import { wholeNumber, type SessionEntry, type SessionModel } from "../sessionModel";
import { findSessionKey, maximumWaitingTime } from "../sessionSchema";
import { insertMember, setRaw } from "./fixes";
import { headOf, json, preferred } from "./sessionParts";
import type { SessionFinding, SessionRule } from "./sessionRule";

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

function noLog(model: SessionModel): SessionFinding[] {
  return model.configured.flatMap((entry) => {
    const node = entry.node.member("s3LogEnabled");
    return node?.kind === "boolean" && node.raw === "false"
      ? [
          {
            span: node.span,
            message: l10n.t("Nothing of what the script prints is kept: a failure cannot be explained."),
            fixes: [{ title: l10n.t("Enable the log"), edits: [setRaw(node, "true")], safe: false, preferred: true }],
          },
        ]
      : [];
  });
}

function wrongTypes(model: SessionModel): SessionFinding[] {
  const root = model.document.root;
  if (root !== undefined && root.kind !== "object") {
    return root.kind === "bad"
      ? []
      : [{ span: headOf(root), message: l10n.t("The file must be one JSON object."), fixes: unwrapped(root) }];
  }
  const notObject = (node: JsonNode | undefined): node is JsonNode => node !== undefined && node.kind !== "object" && node.kind !== "bad";
  const events = (root?.properties ?? [])
    .filter((property) => findSessionKey("root", property.name) !== undefined)
    .flatMap((property) =>
      notObject(property.value)
        ? [{ span: property.value.span, message: l10n.t("{0} must be an object.", property.name), fixes: asEvent(property.value) }]
        : [],
    );
  const entries = model.events.flatMap((event) =>
    (event.executables?.value?.items ?? [])
      .filter(notObject)
      .map((node) => ({ span: node.span, message: l10n.t("Each entry of executables must be an object."), fixes: asEntry(node) })),
  );
  return [...events, ...entries, ...model.entries.flatMap(wrongTexts)];
}

function unwrapped(root: JsonNode): Fix[] {
  const [only, another] = root.items;
  return only?.kind === "object" && another === undefined
    ? preferred(l10n.t("Unwrap the object"), [setRaw(root, root.text.slice(only.start, only.end))], false)
    : preferred(l10n.t("Replace by an empty object"), [setRaw(root, "{}")], false);
}

function asEvent(value: JsonNode): Fix[] {
  const list = value.kind === "array" ? value.text.slice(value.start, value.end) : "[]";
  return preferred(l10n.t("Convert to an object"), [setRaw(value, `{ "executables": ${list}, "waitingTime": 30 }`)], false);
}

function asEntry(node: JsonNode): Fix[] {
  const program = node.kind === "string" ? node.text.slice(node.start, node.end) : '""';
  return preferred(
    l10n.t("Convert to an object"),
    [setRaw(node, `{ "context": "system", "filename": ${program}, "arguments": "" }`)],
    false,
  );
}

function asText(key: string, node: JsonNode): Fix[] {
  if (key === "context") {
    return ["system", "user"].map((value) => ({ title: l10n.t("Write {0}", value), edits: [setRaw(node, json(value))], safe: false }));
  }
  const plain = node.kind === "number" || node.kind === "boolean";
  const words = node.items
    .flatMap((item) => item.scalar ?? [])
    .map((word) => (/\s/.test(word) && !word.includes('"') ? `"${word}"` : word));
  const text = json(plain ? node.raw : words.join(" "));
  return preferred(l10n.t("Write {0}", text), [setRaw(node, text)], plain);
}

function wrongTexts(entry: SessionEntry): SessionFinding[] {
  return ["context", "filename", "arguments"].flatMap((key) => {
    const node = entry.node.member(key);
    if (node === undefined || node.kind === "string" || node.kind === "bad") {
      return [];
    }
    return [{ span: node.span, message: l10n.t("{0} must be a string.", key), fixes: asText(key, node) }];
  });
}

/** What each value may be. */
export const sessionValueRules: readonly SessionRule[] = [
  { code: "SSC011", severity: "error", check: contextValue },
  { code: "SSC012", severity: "error", check: waitingTimeType },
  { code: "SSC013", severity: "error", check: waitingTimeRange },
  { code: "SSC014", severity: "warning", check: noWaitingTime },
  { code: "SSC015", severity: "warning", check: missingWaitingTime },
  { code: "SSC029", severity: "error", check: logSwitchType },
  { code: "SSC030", severity: "information", check: noLog },
  { code: "SSC046", severity: "error", check: wrongTypes },
];
