import { getLanguageService, TextDocument, type JSONSchema } from "vscode-json-languageservice";
import { pluginShapes, credentialShapes, pipeShape, rootShape, typeKeyOf } from "../../src/core/config/agentSchema";
import { sinkShapes } from "../../src/core/config/agentSinkSchema";
import { sourceShapes } from "../../src/core/config/agentSourceSchema";
import { complete } from "../../src/core/config/completion";
import { checkAgent } from "../../src/core/config/diagnostics";
import { parseDocument } from "../../src/core/config/document";
import type { KeyRow, Shape } from "../../src/core/config/schema";

/** A correct configuration with that many sources, one pipe each. */
export function configuration(sources: number): string {
  const parsers = ["SingleLineJson", "SingleLine", "SysLog"];
  return JSON.stringify(
    {
      Sources: Array.from({ length: sources }, (_, index) =>
        index % 2 === 0
          ? {
              Id: `Events${index}`,
              SourceType: "WindowsEventLogSource",
              LogName: "Application",
              Query: `*[System[(Level=1 or EventID=${index})]]`,
            }
          : {
              Id: `Files${index}`,
              SourceType: "DirectorySource",
              Directory: `C:\\logs\\app${index}`,
              FileNameFilter: "*.log",
              RecordParser: parsers[index % parsers.length],
              InitialPosition: "Bookmark",
            },
      ),
      Sinks: [
        {
          Id: "Stream",
          SinkType: "KinesisFirehose",
          ProfileName: "appstream_machine_role",
          Region: "us-east-1",
          StreamName: "Example-Stream",
          TextDecorationEx: "{_record} {env:AppStream_Resource_Name}",
        },
      ],
      Pipes: Array.from({ length: sources }, (_, index) => ({
        Id: `Pipe${index}`,
        SourceRef: `${index % 2 === 0 ? "Events" : "Files"}${index}`,
        SinkRef: "Stream",
      })),
    },
    null,
    2,
  );
}

function schemaOfRow(row: KeyRow): JSONSchema {
  const description = row.help();
  switch (row.kind) {
    case "array":
      return {
        type: "array",
        description,
        ...(row.shape === undefined ? {} : { items: { anyOf: [schemaOfShape(row.shape), { type: "string" }] } }),
      };
    case "object":
      return row.shape === undefined ? { type: "object", description } : schemaOfShape(row.shape);
    case "integer":
    case "number":
      return { type: ["integer", "number", "string"], description };
    case "boolean":
      return { type: ["boolean", "string"], description };
    case "string":
      return row.values === undefined || row.openValues === true
        ? { type: "string", description }
        : { type: "string", enum: [...row.values], description };
  }
}

function schemaOfShape(shape: Shape): JSONSchema {
  return {
    type: "object",
    properties: Object.fromEntries(shape.keys.map((row) => [row.key, schemaOfRow(row)])),
    required: shape.keys.filter((row) => row.required === true).map((row) => row.key),
    additionalProperties: shape.open === true,
  };
}

function declarations(section: "Sources" | "Sinks" | "Plugins" | "Credentials", shapes: Readonly<Record<string, Shape>>): JSONSchema {
  const key = typeKeyOf(section);
  return {
    type: "array",
    items: {
      allOf: Object.entries(shapes).map(([name, shape]) => ({
        if: { properties: { [key]: { const: name } } },
        then: schemaOfShape(shape),
      })),
    },
  };
}

/** What a JSON schema can say of the same tables. */
export function equivalentSchema(): JSONSchema {
  const root = schemaOfShape(rootShape);
  return {
    ...root,
    properties: {
      ...root.properties,
      Sources: declarations("Sources", sourceShapes),
      Sinks: declarations("Sinks", sinkShapes),
      Pipes: { type: "array", items: schemaOfShape(pipeShape) },
      Plugins: declarations("Plugins", pluginShapes),
      Credentials: declarations("Credentials", credentialShapes),
    },
  };
}

interface Time {
  /** Milliseconds of processor time, all threads: what the work costs, whatever else the machine does. */
  readonly cpu: number;
  /** Milliseconds on the clock. */
  readonly wall: number;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;
}

async function timed(rounds: number, work: () => unknown): Promise<Time> {
  const cpu: number[] = [];
  const wall: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    wall.push(performance.now() - start);
    cpu.push((user + system) / 1000);
  }
  return { cpu: median(cpu), wall: median(wall) };
}

const shown = ({ cpu, wall }: Time): string => `${cpu.toFixed(1)} ms (clock ${wall.toFixed(1)} ms)`;

async function compare(name: string, text: string, rounds: number): Promise<number> {
  const service = getLanguageService({});
  const schema = equivalentSchema();
  const theirs = async (): Promise<void> => {
    const document = TextDocument.create("file:///appsettings.json", "json", 1, text);
    await service.doValidation(document, service.parseJSONDocument(document), {}, schema);
  };
  const ours = (): number => checkAgent(parseDocument(text)).length;
  const findings = ours();
  await theirs();
  const own = await timed(rounds, ours);
  const other = await timed(rounds, theirs);
  const size = (text.length / 1024).toFixed(0);
  process.stdout.write(
    `${name}: ${size} KB, ${findings} findings, ours ${shown(own)}, vscode-json-languageservice ${shown(other)}, ratio ${(own.cpu / other.cpu).toFixed(2)}\n`,
  );
  return own.cpu / text.length;
}

/** What a keystroke in a large file costs. */
async function typing(text: string): Promise<void> {
  let edit = 0;
  // As long as the text before, so that what stands behind it keeps its place.
  const typed = (): string => text.replace("Example-Stream", `Example-Str${100 + (edit++ % 900)}`);
  const checked = await timed(21, () => checkAgent(parseDocument(typed())));
  process.stdout.write(`re-check after a keystroke in 1 MB: ${shown(checked)} median\n`);
  const middle = text.indexOf("{", text.length >> 1);
  const places = ['"SourceRef": "', '"SinkRef": "', '"RecordParser": "', '"StreamName": "', '"Id'];
  for (const place of places) {
    const found = text.indexOf(place, middle);
    const offset = (found === -1 ? text.indexOf(place) : found) + place.length;
    const document = parseDocument(text);
    const offers = complete("agent", document, offset).length;
    const both = (): number => complete("agent", parseDocument(typed()), offset).length;
    // What the rounds before left on the heap is no part of it.
    await timed(11, both);
    const read = await timed(21, both);
    const alone = await timed(11, () => complete("agent", document, offset));
    process.stdout.write(`completion after ${place} in 1 MB, ${offers} offers: ${shown(alone)}, with reading the text ${shown(read)}\n`);
  }
}

export async function run(): Promise<void> {
  await compare("10 sources", configuration(10), 31);
  await compare("1,000 sources", configuration(1000), 11);
  await compare("10,000 sources", configuration(10_000), 5);
  await compare("10 KB", configuration(40), 31);
  const small = await compare("1 MB", configuration(3400), 11);
  const large = await compare("10 MB", configuration(34_000), 5);
  process.stdout.write(`time per byte, 10 MB to 1 MB: ${(large / small).toFixed(2)}\n`);
  await typing(configuration(3400));
}
