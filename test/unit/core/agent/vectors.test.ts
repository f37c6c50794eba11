import assert from "node:assert/strict";
import { test } from "node:test";
import { parseObjectDecorationEx, parseTextDecorationEx } from "../../../../src/core/config/decoration/ex";
import { parseDecimal } from "../../../../src/core/config/decoration/decimal";
import { utcDate } from "../../../../src/core/config/decoration/dotnetDate";
import { isExtraConfigurationName, loadConfiguration } from "../../../../src/core/agent/agent";
import { counterValue, inferUnit } from "../../../../src/core/agent/counters";
import { type AgentEnvironment, createEnvironment, RecordLost } from "../../../../src/core/agent/environment";
import type { Envelope } from "../../../../src/core/agent/envelope";
import { createExDecoration } from "../../../../src/core/agent/exDecoration";
import { AgentRun } from "../../../../src/core/agent/render";
import { readSampleEvents } from "../../../../src/core/agent/sampleEvent";
import { decorateJson, decorateText, objectAttributes } from "../../../../src/core/agent/sinkRecord";
import { type DotnetValue, int, long } from "../../../../src/core/agent/values";
import { createPipeStep, PipeRefused } from "../../../../src/core/agent/pipes";
import { readConfiguration } from "../../../../src/core/agent/configuration";
import { parseXml, type XmlElement } from "../../../../src/core/agent/windowsXml";
import vectors from "../../../fixtures/agent/vectors.json";

type Values = Record<string, unknown>;

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly given: Values;
  readonly expected: Values;
}

const ec2 = { instanceId: "i-0123456789abcdef0", hostname: "ip-10-0-0-1" };

function environmentOf(given: Values, now = "2026-02-03T04:05:06.789Z"): AgentEnvironment {
  return createEnvironment({
    variables: (given["env"] ?? {}) as Record<string, string>,
    culture: (given["culture"] ?? "en-US") as string,
    now: Date.parse((given["timestampUtc"] ?? now) as string),
    computerName: "WKS-41",
    ...(given["onEc2"] === true ? { ec2 } : {}),
  });
}

function toValue(given: unknown): DotnetValue {
  if (typeof given === "number") {
    return Number.isInteger(given) ? int(given) : (parseDecimal(String(given)) ?? null);
  }
  if (typeof given === "object" && given !== null && "$date" in given) {
    return utcDate(Date.parse(given.$date as string));
  }
  return (given ?? null) as string | boolean | null;
}

function envelopeOf(fields: Values, meta: Values, plain: string | null, environment: AgentEnvironment): Envelope {
  return {
    timestamp: utcDate(environment.now()),
    plain: () => plain,
    formatted: () => undefined,
    field: (name) => toValue(fields[name]),
    meta: (name) => {
      const known = meta[name];
      return name === "position" || name === "linenumber" ? (typeof known === "number" ? long(known) : null) : toValue(known);
    },
  };
}

function outcomeOf<T>(work: () => T): T | "record-lost" {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof RecordLost) {
      return "record-lost";
    }
    throw thrown;
  }
}

function checkLegacy({ given, expected }: Case): void {
  const environment = environmentOf(given);
  const record = given["record"] as Values;
  const plain = (record["plain"] ?? null) as string | null;
  const meta = {
    record: plain,
    timestamp: { $date: given["timestampUtc"] },
    filepath: record["filePath"],
    filename: record["fileName"],
    position: record["position"],
    linenumber: record["lineNumber"],
  };
  const envelope = envelopeOf((record["fields"] ?? {}) as Values, meta, plain, environment);
  const decoration = { kind: "legacy", text: given["expression"] as string } as const;
  const result = outcomeOf(() =>
    given["form"] === "TextDecoration"
      ? decorateText(decoration, envelope, "aws", environment)
      : decorateJson((record["json"] ?? plain) as string, objectAttributes(decoration, envelope, "aws", environment), environment),
  );
  if (expected["outcome"] === "record-lost") {
    assert.equal(result, "record-lost");
  } else {
    assert.equal(result, expected["text"] ?? expected["json"]);
  }
  if (expected["outcome"] === "record-dropped-silently") {
    assert.equal(result, "");
  }
}

