import vscode = require("vscode");
import { decodeText, toUtf8, type DecodedText } from "../core/text/encoding";
import { readBytes, statOf } from "./files";

interface KnownFile {
  readonly size: number;
  readonly mtime: number;
  readonly decoded: DecodedText;
}

/** How the bytes of saved files are encoded: an editor shows text, but the agent reads bytes. A file is read again when its size or time has changed. */
export class EncodedFiles {
  private readonly known = new Map<string, KnownFile>();

  /** Undefined for a document that is not on disk as it is on screen. */
  async of(document: vscode.TextDocument): Promise<DecodedText | undefined> {
    if (document.isDirty || document.uri.scheme === "untitled") {
      return undefined;
    }
    const path = document.uri.toString();
    const stat = await statOf(path);
    const known = this.known.get(path);
    if (stat === undefined || (known?.size === stat.size && known.mtime === stat.mtime)) {
      return stat === undefined ? undefined : known?.decoded;
    }
    const bytes = await readBytes(path);
    if (bytes === undefined) {
      return undefined;
    }
    const decoded = decodeText(bytes);
    this.known.set(path, { size: stat.size, mtime: stat.mtime, decoded });
    return decoded;
  }

  forget(document: vscode.TextDocument): void {
    this.known.delete(document.uri.toString());
  }
}

export async function saveAsUtf8(uri: string): Promise<void> {
  const bytes = await readBytes(uri);
  if (bytes !== undefined) {
    await vscode.workspace.fs.writeFile(vscode.Uri.parse(uri), toUtf8(bytes));
  }
}
