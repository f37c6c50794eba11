import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { findDefinition, loadProject, projectBeside, type ProjectReader } from "../core/project/loadProject";
import { filesOf } from "../core/project/checkInProject";
import type { Project } from "../core/project/project";
import type { DecodedText } from "../core/text/encoding";
import { decodeText } from "../core/text/encoding";
import { zipEntryNames } from "../core/text/zip";
import type { LintFile } from "./lintCheck";

/** The projects that the files of a run belong to: those of a definition, and files that lie side by side without one. */
export class LintProjects {
  private readonly files: ReadonlyMap<string, LintFile>;
  private readonly loaded = new Map<string, Promise<Project | undefined>>();
  private readonly beside = new Map<string, Promise<Project | undefined>>();
  private readonly decoded = new Map<string, DecodedText>();

  constructor(files: readonly LintFile[]) {
    this.files = new Map(files.map((file) => [file.path, file]));
  }

  async projectOf(file: LintFile): Promise<Project | undefined> {
    return (await this.boundTo(file)) ?? this.besides(file);
  }

  private async boundTo(file: LintFile): Promise<Project | undefined> {
    const definition = await findDefinition(file.path, this.reader);
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

  private besides(file: LintFile): Promise<Project | undefined> {
    const folder = dirname(file.path);
    let project = this.beside.get(folder);
    if (project === undefined) {
      project = projectBeside(file.path, this.reader);
      this.beside.set(folder, project);
    }
    return project;
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
    list: async (folder) => listNames(folder === "" ? "/" : folder),
    size: async (path) => statSync(path, { throwIfNoEntry: false })?.size,
    executable: async (path) => {
      const stats = process.platform === "win32" ? undefined : statSync(path, { throwIfNoEntry: false });
      return stats === undefined ? undefined : (stats.mode & 0o111) !== 0;
    },
    zipEntries: async (path) => (existsSync(path) ? zipEntryNames(readFileSync(path)) : undefined),
  };
}

function listNames(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
