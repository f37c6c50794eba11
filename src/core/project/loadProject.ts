import { recogniseContent } from "../config/recognition";
import type { ConfigDocument } from "../config/jsonNode";
import { fileNames } from "../pipeline/fileNames";
import { parseDefinition } from "../pipeline/parse";
import { documentOf, factsOfDefinition, parsedFile, type Project, type TextFile } from "./project";

/** Reads the files of a project; paths have `/` between folders, as URIs do. */
export interface ProjectReader {
  /** Undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** The tree of a file that has been read already; undefined when there is none. */
  parsed?(path: string): ConfigDocument | undefined;
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
  const { definition } = parseDefinition(text);
  const names = await reader.list(folder);
  const open = async (bound: string | undefined, usual: string): Promise<TextFile | undefined> => {
    const path = joinPath(folder, bound ?? usual);
    const parsed = reader.parsed?.(path);
    if (parsed !== undefined) {
      return parsedFile(path, parsed);
    }
    const content = bound === undefined && !names.includes(usual) ? undefined : await reader.read(path);
    return content === undefined ? undefined : { file: path, text: content };
  };
  const agent = await open(definition?.agentConfig, fileNames.agentConfig);
  const session = await open(definition?.sessionConfig, fileNames.sessionConfig);
  const script = await open(definition?.sessionScript, fileNames.sessionScript);
  const fileList = [...names, ...(script === undefined ? [] : [script.file.split("/").at(-1) ?? ""])];
  const agentFiles = names.includes("configs") ? (await reader.list(joinPath(folder, "configs"))).map((name) => `configs/${name}`) : [];
  return {
    definition: { file: definitionPath, text },
    ...(agent === undefined || recogniseContent(documentOf(agent)) !== "agent" ? {} : { agent }),
    ...(session === undefined || recogniseContent(documentOf(session)) !== "session" ? {} : { session }),
    scripts: script === undefined ? [] : [script],
    fileNames: fileList,
    ...(definition === undefined ? {} : { pipeline: definition }),
    facts: { ...(definition === undefined ? {} : factsOfDefinition(definition)), agentFiles },
  };
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
