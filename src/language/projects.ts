import vscode = require("vscode");
import { findDefinition, folderOf, loadProject, projectBeside, type ProjectReader } from "../core/project/loadProject";
import { filesOf } from "../core/project/checkInProject";
import type { Project } from "../core/project/project";
import type { Documents } from "./documents";
import { listNames, openDocument, readText, statOf } from "./files";
import { ZipFiles } from "./zipFiles";

/** Finds the project that a document belongs to; open documents count as they are on screen. */
export class Projects {
  private readonly reader: ProjectReader;

  constructor(documents: Documents) {
    const zips = new ZipFiles();
    this.reader = {
      read: readText,
      list: listNames,
      size: async (path) => (await statOf(path))?.size,
      zipEntries: (path) => zips.entriesOf(path),
      parsed: (path) => {
        const open = openDocument(path);
        return open === undefined ? undefined : documents.json(open)?.parsed;
      },
    };
  }

  async projectOf(document: vscode.TextDocument): Promise<Project | undefined> {
    const definition = await this.definitionOf(document.uri);
    const bound = definition === undefined ? undefined : await loadProject(definition, this.reader);
    return bound !== undefined && filesOf(bound).includes(document.uri.toString())
      ? bound
      : document.uri.scheme === "untitled"
        ? undefined
        : projectBeside(document.uri.toString(), this.reader);
  }

  /** URI text of the nearest definition file, not above the workspace folder. */
  async definitionOf(uri: vscode.Uri): Promise<string | undefined> {
    if (uri.scheme === "untitled") {
      return undefined;
    }
    const path = uri.toString();
    return findDefinition(path, this.reader, vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() ?? folderOf(path));
  }
}