function checkEx({ given, expected }: Case): void {
  const environment = environmentOf(given);
  const form = given["form"] === "TextDecorationEx" ? "text" : "object";
  const expression = given["expression"] as string;
  const decoration = createExDecoration(form, expression, "aws", environment);
  assert.equal(decoration !== undefined, expected["loads"]);
  assert.equal((form === "text" ? parseTextDecorationEx : parseObjectDecorationEx)(expression).loads, expected["loads"]);
  const records = (given["records"] ?? []) as Values[];
  for (const [index, wanted] of ((expected["results"] ?? []) as Values[]).entries()) {
    const record = records[index] ?? {};
    const pick = (prefix: string): Values =>
      Object.fromEntries(
        Object.entries(record)
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, value]) => [key.slice(1), value]),
      );
    const envelope = envelopeOf(pick("$"), pick("_"), null, environment);
    const result = outcomeOf(() =>
      form === "text" ? decoration?.text(envelope) : Object.fromEntries(decoration?.attributes(envelope) ?? []),
    );
    assert.deepEqual(result, wanted["outcome"] ?? wanted["text"] ?? wanted["attributes"]);
  }
}

function checkFilter({ given, expected }: Case): void {
  const environment = environmentOf(given);
  const { root } = readConfiguration(JSON.stringify(given));
  assert.ok(root);
  if (expected["pipeLoads"] === false) {
    assert.throws(() => createPipeStep(root, environment), PipeRefused);
    return;
  }
  const passed = createPipeStep(root, environment).pass(envelopeOf({}, {}, given["plainText"] as string, environment));
  assert.equal(passed !== undefined, expected["passes"]);
}

const now = "2026-05-06T07:08:09.000Z";

