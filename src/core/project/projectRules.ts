import * as l10n from "@vscode/l10n";
import { checkScript } from "../config/script/checkScript";
import { machineVariables, userVariables } from "../config/script/scriptRule";
import type { TextSpan } from "../text/span";
import { brokenDecoration, placeholderLeft } from "./decorationRules";
import { environmentReferences } from "./decorations";
import { combinedRecords, otherTarget, profile, rolePolicy } from "./destinationRules";
import type { ProjectView } from "./project";
import { head, inAgent, sinks, type Found, type ProjectProblem, type ProjectRule } from "./projectFinding";

export type { ProjectProblem } from "./projectFinding";

/** Agents from 1.2.3.3 on read only the environment of their own process. */
function readsOnlyProcess(view: ProjectView): boolean {
  const [major = 1, minor = 2] = (view.facts.agentVersion ?? "1.2").split(".").map(Number);
  return !(major < 1 || (major === 1 && minor < 2));
}

function idsAndReferences(view: ProjectView): readonly Found[] {
  const model = view.agent?.model;
  if (model === undefined) {
    return [];
  }
  const twice = (["Sources", "Sinks", "Pipes"] as const).flatMap((section) => {
    const seen = new Set<string>();
    return model.declarations[section].flatMap((declared) => {
      const id = declared.id;
      if (id === undefined || declared.idNode === undefined || !seen.has(id)) {
        seen.add(id ?? "");
        return [];
      }
      return inAgent(view, declared.idNode.span, l10n.t("The Id {0} is given twice.", id));
    });
  });
  const unknown = model.connections.flatMap((connection) =>
    [
      { key: "SourceRef", ref: connection.sourceRef, found: connection.source },
      { key: "SinkRef", ref: connection.sinkRef, found: connection.sink },
    ].flatMap(({ key, ref, found }) => {
      const node = connection.pipe.node.member(key);
      return ref === undefined || ref.startsWith("_") || found !== undefined || node === undefined
        ? []
        : inAgent(view, node.span, l10n.t("{0} names nothing that this file declares.", ref));
    }),
  );
  return [...twice, ...unknown];
}

function references(view: ProjectView): { name: string; span: TextSpan }[] {
  return sinks(view).flatMap((sink) => sink.node.properties.flatMap((property) => environmentReferences(property.value)));
}

function named(list: readonly string[], name: string): boolean {
  return list.some((one) => one.toLowerCase() === name.toLowerCase());
}

function mirrored(view: ProjectView, name: string): "machine" | "service" | undefined {
  for (const { text } of view.running) {
    if (/Services\\AWSKinesisTap/i.test(text) && new RegExp(name, "i").test(text)) {
      return "service";
    }
    if (new RegExp(`SetEnvironmentVariable\\([^)]*(?:${name}|\\$)[^)]*Machine`, "i").test(text) && new RegExp(name, "i").test(text)) {
      return "machine";
    }
  }
  return undefined;
}

function userVariable(view: ProjectView): readonly Found[] {
  return references(view)
    .filter(({ name }) => named(userVariables, name))
    .flatMap(({ name, span }) => {
      const mirror = mirrored(view, name);
      if (mirror === "service" || (mirror === "machine" && !readsOnlyProcess(view))) {
        return [];
      }
      const message =
        mirror === "machine"
          ? l10n.t(
              "{0} is mirrored to the machine's variables, which this version of the agent does not read: the attribute is always missing.",
              name,
            )
          : l10n.t(
              "{0} belongs to the streaming user, and nothing hands it to the agent's service: the attribute is always missing.",
              name,
            );
      return inAgent(view, span, message);
    });
}

function unencodedText(view: ProjectView): readonly Found[] {
  const text = view.agent?.document.text ?? "";
  const at = text.search(/[^\u0000-\u007f\ufeff]/);
  const writer = view.running.find((script) => checkScript(script.text).some((problem) => problem.code === "SCR19"));
  return at < 0 || writer === undefined
    ? []
    : inAgent(
        view,
        { start: at, end: at + 1 },
        l10n.t(
          "The session script writes this file in the machine's code page: characters outside ASCII are lost or become invalid UTF-8.",
        ),
      );
}

