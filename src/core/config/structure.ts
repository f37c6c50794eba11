import { isRegionCode } from "../aws/regions";
import type { TextSpan } from "../text/span";
import { agentModel, type Declaration } from "./agentModel";
import { nodeAt, propertyOf } from "./document";
import type { ConfigDocument, JsonNode } from "./jsonNode";
import { readSession } from "./sessionModel";

/** Objects and arrays that reach over several lines, without their closing line. */
export function foldingSpans(document: ConfigDocument): TextSpan[] {
  const spans: TextSpan[] = [];
  const stack: JsonNode[] = document.root === undefined ? [] : [document.root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === "object" || node.kind === "array") {
      if (/[\r\n]/.test(document.text.slice(node.start, Math.min(node.end, node.start + 2000)))) {
        spans.push(node.span);
      }
      stack.push(...node.items, ...node.properties.flatMap((property) => property.value ?? []));
    }
  }
  return [...spans, ...document.comments.filter((span) => /[\r\n]/.test(document.text.slice(span.start, span.end)))];
}

/** Spans around the offset, innermost first: content, token, member, object, … */
export function selectionSpans(document: ConfigDocument, offset: number): TextSpan[] {
  const spans: TextSpan[] = [];
  const add = (span: TextSpan): void => {
    const last = spans.at(-1);
    const grows =
      last === undefined || (span.start <= last.start && span.end >= last.end && (span.start !== last.start || span.end !== last.end));
    if (grows && span.start <= offset && offset <= span.end) {
      spans.push(span);
    }
  };
  for (let node = nodeAt(document, offset); node !== undefined; node = node.parent) {
    if (node.kind === "string") {
      add({ start: node.contentStart, end: node.contentEnd });
    } else if (node.kind === "object" || node.kind === "array") {
      add({ start: node.start + 1, end: Math.max(node.start + 1, node.end - 1) });
    }
    add(node.span);
    const property = propertyOf(node);
    if (property !== undefined) {
      add({ start: property.start, end: property.end });
    }
  }
  add({ start: 0, end: document.text.length });
  return spans;
}

export interface PathLink {
  readonly span: TextSpan;
  /** Base name of a Windows path: the project's own copy is what the link opens. */
  readonly name: string;
}

/** Scripts that config.json runs. */
export function scriptLinks(document: ConfigDocument): PathLink[] {
  return readSession(document).configured.flatMap((entry) => {
    const file = entry.powerShell?.file;
    const name = /[^\\/"']*$/.exec(entry.scriptPath)?.[0] ?? "";
    if (name === "" || (file === undefined && entry.powerShell !== undefined)) {
      return [];
    }
    const span =
      file !== undefined && entry.arguments !== undefined
        ? entry.arguments.sourceSpan(file.argument.span.start, file.argument.span.end)
        : entry.filename?.contentSpan;
    return span === undefined ? [] : [{ span, name }];
  });
}

/** A sink that writes to a delivery stream whose name stands in the file. */
export interface StreamSink {
  readonly stream: string;
  readonly region?: string;
  /** The whole declaration. */
  readonly span: TextSpan;
}

export function streamSinks(document: ConfigDocument): StreamSink[] {
  return agentModel(document).declarations.Sinks.flatMap((sink) => streamSink(sink) ?? []);
}

function streamSink({ type, node }: Declaration): StreamSink | undefined {
  const stream = type === "KinesisFirehose" ? (node.member("StreamName")?.scalar ?? "") : "";
  const region = node.member("Region")?.scalar ?? "";
  return stream === "" || stream.includes("{") ? undefined : { stream, span: node.span, ...(isRegionCode(region) ? { region } : {}) };
}

export type Lens =
  | { readonly kind: "pipes"; readonly span: TextSpan; readonly places: readonly TextSpan[] }
  | { readonly kind: "tail"; readonly span: TextSpan; readonly stream: StreamSink }
  | { readonly kind: "preview"; readonly span: TextSpan; readonly source: string };

/** What stands above a source or sink. */
export function lensesOf(document: ConfigDocument): Lens[] {
  const model = agentModel(document);
  const lenses: Lens[] = [];
  for (const source of model.declarations.Sources) {
    const span = source.idNode?.span ?? { start: source.node.start, end: source.node.start + 1 };
    const places = (model.connectionsOfSource.get(source) ?? []).map((one) => (one.pipe.node.member("SourceRef") ?? one.pipe.node).span);
    lenses.push({ kind: "pipes", span, places });
    if (places.length > 0 && source.id !== undefined && source.id !== "") {
      lenses.push({ kind: "preview", span, source: source.id });
    }
  }
  for (const sink of model.declarations.Sinks) {
    const span = sink.idNode?.span ?? { start: sink.node.start, end: sink.node.start + 1 };
    lenses.push({
      kind: "pipes",
      span,
      places: (model.connectionsOfSink.get(sink) ?? []).map((one) => (one.pipe.node.member("SinkRef") ?? one.pipe.node).span),
    });
    const stream = streamSink(sink);
    if (stream !== undefined) {
      lenses.push({ kind: "tail", span, stream });
    }
  }
  return lenses;
}
