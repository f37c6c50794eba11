import vscode = require("vscode");

export function openDocument(path: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === path);
}

/** Text of a file by URI text, as it is on screen when it is open; undefined when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  const open = openDocument(path);
  if (open !== undefined) {
    return open.getText();
  }
  const bytes = await readBytes(path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

export async function readBytes(path: string): Promise<Uint8Array | undefined> {
  return orNothing(vscode.workspace.fs.readFile(vscode.Uri.parse(path)));
}

export async function statOf(path: string): Promise<vscode.FileStat | undefined> {
  return orNothing(vscode.workspace.fs.stat(vscode.Uri.parse(path)));
}

/** Names of the files in a folder by URI text. */
export async function listNames(folder: string): Promise<readonly string[]> {
  const entries = await orNothing(vscode.workspace.fs.readDirectory(vscode.Uri.parse(folder)));
  return (entries ?? []).map(([name]) => name);
}

/** A file or folder that is not there, or cannot be read, is no failure of the check. */
async function orNothing<T>(answer: Thenable<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof vscode.FileSystemError) {
      return undefined;
    }
    throw thrown;
  }
}
