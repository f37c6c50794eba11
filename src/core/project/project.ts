import { agentModel, type AgentModel } from "../config/agentModel";
import type { SessionContext } from "../config/checkSession";
import { parseDocument } from "../config/document";
import type { FileKind } from "../config/recognition";
import type { ConfigDocument } from "../config/jsonNode";
import { factsOf } from "../config/script/scriptFacts";
import type { ScriptContext } from "../config/script/scriptRule";
import { parseScript } from "../config/script/scriptText";
import { baseName, readSession, type SessionModel } from "../config/sessionModel";
import type { PipelineDefinition } from "../pipeline/definition";
import { parseDefinition } from "../pipeline/parse";
import type { DecodedText } from "../text/encoding";
import type { PolicyGrant } from "./policyGrants";

export interface TextFile {
  /** As the caller names it; findings carry it back. */
  readonly file: string;
  readonly text: string;
  /** How its bytes were read; absent where an editor has decoded them. */
  readonly decoded?: DecodedText;
}

const documents = new WeakMap<TextFile, ConfigDocument>();

/** The file's tree, read once. */
export function documentOf(file: TextFile): ConfigDocument {
  const known = documents.get(file);
  if (known !== undefined) {
    return known;
  }
  const document = parseDocument(file.text);
  documents.set(file, document);
  return document;
}

/** A file whose tree is there already. */
export function parsedFile(file: string, document: ConfigDocument): TextFile {
  const parsed = { file, text: document.text };
  documents.set(parsed, document);
  return parsed;
}

/** The project with how the bytes of one of its files were read. */
export function withDecoding(project: Project, file: string, decoded: DecodedText): Project {
  const marked = <F extends TextFile | undefined>(one: F): F => {
    if (one === undefined || one.file !== file) {
      return one;
    }
    const copy = { ...one, decoded };
    const document = documents.get(one);
    if (document !== undefined) {
      documents.set(copy, document);
    }
    return copy;
  };
  const { definition, agent, session, scripts } = project;
  return {
    ...project,
    ...(definition === undefined ? {} : { definition: marked(definition) }),
    ...(agent === undefined ? {} : { agent: marked(agent) }),
    ...(session === undefined ? {} : { session: marked(session) }),
    scripts: scripts.map(marked),
  };
}

/** What a definition, or the account itself, says about the other files. Everything absent is unknown. */
export interface ProjectFacts {
  readonly region?: string;
  readonly streamName?: string;
  /** Empty: the fleet has no role. */
  readonly machineRole?: string;
  readonly destination?: string;
  readonly agentVersion?: string;
  readonly os?: "WINDOWS" | "LINUX";
  readonly fleetType?: "ALWAYS_ON" | "ON_DEMAND" | "ELASTIC";
  readonly maxSessionsPerInstance?: number;
  /** Actions that the machine role's policies allow, and on which resources. */
  readonly rolePolicy?: readonly PolicyGrant[];
  /** Time field of the index pattern of Kibana or Dashboards. */
  readonly timeFieldName?: string;
  /** Files that reach the agent's folder, with `/` between folders. */
  readonly agentFiles?: readonly string[];
}

export interface FileFacts {
  /** Sizes in bytes by base name. */
  readonly sizes?: ReadonlyMap<string, number>;
  /** Texts of scripts in any language by base name. */
  readonly texts?: ReadonlyMap<string, string>;
  /** Whether the system lets a file be executed, by base name; only some file systems tell. */
  readonly executable?: ReadonlyMap<string, boolean>;
  /** Entries of the zip of an Elastic fleet. */
  readonly zipEntries?: readonly string[];
}

/** The files that belong together. */
export interface Project {
  readonly definition?: TextFile;
  readonly agent?: TextFile;
  readonly session?: TextFile;
  readonly scripts: readonly TextFile[];
  /** Names of all files beside the definition; absent when the folder was not listed. */
  readonly fileNames?: readonly string[];
  /** What the file system tells about the files that config.json runs. */
  readonly fileFacts?: FileFacts;
  /** What `definition` says, where it can be read. */
  readonly pipeline?: PipelineDefinition;
  readonly facts: ProjectFacts;
}

export function factsOfDefinition(definition: PipelineDefinition): ProjectFacts {
  const { existing, stream, fleet, image, region } = definition;
  return {
    region,
    streamName: existing.stream ?? stream.name,
    machineRole: existing.machineRole ?? definition.roles.machine,
    destination: stream.destination,
    agentVersion: image.agentVersion,
    os: "WINDOWS",
    fleetType: fleet.type,
    maxSessionsPerInstance: fleet.maxSessionsPerInstance,
  };
}

