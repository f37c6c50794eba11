import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { definitionName, loadProject, type ProjectReader } from "../core/project/loadProject";
import { filesOf } from "../core/project/checkInProject";
import { projectOfFiles, type Project } from "../core/project/project";
import type { DecodedText } from "../core/text/encoding";
import { decodeText } from "../core/text/encoding";
import { zipEntryNames } from "../core/text/zip";
import type { LintFile } from "./lintCheck";

/** How many folders up a definition is looked for, that of the file included. */
const furthest = 3;

/** The projects that the files of a run belong to: those of a definition, and files of the run that lie side by side without one. */
export class LintProjects {
  private readonly files: ReadonlyMap<string, LintFile>;
  private readonly loaded = new Map<string, Promise<Project | undefined>>();
  private readonly decoded = new Map<string, DecodedText>();

  constructor(files: readonly LintFile[]) {
    this.files = new Map(files.map((file) => [file.path, file]));
  }

  async projectOf(file: LintFile): Promise<Project | undefined> {
    return (await this.boundTo(file)) ?? this.besides(file);
  }

  private async boundTo(file: LintFile): Promise<Project | undefined> {
    const definition = definitionFor(file.path);
    if (definition === undefined) {
      return undefined;
    }
    let project = this.loaded.get(definition);
    if (project === undefined) {
      project = loadProject(definition, this.reader);
      this.loaded.set(definition, project);
    }
    const found = await project;
    return found !== undefined && filesOf(found).includes(file.path) ? found : undefined;
  }

  private async besides(file: LintFile): Promise<Project | undefined> {
    const folder = dirname(file.path);
    const members: LintFile[] = [];
    for (const other of this.files.values()) {
      if (other.kind !== undefined && dirname(other.path) === folder && (await this.boundTo(other)) === undefined) {
        members.push(other);
      }
    }
    return projectOfFiles(members.map(({ path, kind, decoded }) => ({ file: path, kind, text: decoded.text, decoded })));
  }

  private read(path: string): DecodedText | undefined {
    const given = this.files.get(path)?.decoded ?? this.decoded.get(path);
    if (given !== undefined || !existsSync(path)) {
      return given;
    }
    const decoded = decodeText(readFileSync(path));
    this.decoded.set(path, decoded);
    return decoded;
  }

  private readonly reader: ProjectReader = {
    read: async (path) => this.read(path)?.text,
    decoded: (path) => this.read(path),
    list: async (folder) => (existsSync(folder) ? readdirSync(folder) : []),
    size: async (path) => statSync(path, { throwIfNoEntry: false })?.size,
    zipEntries: async (path) => (existsSync(path) ? zipEntryNames(readFileSync(path)) : undefined),
  };
}

function definitionFor(path: string): string | undefined {
  let folder = dirname(path);
  for (let level = 0; level < furthest; level++) {
    const candidate = `${folder === "/" ? "" : folder}/${definitionName}`;
    if (existsSync(candidate)) {
      return candidate;
    }
    folder = dirname(folder);
  }
  return undefined;
}
