import { isCandidate, recognise, recogniseContent } from "../config/recognition";
import type { ConfigDocument } from "../config/jsonNode";
import { baseName, readSession } from "../config/sessionModel";
import { fileNames, isDefinitionName } from "../config/fileNames";
import { parseDefinition } from "../pipeline/parse";
import type { DecodedText } from "../text/encoding";
import {
  documentOf,
  factsOfDefinition,
  parsedFile,
  projectOfFiles,
  type FileFacts,
  type KnownFile,
  type Project,
  type TextFile,
} from "./project";

/** Reads the files of a project; paths have `/` between folders, as URIs do. */
export interface ProjectReader {
  /** Undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** The tree of a file that has been read already; undefined when there is none. */
  parsed?(path: string): ConfigDocument | undefined;
  /** How the bytes of a file that has been read were decoded; undefined where an editor did it. */
  decoded?(path: string): DecodedText | undefined;
  /** Bytes; undefined when there is no such file. */
  size?(path: string): Promise<number | undefined>;
  /** Whether a file may be executed; undefined where the file system does not tell. */
  executable?(path: string): Promise<boolean | undefined>;
  /** Names of the entries of a zip; undefined when there is no such file, or it is no zip. */
  zipEntries?(path: string): Promise<readonly string[] | undefined>;
  /** Names of the files in a folder. */
  list(folder: string): Promise<readonly string[]>;
}

/** How many folders a definition is looked for in: that of the file and those above it. */
const foldersLookedAt = 4;

/**
 * The nearest definition at or above a file, not above the folder `top`: the one of the usual name, else the only one in its folder.
 * A definition is its own.
 */
export async function findDefinition(path: string, reader: Pick<ProjectReader, "list">, top?: string): Promise<string | undefined> {
  if (isDefinitionName(path)) {
    return path;
  }
  let folder = folderOf(path);
  for (let up = 0; up < foldersLookedAt; up++) {
    const names = (await reader.list(folder)).filter(isDefinitionName);
    const name = names.includes(fileNames.definition) ? fileNames.definition : names.length === 1 ? names[0] : undefined;
    if (name !== undefined) {
      return joinPath(folder, name);
    }
    if (folder === top || folder === "") {
      return undefined;
    }
    folder = folderOf(folder);
  }
  return undefined;
}

/** The files that a definition binds together, and those of the usual names beside it. */
export async function loadProject(definitionPath: string, reader: ProjectReader): Promise<Project | undefined> {
  const text = await reader.read(definitionPath);
  if (text === undefined) {
    return undefined;
  }
  const folder = folderOf(definitionPath);
  const { stated: definition } = parseDefinition(text);
  const names = await reader.list(folder);
  const open = async (bound: string | undefined, usual: string): Promise<TextFile | undefined> => {
    const path = joinPath(folder, bound ?? usual);
    const parsed = reader.parsed?.(path);
    if (parsed !== undefined) {
      return parsedFile(path, parsed);
    }
    const content = bound === undefined && !names.includes(usual) ? undefined : await reader.read(path);
    const decoded = reader.decoded?.(path);
    return content === undefined ? undefined : { file: path, text: content, ...(decoded === undefined ? {} : { decoded }) };
  };
  const agent = await open(definition?.agentConfig, fileNames.agentConfig);
  const session = await open(definition?.sessionConfig, fileNames.sessionConfig);
  const script = await open(definition?.sessionScript, fileNames.sessionScript);
  const fileList = [...names, ...(script === undefined ? [] : [script.file.split("/").at(-1) ?? ""])];
  const agentFiles = names.includes("configs") ? (await reader.list(joinPath(folder, "configs"))).map((name) => `configs/${name}`) : [];
  const decoded = reader.decoded?.(definitionPath);
  return {
    definition: { file: definitionPath, text, ...(decoded === undefined ? {} : { decoded }) },
    ...(agent === undefined || recogniseContent(documentOf(agent)) !== "agent" ? {} : { agent }),
    ...(session === undefined || recogniseContent(documentOf(session)) !== "session" ? {} : { session }),
    scripts: script === undefined ? [] : [script],
    fileNames: fileList,
    fileFacts: await factsBeside(folder, names, session, definition?.fleet.type === "ELASTIC", reader),
    ...(definition === undefined ? {} : { pipeline: definition }),
    facts: { ...(definition === undefined ? {} : factsOfDefinition(definition)), agentFiles },
  };
}