/** Through a whole configuration: source, pipe and a sink of the case's format. */
function recordsOf(given: Values): { records: (string | null)[]; run: AgentRun } {
  const { sourceType, RecordParser, format, includeEventData, event, eventDataValues, windowsLevel, fileLines, line, ...rest } = given;
  const source = {
    Id: "source",
    SourceType: sourceType,
    RecordParser,
    LogName: "System",
    ProviderName: "Provider",
    Directory: "C:\\logs",
    FileNameFilter: "*.log",
    IncludeEventData: includeEventData,
    ...rest,
  };
  const sink = {
    Id: "sink",
    SinkType: "KinesisFirehose",
    StreamName: "s",
    Region: "us-east-1",
    Format: format ?? "",
    ObjectDecoration: given["ObjectDecoration"] ?? "",
    TextDecoration: given["TextDecoration"] ?? "",
  };
  const environment = environmentOf(given, now);
  const run = new AgentRun(
    loadConfiguration(
      JSON.stringify({ Sources: [source], Sinks: [sink], Pipes: [{ Id: "pipe", SourceRef: "source", SinkRef: "sink" }] }),
      environment,
    ),
    environment,
  );
  const bytes = /^(\S+=) \(bytes/;
  const values = ((eventDataValues ?? []) as unknown[]).map((value) =>
    typeof value === "string" ? (bytes.exec(value)?.[1] ?? value) : value,
  );
  const events =
    fileLines !== undefined || line !== undefined
      ? { source: "source", lines: fileLines ?? [line] }
      : {
          source: "source",
          event: event ?? { LogName: "System" },
          eventDataValues: values,
          ...(windowsLevel === undefined ? {} : { windowsLevel }),
        };
  const sent = readSampleEvents(JSON.stringify(events), environment).flatMap((sample) => run.send(sample));
  return { records: sent.filter(({ outcome }) => outcome === "sent").map(({ record }) => record), run };
}

function elementAt(root: XmlElement | undefined, path: string): XmlElement | undefined {
  return path
    .split("/")
    .reduce<XmlElement | undefined>(
      (at, name) => at?.children.find((child): child is XmlElement => typeof child !== "string" && child.name === name),
      root,
    );
}

function checkRecord({ given, expected }: Case): void {
  if (given["counter"] !== undefined) {
    const unit = inferUnit(given["counter"] as string);
    assert.equal(unit, expected["inferredUnit"] ?? expected["unit"]);
    if (expected["value"] !== undefined) {
      assert.equal(counterValue(given["raw"] as number), expected["value"]);
    }
    return;
  }
  if (given["pipe"] === "EMFPipe") {
    const environment = environmentOf(given);
    const { root } = readConfiguration(JSON.stringify({ ...given, Type: "EMFPipe" }));
    assert.ok(root);
    const pairs = Object.entries(given["record"] as Record<string, string>);
    const envelope = { ...envelopeOf({}, {}, null, environment), keyValues: () => pairs };
    assert.equal(createPipeStep(root, environment).pass(envelope)?.formatted("json"), expected["text"]);
    return;
  }
  const { records, run } = recordsOf(given);
  const parsed = (): Values => JSON.parse(records[0] ?? "") as Values;
  if (expected["text"] !== undefined) {
    assert.equal(records[0], expected["text"]);
  }
  if (typeof expected["records"] === "number") {
    assert.equal(records.length, expected["records"]);
  } else if (expected["records"] !== undefined) {
    assert.deepEqual(records, expected["records"]);
  }
  if (expected["object"] !== undefined) {
    const json =
      given["format"] === undefined ? (JSON.parse(recordsOf({ ...given, format: "json" }).records[0] ?? "") as Values) : parsed();
    assert.deepEqual({ ...json, ...(expected["object"] as Values) }, json);
    if (expected["members"] !== undefined) {
      assert.deepEqual(Object.keys(json), expected["members"]);
    }
  }
  if (expected["objects"] !== undefined) {
    assert.deepEqual(
      recordsOf({ ...given, format: "json" }).records.map((record) => JSON.parse(record ?? "") as Values),
      expected["objects"],
    );
  }
  if (expected["xmlElements"] !== undefined) {
    const root = parseXml(records[0] ?? "");
    for (const path of expected["xmlElements"] as string[]) {
      assert.ok(elementAt(root, path), path);
    }
    for (const path of expected["empty"] as string[]) {
      assert.deepEqual(elementAt(root, path)?.children, [], path);
    }
  }
  const stamp = "{timestamp:yyyy-MM-ddTHH:mm:ss.fffZ}";
  if (expected["timestampUtc"] !== undefined) {
    assert.equal(recordsOf({ ...given, TextDecoration: stamp }).records[0], expected["timestampUtc"]);
  }
  if (expected["timestamp"] === "time of reading") {
    assert.equal(recordsOf({ ...given, TextDecoration: stamp, format: "" }).records[0], now);
  }
  assert.ok(run.agent.started);
}

function checkConfig({ given, expected }: Case): void {
  const environment = environmentOf(given);
  const extra = given["extraFile"] as string | undefined;
  if (extra !== undefined) {
    const name = extra.replace(/^.*\//, "").replace(/\.json$/, "");
    const started = isExtraConfigurationName(extra);
    assert.deepEqual(Array.isArray(expected["started"]) ? (started ? [name] : []) : started, expected["started"]);
    return;
  }
  const agent = loadConfiguration((given["raw"] as string | undefined) ?? JSON.stringify(given["config"]), environment);
  if (expected["started"] !== undefined) {
    assert.equal(agent.started, expected["started"]);
  }
  if (expected["sourcesLoad"] !== undefined) {
    assert.deepEqual([...agent.sources.keys()], expected["sourcesLoad"]);
  }
  if (expected["sinksLoad"] !== undefined) {
    assert.deepEqual([...agent.sinks.keys()], expected["sinksLoad"]);
  }
  if (expected["pipesConnected"] !== undefined) {
    assert.equal(agent.pipes.filter((pipe) => pipe.connected).length, expected["pipesConnected"]);
  }
  if (expected["recordsFlow"] !== undefined) {
    assert.equal(
      agent.pipes.some((pipe) => pipe.route !== undefined),
      expected["recordsFlow"],
    );
  }
  if (expected["deliversRecords"] !== undefined) {
    assert.equal(
      [...agent.sinks.values()].every((sink) => sink.deliversNothing === undefined),
      expected["deliversRecords"],
    );
  }
  if (expected["filesRead"] === 0) {
    assert.ok([...agent.sources.values()].every((source) => source.readsNothing));
  }
}

const checks: Record<string, (entry: Case) => void> = {
  "decoration-legacy": checkLegacy,
  "decoration-ex": checkEx,
  filter: checkFilter,
  "record-json": checkRecord,
  config: checkConfig,
};

for (const entry of vectors as unknown as Case[]) {
  test(`known answer ${entry.id} (${entry.kind})`, () => {
    const check = checks[entry.kind];
    assert.ok(check, entry.kind);
    check(entry);
  });
}
