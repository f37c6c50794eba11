import type { SectionName } from "./agentSchema";
import { builtInSinks, builtInSources, sectionOf, shapeOf, typeKeyOf, typesOf } from "./agentSchema";
import type { ConfigDocument, JsonNode } from "./jsonNode";
import type { Shape } from "./schema";

/** One source, sink, pipe, plugin or credential of the file. */
export class Declaration {
  readonly section: SectionName;
  readonly node: JsonNode;
  /** As the agent compares it; undefined when the key is absent. */
  readonly id: string | undefined;
  /** The registered spelling of the type; undefined when the type is absent or unknown. */
  readonly type: string | undefined;
  readonly shape: Shape | undefined;

  constructor(section: SectionName, node: JsonNode) {
    const written = node.memberScalar(typeKeyOf(section))?.trim();
    this.section = section;
    this.node = node;
    this.shape = shapeOf(section, written);
    this.type = section === "Pipes" ? pipeType(written) : this.shape?.name;
    this.id = node.memberScalar("Id");
  }

  get idNode(): JsonNode | undefined {
    return this.node.member("Id");
  }

  get typeNode(): JsonNode | undefined {
    return this.node.member(typeKeyOf(this.section));
  }
}

/** A pipe with its ends; an end is undefined when nothing of that id is declared. */
export interface Connection {
  readonly pipe: Declaration;
  readonly source: Declaration | undefined;
  readonly sink: Declaration | undefined;
  readonly sourceRef: string | undefined;
  readonly sinkRef: string | undefined;
}

type Declarations = Readonly<Record<SectionName, readonly Declaration[]>>;

/** The declarations of a file and how pipes connect them; each part is made when it is asked for first. */
export class AgentModel {
  readonly document: ConfigDocument;
  private readonly made = new Map<string, unknown>();

  constructor(document: ConfigDocument) {
    this.document = document;
  }

  get root(): JsonNode | undefined {
    return this.document.root;
  }

  get declarations(): Declarations {
    return this.once("declarations", () => declarationsOf(this.document));
  }

  /** By Id, the declaration that the agent uses: the last one, but the first of several credentials. */
  get sources(): ReadonlyMap<string, Declaration> {
    return this.once("sources", () => byId(this.declarations.Sources));
  }

  get sinks(): ReadonlyMap<string, Declaration> {
    return this.once("sinks", () => byId(this.declarations.Sinks));
  }

  get credentials(): ReadonlyMap<string, Declaration> {
    return this.once("credentials", () => byId([...this.declarations.Credentials].reverse()));
  }

  get connections(): readonly Connection[] {
    return this.once("connections", () => this.declarations.Pipes.map((pipe) => connect(pipe, this.sources, this.sinks)));
  }

  get connectionsOfSource(): ReadonlyMap<Declaration, readonly Connection[]> {
    return this.once("connectionsOfSource", () => groupBy(this.connections, (connection) => connection.source));
  }

  get connectionsOfSink(): ReadonlyMap<Declaration, readonly Connection[]> {
    return this.once("connectionsOfSink", () => groupBy(this.connections, (connection) => connection.sink));
  }

  private once<Part>(name: string, make: () => Part): Part {
    if (!this.made.has(name)) {
      this.made.set(name, make());
    }
    return this.made.get(name) as Part;
  }
}

const models = new WeakMap<ConfigDocument, AgentModel>();

/** The model of a document, made once. */
export function agentModel(document: ConfigDocument): AgentModel {
  let model = models.get(document);
  if (model === undefined) {
    model = new AgentModel(document);
    models.set(document, model);
  }
  return model;
}

function declarationsOf(document: ConfigDocument): Declarations {
  const declarations = new Map<SectionName, Declaration[]>();
  const of = (section: SectionName): readonly Declaration[] => {
    let found = declarations.get(section);
    if (found === undefined) {
      found = [];
      for (const property of document.root?.properties ?? []) {
        if (property.value !== undefined && sectionOf(property.name) === section) {
          collect(section, property.value, found);
        }
      }
      declarations.set(section, found);
    }
    return found;
  };
  return {
    get Sources() {
      return of("Sources");
    },
    get Sinks() {
      return of("Sinks");
    },
    get Pipes() {
      return of("Pipes");
    },
    get Plugins() {
      return of("Plugins");
    },
    get Credentials() {
      return of("Credentials");
    },
  };
}

/** Entries of an array, or the members of an object that are objects themselves. */
function collect(section: SectionName, value: JsonNode, into: Declaration[]): void {
  if (value.kind === "array") {
    for (const item of value.items) {
      if (item.kind === "object") {
        into.push(new Declaration(section, item));
      }
    }
  } else if (value.kind === "object" && !isUnwrapped(value)) {
    for (const property of value.properties) {
      if (property.value?.kind === "object") {
        into.push(new Declaration(section, property.value));
      }
    }
  } else if (value.kind === "object") {
    into.push(new Declaration(section, value));
  }
}

/** One declaration that stands where the list of declarations belongs. */
export function isUnwrapped(section: JsonNode): boolean {
  return (
    section.kind === "object" && section.properties.some((property) => property.value !== undefined && property.value.kind !== "object")
  );
}

function pipeType(written: string | undefined): string | undefined {
  return written === undefined ? undefined : typesOf("Pipes").find((type) => type.toLowerCase() === written.toLowerCase());
}

function byId(declarations: readonly Declaration[]): Map<string, Declaration> {
  const index = new Map<string, Declaration>();
  for (const declared of declarations) {
    if (declared.id !== undefined) {
      index.set(declared.id, declared);
    }
  }
  return index;
}

function connect(pipe: Declaration, sources: ReadonlyMap<string, Declaration>, sinks: ReadonlyMap<string, Declaration>): Connection {
  const sourceRef = pipe.node.memberScalar("SourceRef");
  const sinkRef = pipe.node.memberScalar("SinkRef");
  return {
    pipe,
    sourceRef,
    sinkRef,
    source: sourceRef === undefined ? undefined : sources.get(sourceRef),
    sink: sinkRef === undefined ? undefined : sinks.get(sinkRef),
  };
}

function groupBy(
  connections: readonly Connection[],
  keyOf: (connection: Connection) => Declaration | undefined,
): Map<Declaration, Connection[]> {
  const groups = new Map<Declaration, Connection[]>();
  for (const connection of connections) {
    const key = keyOf(connection);
    if (key !== undefined) {
      const group = groups.get(key);
      if (group === undefined) {
        groups.set(key, [connection]);
      } else {
        group.push(connection);
      }
    }
  }
  return groups;
}

export function isBuiltInSource(id: string): boolean {
  return builtInSources.includes(id);
}

export function isBuiltInSink(id: string): boolean {
  return builtInSinks.includes(id);
}

/** The agent reads a boolean key as true only from this text. */
export function isTrue(node: JsonNode | undefined): boolean {
  return node?.scalar?.trim().toLowerCase() === "true";
}

/** The whole number the agent reads, or undefined where it would take the default. */
export function integerOf(node: JsonNode | undefined): number | undefined {
  const text = node?.scalar?.trim();
  return text !== undefined && /^[+-]?\d{1,10}$/.test(text) && Math.abs(Number(text)) <= 2_147_483_647 ? Number(text) : undefined;
}
