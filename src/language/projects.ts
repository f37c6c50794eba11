import * as vscode from "vscode";
import { definitionName, folderOf, loadProject, type ProjectReader } from "../core/project/loadProject";
import type { Project } from "../core/project/project";
import type { Documents } from "./documents";
import { listNames, openDocument, readText } from "./files";

/** How many folders up a definition is looked for. */
const furthest = 4;

/** Finds the project that a document belongs to; open documents count as they are on screen. */
export class Projects {
  private readonly reader: ProjectReader;

  constructor(documents: Documents) {
    this.reader = {
      read: readText,
      list: listNames,
      parsed: (path) => {
        const open = openDocument(path);
        return open === undefined ? undefined : documents.json(open)?.parsed;
      },
    };
  }

  async projectOf(document: vscode.TextDocument): Promise<Project | undefined> {
    const definition = await this.definitionOf(document.uri);
    return definition === undefined ? undefined : loadProject(definition, this.reader);
  }

  /** URI text of the nearest definition file, not above the workspace folder. */
  async definitionOf(uri: vscode.Uri): Promise<string | undefined> {
    if (uri.scheme === "untitled") {
      return undefined;
    }
    const top = vscode.workspace.getWorkspaceFolder(uri)?.uri.toString();
    let folder = folderOf(uri.toString());
    for (let up = 0; up < furthest; up++) {
      const path = `${folder}/${definitionName}`;
      if ((await readText(path)) !== undefined) {
        return path;
      }
      if (top === undefined || folder === top || folder === "") {
        return undefined;
      }
      folder = folderOf(folder);
    }
    return undefined;
  }
}
