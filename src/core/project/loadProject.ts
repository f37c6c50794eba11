import { recogniseContent } from "../config/recognition";
import type { ConfigDocument } from "../config/jsonNode";
import { baseName, readSession } from "../config/sessionModel";
import { fileNames } from "../pipeline/fileNames";
import { parseDefinition } from "../pipeline/parse";
import type { DecodedText } from "../text/encoding";
import { documentOf, factsOfDefinition, parsedFile, type FileFacts, type Project, type TextFile } from "./project";

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
  /** Names of the entries of a zip; undefined when there is no such file, or it is no zip. */
  zipEntries?(path: string): Promise<readonly string[] | undefined>;
  /** Names of the files in a folder. */
  list(folder: string): Promise<readonly string[]>;
}

export const definitionName = fileNames.definition;

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
    fileFacts: await fileFacts(folder, names, session, definition?.fleet.type === "ELASTIC", reader),
    ...(definition === undefined ? {} : { pipeline: definition }),
    facts: { ...(definition === undefined ? {} : factsOfDefinition(definition)), agentFiles },
  };
}

/** Of the programs and scripts that config.json runs, those that lie in the folder. */
async function fileFacts(
  folder: string,
  names: readonly string[],
  session: TextFile | undefined,
  elastic: boolean,
  reader: ProjectReader,
): Promise<FileFacts> {
  const zip = elastic ? await zipEntries(folder, names, reader) : undefined;
  const sizes = new Map<string, number>();
  for (const name of session === undefined ? [] : runFiles(session).filter((one) => names.includes(one))) {
    const size = await reader.size?.(joinPath(folder, name));
    if (size !== undefined) {
      sizes.set(name, size);
    }
  }
  return { sizes, ...(zip === undefined ? {} : { zipEntries: zip }) };
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
