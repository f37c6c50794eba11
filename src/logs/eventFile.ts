import { open, type FileHandle } from "node:fs/promises";
import vscode = require("vscode");
import { csvHeader, csvLine, ndjsonLine } from "../core/logs/exportFormats";
import type { LogEntry } from "../core/logs/tailEvents";

/** A file of events that grows: NDJSON, or CSV where its name says so. */
export class EventFile {
  private readonly uri: vscode.Uri;
  private readonly line: (entry: LogEntry) => string;
  /** Of a file on this machine; what is elsewhere is written whole at the end. */
  private handle: FileHandle | undefined;
  private readonly kept: string[] = [];
  count = 0;

  private constructor(uri: vscode.Uri) {
    this.uri = uri;
    this.line = isCsv(uri) ? csvLine : ndjsonLine;
  }

  static async create(uri: vscode.Uri): Promise<EventFile> {
    const file = new EventFile(uri);
    file.handle = uri.scheme === "file" ? await open(uri.fsPath, "w") : undefined;
    if (isCsv(uri)) {
      await file.append(csvHeader());
    }
    return file;
  }

  async write(entries: readonly LogEntry[]): Promise<void> {
    await this.append(entries.map((entry) => this.line(entry)).join(""));
    this.count += entries.length;
  }

  async close(): Promise<void> {
    if (this.handle === undefined) {
      await vscode.workspace.fs.writeFile(this.uri, new TextEncoder().encode(this.kept.join("")));
    } else {
      await this.handle.close();
    }
  }

  private async append(text: string): Promise<void> {
    if (this.handle === undefined) {
      this.kept.push(text);
    } else {
      await this.handle.appendFile(text);
    }
  }
}

function isCsv(uri: vscode.Uri): boolean {
  return uri.path.toLowerCase().endsWith(".csv");
}
