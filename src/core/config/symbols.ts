import * as l10n from "@vscode/l10n";
import type { TextSpan } from "../text/span";
import { sectionOf, typeKeyOf } from "./agentSchema";
import type { ConfigDocument, JsonNode, JsonProperty } from "./jsonNode";
import { propertyOf } from "./document";
import { readSession } from "./sessionModel";
import type { JsonKind } from "./shapes";

export type SymbolKind = "section" | "source" | "sink" | "pipe" | "plugin" | "credential" | "setting" | "event" | "script";

export interface ConfigSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly span: TextSpan;
  /** Lies within the span. */
  readonly selection: TextSpan;
  readonly children: readonly ConfigSymbol[];
}

export function symbolsOf(kind: JsonKind, document: ConfigDocument): ConfigSymbol[] {
  return kind === "session" ? sessionSymbols(document) : agentSymbols(document);
}

function agentSymbols(document: ConfigDocument): ConfigSymbol[] {
  return (document.root?.properties ?? []).map((property) => {
    const section = sectionOf(property.name);
    if (section === undefined || property.value === undefined) {
      return symbol(property, "setting", property.value?.scalar ?? "");
    }
    const kinds = { Sources: "source", Sinks: "sink", Pipes: "pipe", Plugins: "plugin", Credentials: "credential" } as const;
    const entries = property.value.kind === "array" ? property.value.items : property.value.properties.flatMap((one) => one.value ?? []);
    const children = entries
      .filter((node) => node.kind === "object")
      .map((node) => declarationSymbol(node, kinds[section], typeKeyOf(section)));
    return { ...symbol(property, "section", String(children.length)), children };
  });
}

function symbol(property: JsonProperty, kind: SymbolKind, detail: string): ConfigSymbol {
  return {
    name: property.name === "" ? "…" : property.name,
    detail,
    kind,
    span: { start: property.start, end: property.end },
    selection: property.key.span,
    children: [],
  };
}

function declarationSymbol(node: JsonNode, kind: SymbolKind, typeKey: string): ConfigSymbol {
  const id = node.member("Id");
  const detail =
    kind === "pipe"
      ? `${node.member("SourceRef")?.scalar ?? "?"} → ${node.member("SinkRef")?.scalar ?? "?"}`
      : (node.member(typeKey)?.scalar ?? "");
  const name = id?.scalar ?? "";
  return {
    name: name === "" ? l10n.t("(without Id)") : name,
    detail,
    kind,
    span: node.span,
    selection: id?.span ?? { start: node.start, end: node.start + 1 },
    children: [],
  };
}

function sessionSymbols(document: ConfigDocument): ConfigSymbol[] {
  return readSession(document).events.map((event) => ({
    ...symbol(event.property, "event", event.seconds === undefined ? "" : `${event.seconds} s`),
    children: event.entries.map((entry) => {
      const context = entry.node.member("context");
      return {
        name: entry.context ?? "?",
        detail: entry.configured ? entry.scriptPath || entry.program : l10n.t("nothing runs"),
        kind: "script" as const,
        span: entry.node.span,
        selection:
          context === undefined ? { start: entry.node.start, end: entry.node.start + 1 } : (propertyOf(context)?.key.span ?? context.span),
        children: [],
      };
    }),
  }));
}