function timeField(view: ProjectView): readonly Found[] {
  const field = view.facts.timeFieldName;
  const source = view.agent?.model.declarations.Sources.find((one) => one.type?.startsWith("WindowsEventLog") === true);
  return field === undefined || field === "TimeCreated" || source === undefined
    ? []
    : inAgent(
        view,
        source.typeNode?.span ?? head(source.node),
        l10n.t("The index pattern takes {0} as the time, but Windows events carry theirs in TimeCreated.", field),
      );
}

function machineVariable(view: ProjectView): readonly Found[] {
  if (!readsOnlyProcess(view)) {
    return [];
  }
  const rendered = (name: string): boolean => view.running.some((script) => new RegExp(`\\b${name}\\b`, "i").test(script.text));
  return references(view)
    .filter(({ name }) => named(machineVariables, name) && !rendered(name))
    .flatMap(({ name, span }) =>
      inAgent(
        view,
        span,
        l10n.t(
          "From version 1.2.3.3 on the agent sees {0} only when it was set before the service manager started: the attribute may be missing.",
          name,
        ),
      ),
    );
}

function strayTemplate(view: ProjectView): readonly Found[] {
  const root = view.agent?.document.root;
  return (view.facts.agentFiles ?? []).flatMap((path) => {
    const name = path.split("/").at(-1) ?? path;
    if (!/\.json$/i.test(name) || !/template|sample|example/i.test(name) || /^appsettingsTemplate\.json$/i.test(name)) {
      return [];
    }
    return /(?:^|\/)configs\/[^/]+$/i.test(path)
      ? inAgent(
          view,
          head(root),
          l10n.t("The agent loads every .json file of its configs folder, so the template {0} runs as a second configuration.", path),
        )
      : inAgent(
          view,
          head(root),
          l10n.t("The template {0} lies in the agent's folder: each change of it wakes the agent for nothing.", path),
          { severity: "information" },
        );
  });
}

function contextVariable(view: ProjectView): readonly Found[] {
  return !readsOnlyProcess(view)
    ? []
    : references(view)
        .filter(({ name }) => name.toUpperCase() === "APPSTREAM_SESSION_CONTEXT")
        .flatMap(({ span }) =>
          inAgent(
            view,
            span,
            l10n.t(
              "APPSTREAM_SESSION_CONTEXT is set after the first application has started, when the agent's service runs already: the attribute is always missing.",
            ),
          ),
        );
}

export const projectRules: readonly ProjectRule[] = [
  { code: "XF001", severity: "error", check: placeholderLeft },
  { code: "XF002", severity: "error", check: brokenDecoration },
  { code: "XF003", severity: "error", check: profile },
  { code: "XF004", severity: "error", check: otherTarget },
  { code: "XF005", severity: "warning", check: rolePolicy },
  { code: "XF006", severity: "error", check: combinedRecords },
  { code: "XF007", severity: "warning", check: idsAndReferences },
  { code: "XF008", severity: "error", check: userVariable },
  { code: "XF009", severity: "warning", check: unencodedText },
  { code: "XF010", severity: "information", check: timeField },
  { code: "XF011", severity: "warning", check: machineVariable },
  { code: "XF012", severity: "error", check: strayTemplate },
  { code: "XF013", severity: "warning", check: contextVariable },
];

/** Findings of all rules, or of those named. */
export function checkAcross(view: ProjectView, codes?: ReadonlySet<string>): ProjectProblem[] {
  const chosen = codes === undefined ? projectRules : projectRules.filter((rule) => codes.has(rule.code));
  return chosen.flatMap((rule) =>
    rule.check(view).map((found): ProjectProblem => ({ ...found, code: rule.code, severity: found.severity ?? rule.severity })),
  );
}
