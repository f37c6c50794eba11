import { setRaw } from "../config/rules/fixes";
import * as l10n from "@vscode/l10n";
import type { Declaration } from "../config/agentModel";
import { isTrue } from "../config/agentModel";
import type { JsonNode } from "../config/jsonNode";
import { userVariables, machineVariables } from "../config/script/scriptRule";
import { checkScript } from "../config/script/checkScript";
import type { Fix, Problem, Severity } from "../text/problem";
import type { TextSpan } from "../text/span";
import { decorationPieces, environmentReferences, expandedKeys, type Piece } from "./decorations";
import { replacedPlaceholders, type ProjectView } from "./project";

export type ProjectProblem = Problem & { readonly file: string };

interface Found {
  readonly file: string;
  readonly span: TextSpan;
  readonly message: string;
  readonly severity?: Severity;
  readonly fixes?: readonly Fix[];
}

export interface ProjectRule {
  readonly code: string;
  readonly severity: Severity;
  check(view: ProjectView): readonly Found[];
}

const machineProfile = "appstream_machine_role";

/** Agents from 1.2.3.3 on read only the environment of their own process. */
function readsOnlyProcess(view: ProjectView): boolean {
  const [major = 1, minor = 2] = (view.facts.agentVersion ?? "1.2").split(".").map(Number);
  return !(major < 1 || (major === 1 && minor < 2));
}

function sinks(view: ProjectView): readonly Declaration[] {
  return view.agent?.model.declarations.Sinks ?? [];
}

function firehoseSinks(view: ProjectView): readonly Declaration[] {
  return sinks(view).filter((sink) => sink.type === "KinesisFirehose");
}

/** A finding in the agent's file. */
function inAgent(view: ProjectView, span: TextSpan, message: string, details: Partial<Found> = {}): Found[] {
  return view.agent === undefined ? [] : [{ file: view.agent.file, span, message, ...details }];
}

function head(node: JsonNode | undefined): TextSpan {
  const start = node?.start ?? 0;
  return { start, end: node === undefined ? 0 : start + 1 };
}

function objectDecorations(view: ProjectView): { node: JsonNode; pieces: readonly Piece[] }[] {
  return sinks(view).flatMap((sink) => {
    const node = sink.node.member("ObjectDecoration");
    return node?.kind === "string" ? [{ node, pieces: decorationPieces(node) }] : [];
  });
}

function openPlaceholders(view: ProjectView): readonly Piece[] {
  const replaced = replacedPlaceholders(view);
  return objectDecorations(view)
    .flatMap(({ pieces }) => pieces)
    .filter((piece) => piece.placeholder !== undefined && !replaced.includes(piece.placeholder));
}

function placeholderLeft(view: ProjectView): readonly Found[] {
  return view.session === undefined
    ? []
    : openPlaceholders(view).flatMap((piece) =>
        inAgent(
          view,
          piece.span,
          l10n.t(
            "No script that config.json runs replaces {0}: it stays, it is no valid part of the decoration, and every event is dropped.",
            `{${piece.placeholder ?? ""}}`,
          ),
        ),
      );
}

function brokenDecoration(view: ProjectView): readonly Found[] {
  const open = new Set(openPlaceholders(view).map((piece) => piece.span.start));
  return objectDecorations(view).flatMap(({ pieces }) => {
    const keys = new Map<string, Piece>();
    return pieces.flatMap((piece) => {
      if (piece.placeholder !== undefined) {
        return open.has(piece.span.start) ? [] : duplicatesAfterExpansion(view, piece, keys);
      }
      if (piece.equals !== 1) {
        const message =
          piece.equals === 0
            ? l10n.t("This part has no =: once rendered, every event is dropped.")
            : l10n.t("This part has two =: what follows the second one is cut off.");
        return inAgent(view, piece.span, message);
      }
      const seen = keys.has(piece.key);
      keys.set(piece.key, piece);
      return seen
        ? inAgent(view, piece.keySpan, l10n.t("{0} stands twice in the decoration: events with both values are dropped.", piece.key))
        : [];
    });
  });
}

