import * as l10n from "@vscode/l10n";
import type { DeliveryStream } from "../../aws/ports";
import { agentModel, type AgentModel } from "../../config/agentModel";
import { findNode, type PathSegment } from "../../config/document";
import type { ConfigDocument, JsonNode } from "../../config/jsonNode";
import { targetOf, type PipelineDefinition } from "../../pipeline/definition";
import type { Problem } from "../../text/problem";
import type { TextSpan } from "../../text/span";
import type { ProjectFacts, ProjectView } from "../project";
import { checkAcross } from "../projectRules";
import type { CloudKnowledge, Known } from "./cloudAnswers";
import type { MachineRole } from "./cloudQuestions";

/** A file that is looked at, with the definition it belongs to. */
export interface CloudSubject {
  readonly file: string;
  readonly kind: "agent" | "pipeline";
  readonly document: ConfigDocument;
  readonly definition?: PipelineDefinition;
}

/** Rules across files whose facts only the account has. */
const acrossCodes = new Set(["XF003", "XF005", "XF010"]);

/**
 * What the account says about a file, each as information with the time it was asked. Knows only what has been answered;
 * reading an answer that is missing or old asks for it.
 */
export function checkCloud(subject: CloudSubject, cloud: CloudKnowledge): Problem[] {
  const { definition } = subject;
  const own = definition !== undefined && definition.region === cloud.region ? definition : undefined;
  if (subject.kind === "pipeline") {
    return own === undefined ? [] : destination(subject.document, own, cloud);
  }
  const model = agentModel(subject.document);
  return [...streams(model, cloud), ...(own === undefined ? [] : acrossFiles(subject, model, own, cloud))];
}

function streams(model: AgentModel, cloud: CloudKnowledge): Problem[] {
  return model.declarations.Sinks.filter((sink) => sink.type === "KinesisFirehose").flatMap((sink) => {
    const name = sink.node.member("StreamName");
    const region = sink.node.member("Region");
    if (!isPlain(name)) {
      return [];
    }
    const known = cloud.stream(name.scalar);
    if (known === undefined) {
      return [];
    }
    const elsewhere = isPlain(region) && region.scalar.toLowerCase() !== cloud.region;
    const found = elsewhere ? inOtherRegion(known, region, cloud.region) : aboutStream(known, name, cloud.region);
    return found === undefined ? [] : [toProblem(found, known, cloud)];
  });
}

interface Finding {
  readonly code: string;
  readonly span: TextSpan;
  readonly message: string;
}

function aboutStream({ value }: Known<DeliveryStream>, name: JsonNode & { scalar: string }, region: string): Finding | undefined {
  const { span } = name;
  if (value === undefined) {
    const message = l10n.t("There is no delivery stream {0} in {1}: records sent to it are lost.", name.scalar, region);
    return { code: "CL001", span, message };
  }
  if (value.status !== "ACTIVE") {
    const message =
      value.failure === undefined
        ? l10n.t("The delivery stream {0} takes no records now, its state is {1}.", value.name, value.status)
        : l10n.t("The delivery stream {0} takes no records, its state is {1}: {2}.", value.name, value.status, value.failure);
    return { code: "CL002", span, message };
  }
  if (value.sourceType !== "DirectPut") {
    const message = l10n.t("The delivery stream {0} reads from {1} and refuses records that the agent puts.", value.name, value.sourceType);
    return { code: "CL004", span, message };
  }
  return undefined;
}

function inOtherRegion({ value }: Known<DeliveryStream>, region: JsonNode & { scalar: string }, connected: string): Finding | undefined {
  if (value === undefined) {
    return undefined; // The stream may well be where the sink sends to; that Region is not asked.
  }
  const message = l10n.t("There is a delivery stream {0} in {1}, but this sink sends to {2}.", value.name, connected, region.scalar);
  return { code: "CL003", span: region.span, message };
}

function destination(document: ConfigDocument, definition: PipelineDefinition, cloud: CloudKnowledge): Problem[] {
  const target = targetOf(definition);
  const known = cloud.stream(target.stream);
  const to = known?.value?.destination;
  if (known === undefined || to === undefined) {
    return [];
  }
  const search = to.kind === "opensearch" || to.kind === "elasticsearch";
  const at = (...paths: readonly (readonly PathSegment[])[]): TextSpan => placeOf(document, [...paths, ["stream"], []]);
  const findings: Finding[] = [];
  const differs = (span: TextSpan, wanted: string, actual: string): void => {
    const message = l10n.t("The definition says {0}, but the stream {1} delivers to {2}.", wanted, target.stream, actual);
    findings.push({ code: "CL005", span, message });
  };
  const wantsSearch = definition.stream.destination === "opensearch";
  if (wantsSearch !== search) {
    differs(at(["stream", "destination"]), definition.stream.destination, to.kind);
  } else if (search) {
    const domain = to.domainArn?.split("/").at(-1);
    if (domain !== undefined && target.domain !== undefined && domain !== target.domain) {
      differs(at(["existing", "domain"], ["domain", "name"]), target.domain, domain);
    }
    if (to.indexName !== undefined && to.indexName !== target.index) {
      differs(at(["stream", "index"]), target.index ?? "", to.indexName);
    }
  }
  return findings.map((finding) => toProblem(finding, known, cloud));
}

/** The first of these places that the text has. */
function placeOf(document: ConfigDocument, paths: readonly (readonly PathSegment[])[]): TextSpan {
  for (const path of paths) {
    const node = findNode(document, path);
    if (node !== undefined) {
      return node.kind === "object" || node.kind === "array" ? { start: node.start, end: node.start + 1 } : node.span;
    }
  }
  return { start: 0, end: 0 };
}

function acrossFiles(subject: CloudSubject, model: AgentModel, definition: PipelineDefinition, cloud: CloudKnowledge): Problem[] {
  const role = cloud.machineRole(definition);
  const readsEvents = model.declarations.Sources.some((one) => one.type?.startsWith("WindowsEventLog") === true);
  const field = readsEvents ? cloud.timeField(definition) : undefined;
  const view = (facts: ProjectFacts): ProjectView => ({
    project: { scripts: [], facts },
    facts,
    agent: { file: subject.file, document: subject.document, model },
    session: undefined,
    running: [],
  });
  const found = (facts: ProjectFacts, known: Known<unknown>): Problem[] =>
    checkAcross(view(facts), acrossCodes).map(({ code, span, message }) => toProblem({ code, span, message }, known, cloud));
  return [
    ...(role?.value === undefined ? [] : found(roleFacts(role.value), role)),
    ...(field?.value === undefined ? [] : found({ timeFieldName: field.value }, field)),
  ];
}

function roleFacts({ arn, grants }: MachineRole): ProjectFacts {
  return { ...(arn === "" ? { machineRole: "" } : {}), ...(grants === undefined ? {} : { rolePolicy: grants }) };
}

function isPlain(node: JsonNode | undefined): node is JsonNode & { scalar: string } {
  return node?.kind === "string" && node.scalar !== undefined && node.scalar !== "" && !node.scalar.includes("{");
}

function toProblem({ code, span, message }: Finding, { at }: Known<unknown>, cloud: CloudKnowledge): Problem {
  return { code, span, severity: "information", message: `${message} ${askedText(at, cloud)}` };
}

/** Who said so, and when: the local time of day, the same in every language. */
export function askedText(at: number, { sandbox }: Pick<CloudKnowledge, "sandbox">): string {
  const time = new Date(at).toTimeString().slice(0, 8);
  return sandbox ? l10n.t("The sandbox said so at {0}.", time) : l10n.t("AWS said so at {0}.", time);
}