/** Of the folder of config.json, which need not be that of the definition. */
async function factsBeside(
  folder: string,
  names: readonly string[],
  session: TextFile | undefined,
  elastic: boolean,
  reader: ProjectReader,
): Promise<FileFacts> {
  const zip = elastic ? await zipEntries(folder, names, reader) : undefined;
  const own = session === undefined ? folder : folderOf(session.file);
  return fileFacts(own, own === folder ? names : await reader.list(own), session, zip, reader);
}

/** A folder with more candidates is a collection, not one set of files. */
const mostBeside = 12;

/** The project of a file that no definition binds: what lies beside it, when that makes one set. */
export async function projectBeside(path: string, reader: ProjectReader): Promise<Project | undefined> {
  const folder = folderOf(path);
  const names = await reader.list(folder);
  const candidates = names.filter(isCandidate);
  if (candidates.length > mostBeside) {
    return undefined;
  }
  const files: KnownFile[] = [];
  for (const name of candidates) {
    const file = joinPath(folder, name);
    const text = await reader.read(file);
    const decoded = reader.decoded?.(file);
    if (text !== undefined) {
      files.push({ file, text, kind: recognise(file, text), ...(decoded === undefined ? {} : { decoded }) });
    }
  }
  return withScripts(projectOfFiles(files), files, names, reader);
}

/** With the scripts that config.json runs: a folder that holds one of them is where all of them belong. */
async function withScripts(
  project: Project | undefined,
  files: readonly KnownFile[],
  names: readonly string[],
  reader: ProjectReader,
): Promise<Project | undefined> {
  const [session, another] = files.filter(({ kind }) => kind === "session");
  if (session === undefined || another !== undefined) {
    return project;
  }
  const facts = await fileFacts(folderOf(session.file), names, session, undefined, reader);
  const here = facts.texts !== undefined && facts.texts.size > 0;
  return here ? { ...(project ?? { facts: {}, scripts: [], session }), fileNames: names, fileFacts: facts } : project;
}

/** Of the programs and scripts that config.json runs, those that lie in the folder. */
async function fileFacts(
  folder: string,
  names: readonly string[],
  session: TextFile | undefined,
  zip: readonly string[] | undefined,
  reader: ProjectReader,
): Promise<FileFacts> {
  const sizes = new Map<string, number>();
  const texts = new Map<string, string>();
  const executable = new Map<string, boolean>();
  const actual = new Map(names.map((name) => [name.toLowerCase(), name]));
  for (const name of session === undefined ? [] : runFiles(session).filter((one) => actual.has(one.toLowerCase()))) {
    const path = joinPath(folder, actual.get(name.toLowerCase()) ?? name);
    const [size, allowed] = [await reader.size?.(path), await reader.executable?.(path)];
    const text = scriptName.test(name) && (size ?? 0) <= largestScript ? await reader.read(path) : undefined;
    set(sizes, name, size);
    set(texts, name, text);
    set(executable, name, allowed);
  }
  return { sizes, texts, executable, ...(zip === undefined ? {} : { zipEntries: zip }) };
}

const scriptName = /\.(?:ps1|bat|cmd|sh|py|pl|vbs|js)$/i;
const largestScript = 1_000_000;

function set<Value>(into: Map<string, Value>, name: string, value: Value | undefined): void {
  if (value !== undefined) {
    into.set(name, value);
  }
}

function runFiles(session: TextFile): string[] {
  const { configured } = readSession(documentOf(session));
  return [...new Set(configured.flatMap((entry) => [baseName(entry.program), baseName(entry.scriptPath)]))];
}

/** The one zip of the folder; of several nobody knows which is uploaded. */
async function zipEntries(folder: string, names: readonly string[], reader: ProjectReader): Promise<readonly string[] | undefined> {
  const [zip, another] = names.filter((name) => /\.zip$/i.test(name));
  return zip === undefined || another !== undefined ? undefined : reader.zipEntries?.(joinPath(folder, zip));
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** A relative path with `.` and `..` resolved; backslashes count as separators. */
export function joinPath(folder: string, relative: string): string {
  const parts = folder.split("/");
  for (const part of relative.replaceAll("\\", "/").split("/")) {
    if (part === "..") {
      parts.pop();
    } else if (part !== "." && part !== "") {
      parts.push(part);
    }
  }
  return parts.join("/");
}