/** The project with another text of one of its files. */
export function withText(project: Project, file: string, text: string): Project {
  const changed = <F extends TextFile | undefined>(one: F): F =>
    one === undefined || one.file !== file || one.text === text
      ? one
      : { ...one, text, ...(one.decoded === undefined ? {} : { decoded: { ...one.decoded, text } }) };
  const { definition, agent, session, scripts, facts } = project;
  const read = definition?.file === file && definition.text !== text ? parseDefinition(text).stated : undefined;
  return {
    ...project,
    ...(definition === undefined ? {} : { definition: changed(definition) }),
    ...(agent === undefined ? {} : { agent: changed(agent) }),
    ...(session === undefined ? {} : { session: changed(session) }),
    scripts: scripts.map(changed),
    ...(read === undefined ? {} : { pipeline: read, facts: { ...facts, ...factsOfDefinition(read) } }),
  };
}

/** A file with what it is. */
export interface KnownFile extends TextFile {
  readonly kind: FileKind | undefined;
}

/** Files that lie side by side without a definition; undefined when they do not make one set. */
export function projectOfFiles(files: readonly KnownFile[]): Project | undefined {
  const of = (kind: FileKind): KnownFile[] => files.filter((file) => file.kind === kind);
  const [agent, otherAgent] = of("agent");
  const [session, otherSession] = of("session");
  const scripts = of("script");
  const parts = (agent === undefined ? 0 : 1) + (session === undefined ? 0 : 1) + scripts.length;
  if (parts < 2 || otherAgent !== undefined || otherSession !== undefined) {
    return undefined;
  }
  return { facts: {}, scripts, ...(agent === undefined ? {} : { agent }), ...(session === undefined ? {} : { session }) };
}

/** The project read once for all rules. */
export interface ProjectView {
  readonly project: Project;
  readonly facts: ProjectFacts;
  readonly agent: { readonly file: string; readonly document: ConfigDocument; readonly model: AgentModel } | undefined;
  readonly session: { readonly file: string; readonly model: SessionModel } | undefined;
  /** Scripts that config.json runs, read as text. */
  readonly running: readonly TextFile[];
}

export function readProject(project: Project): ProjectView {
  const agentDocument = project.agent === undefined ? undefined : documentOf(project.agent);
  const session =
    project.session === undefined ? undefined : { file: project.session.file, model: readSession(documentOf(project.session)) };
  return {
    project,
    facts: project.facts,
    agent:
      project.agent === undefined || agentDocument === undefined
        ? undefined
        : { file: project.agent.file, document: agentDocument, model: agentModel(agentDocument) },
    session,
    running: session === undefined ? [] : project.scripts.filter((script) => runs(session.model, script.file)),
  };
}

function runs(model: SessionModel, file: string): boolean {
  const name = baseName(file).toLowerCase();
  return model.configured.some((entry) => baseName(entry.scriptPath).toLowerCase() === name);
}

/** Placeholders, without braces, that a script which config.json runs replaces. */
export function replacedPlaceholders(view: ProjectView): readonly string[] {
  return view.running.flatMap((script) => {
    const parsed = parseScript(script.text);
    const found = factsOf(parsed).placeholder?.name;
    const named = [...parsed.plain.matchAll(/["']\\?\{(\w+)\\?\}["']/g)].map((match) => match[1] ?? "");
    return found === undefined ? named : [found, ...named];
  });
}

/** What the rules of config.json may know in this project. */
export function sessionContextOf(view: ProjectView): SessionContext {
  const { facts, project } = view;
  const { texts, ...fileFacts } = project.fileFacts ?? {};
  const scripts = new Map<string, string | undefined>((project.fileNames ?? []).map((name) => [baseName(name), undefined]));
  for (const [name, text] of texts ?? []) {
    scripts.set(name, text);
  }
  for (const script of project.scripts) {
    scripts.set(baseName(script.file), script.text);
  }
  const known = project.fileNames !== undefined || project.scripts.length > 0;
  return {
    ...(known ? { files: scripts } : {}),
    ...fileFacts,
    ...(view.running.some((script) => isGenerated(script.text)) ? { generatedScript: true } : {}),
    ...(facts.os === undefined ? {} : { os: facts.os }),
    ...(facts.fleetType === undefined ? {} : { fleetType: facts.fleetType }),
    ...(facts.maxSessionsPerInstance === undefined ? {} : { maxSessionsPerInstance: facts.maxSessionsPerInstance }),
  };
}

/** The session script as the project wizard writes it, by the line that says so. */
export function isGenerated(script: string): boolean {
  return /^# SessionStart script of the system context: gives the log agent the values of this session\./m.test(script.slice(0, 2000));
}

export function scriptContextOf(view: ProjectView, file: string): ScriptContext {
  const name = baseName(file).toLowerCase();
  const entry = view.session?.model.configured.find((one) => baseName(one.scriptPath).toLowerCase() === name);
  return {
    ...(entry?.event.seconds === undefined ? {} : { waitingTime: entry.event.seconds }),
    ...(view.facts.maxSessionsPerInstance === undefined ? {} : { maxSessionsPerInstance: view.facts.maxSessionsPerInstance }),
  };
}
