import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextEdit } from "../../text/span";
import type { JsonNode, JsonProperty } from "../jsonNode";
import type { SessionModel } from "../sessionModel";
import { findSessionKey, sessionKeys, type SessionLevel } from "../sessionSchema";
import { nearest, removeMember, renameKey } from "./fixes";
import { preferred } from "./sessionParts";
import type { SessionFinding, SessionRule } from "./sessionRule";

interface Level {
  readonly level: SessionLevel;
  readonly node: JsonNode;
}

function levels(model: SessionModel): Level[] {
  const root = model.document.root;
  return [
    ...(root?.kind === "object" ? [{ level: "root" as const, node: root }] : []),
    ...model.events.map((event) => ({ level: "event" as const, node: event.node })),
    ...model.entries.map((entry) => ({ level: "entry" as const, node: entry.node })),
  ];
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

/** Which keys there are. */
export const sessionKeyRules: readonly SessionRule[] = [
  { code: "SSC005", severity: "error", check: duplicateKeys },
  { code: "SSC006", severity: "warning", check: unknownKeys },
  { code: "SSC007", severity: "information", check: keyCasing },
];