/** Attributes that the script writes for the placeholder and the file has already, or the other way round. */
function duplicatesAfterExpansion(view: ProjectView, piece: Piece, keys: Map<string, Piece>): readonly Found[] {
  const expanded = view.running.flatMap((script) => expandedKeys(script.text));
  const twice = expanded.filter((key) => keys.has(key));
  for (const key of expanded) {
    keys.set(key, piece);
  }
  return twice.length === 0
    ? []
    : inAgent(
        view,
        piece.span,
        l10n.t("The script writes {0} here, which the decoration has already: every event is dropped.", twice.join(", ")),
      );
}

function profile(view: ProjectView): readonly Found[] {
  return sinks(view).flatMap((sink) => {
    const node = sink.node.member("ProfileName");
    const name = node?.scalar ?? "";
    if (node === undefined || name === "" || view.facts.machineRole === undefined) {
      return [];
    }
    if (name === machineProfile) {
      return view.facts.machineRole === ""
        ? inAgent(
            view,
            node.span,
            l10n.t("The fleet has no IAM role, so the profile {0} does not exist on its instances: every record is denied.", name),
          )
        : [];
    }
    return inAgent(view, node.span, l10n.t("{0} is not the machine role of the fleet: the profile must be part of the image.", name), {
      severity: "warning",
      fixes: [
        {
          title: l10n.t("Use {0}", machineProfile),
          edits: [setRaw(node, JSON.stringify(machineProfile))],
          safe: false,
          preferred: true,
        },
      ],
    });
  });
}

function otherTarget(view: ProjectView): readonly Found[] {
  const { streamName, region } = view.facts;
  return firehoseSinks(view).flatMap((sink) =>
    [
      { key: "StreamName", wanted: streamName },
      { key: "Region", wanted: region },
    ].flatMap(({ key, wanted }) => {
      const node = sink.node.member(key);
      const value = node?.scalar;
      const same = key === "Region" ? value?.toLowerCase() === wanted?.toLowerCase() : value === wanted;
      if (node === undefined || value === undefined || wanted === undefined || same || value.includes("{") || value === "") {
        return [];
      }
      return inAgent(view, node.span, l10n.t("The pipeline's definition says {0}: records sent to {1} never reach it.", wanted, value), {
        fixes: [{ title: l10n.t("Write {0}", wanted), edits: [setRaw(node, JSON.stringify(wanted))], safe: false, preferred: true }],
      });
    }),
  );
}

function rolePolicy(view: ProjectView): readonly Found[] {
  const grants = view.facts.rolePolicy;
  const sink = firehoseSinks(view)[0];
  if (grants === undefined || sink === undefined) {
    return [];
  }
  const span = (sink.node.member("ProfileName") ?? sink.idNode)?.span ?? head(sink.node);
  const covers = grants.filter((grant) => new RegExp(`^${grant.action.replaceAll("*", ".*")}$`, "i").test("firehose:PutRecordBatch"));
  if (covers.length === 0) {
    return inAgent(
      view,
      span,
      l10n.t("The role of the fleet does not allow firehose:PutRecordBatch, the one call that the agent makes: every record is denied."),
    );
  }
  const wide = grants.some(
    (grant) => grant.action.includes("*") || grant.resource === "*" || /deliverystream\/\*$/.test(grant.resource ?? ""),
  );
  return wide
    ? inAgent(
        view,
        span,
        l10n.t("The role of the fleet allows more than to put records into this stream, and every process of a session can use it."),
      )
    : [];
}

function combinedRecords(view: ProjectView): readonly Found[] {
  if (!/opensearch|elasticsearch/i.test(view.facts.destination ?? "")) {
    return [];
  }
  return firehoseSinks(view).flatMap((sink) => {
    const property = sink.node.property("CombineRecords");
    return property?.value === undefined || !isTrue(property.value)
      ? []
      : inAgent(
          view,
          property.value.span,
          l10n.t("The stream delivers to a search domain: several documents in one record are refused there."),
          {
            fixes: [{ title: l10n.t("Write {0}", "false"), edits: [setRaw(property.value, "false")], safe: true, preferred: true }],
          },
        );
  });
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
