import vscode = require("vscode");
import { definitionName, folderOf, loadProject, type ProjectReader } from "../core/project/loadProject";
import { isCandidate, recognise } from "../core/config/recognition";
import { filesOf } from "../core/project/checkInProject";
import { projectOfFiles, type KnownFile, type Project } from "../core/project/project";
import type { Documents } from "./documents";
import { listNames, openDocument, readText, statOf } from "./files";
import { ZipFiles } from "./zipFiles";

/** A folder with more candidates is a collection, not one set of files. */
const mostBeside = 12;

/** How many folders up a definition is looked for. */
const furthest = 4;

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
    return bound !== undefined && filesOf(bound).includes(document.uri.toString()) ? bound : this.besides(document.uri);
  }

  /** The files that lie beside a document which no definition binds. */
  private async besides(uri: vscode.Uri): Promise<Project | undefined> {
    if (uri.scheme === "untitled") {
      return undefined;
    }
    const folder = vscode.Uri.parse(folderOf(uri.toString()));
    const names = (await listNames(folder.toString())).filter(isCandidate);
    if (names.length < 2 || names.length > mostBeside) {
      return undefined;
    }
    const files = await Promise.all(
      names.map(async (name): Promise<KnownFile[]> => {
        const file = vscode.Uri.joinPath(folder, name).toString();
        const text = await readText(file);
        return text === undefined ? [] : [{ file, text, kind: recognise(file, text) }];
      }),
    );
    return projectOfFiles(files.flat());
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
