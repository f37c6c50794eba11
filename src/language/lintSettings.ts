import vscode = require("vscode");
import { parseLintSettings, settingsFileName, type LintSettings } from "../core/config/lintSettings";
import { folderOf } from "../core/project/loadProject";
import type { Log } from "../workbench/log";
import { readText } from "./files";

/** The settings files beside and above a document, outermost first; read again when one in the workspace changes. */
export class LintSettingsFiles implements vscode.Disposable {
  private readonly log: Log;
  private readonly watcher = vscode.workspace.createFileSystemWatcher(`**/${settingsFileName}`);
  private readonly known = new Map<string, Promise<LintSettings | undefined>>();
  private readonly changes: vscode.Disposable;

  constructor(log: Log, changed: () => void) {
    this.log = log;
    const forget = (): void => {
      this.known.clear();
      changed();
    };
    this.changes = vscode.Disposable.from(
      this.watcher.onDidChange(forget),
      this.watcher.onDidCreate(forget),
      this.watcher.onDidDelete(forget),
    );
  }

  async of(uri: vscode.Uri): Promise<readonly LintSettings[]> {
    if (uri.scheme === "untitled") {
      return [];
    }
    const top = folderOf(uri.with({ path: "/", query: "", fragment: "" }).toString());
    const found: LintSettings[] = [];
    for (let folder = folderOf(uri.toString()); folder.length >= top.length; folder = folderOf(folder)) {
      const settings = await this.read(folder);
      if (settings !== undefined) {
        found.unshift(settings);
      }
    }
    return found;
  }

  dispose(): void {
    this.changes.dispose();
    this.watcher.dispose();
  }

  private read(folder: string): Promise<LintSettings | undefined> {
    let settings = this.known.get(folder);
    if (settings === undefined) {
      settings = this.load(folder);
      this.known.set(folder, settings);
    }
    return settings;
  }

  private async load(folder: string): Promise<LintSettings | undefined> {
    const path = `${folder}/${settingsFileName}`;
    const text = await readText(path);
    try {
      return text === undefined ? undefined : parseLintSettings(text, settingsFileName, `${folder}/`);
    } catch (thrown) {
      this.log.error(path, thrown);
      return undefined;
    }
  }
}
