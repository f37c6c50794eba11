import * as vscode from "vscode";

export function openDocument(path: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === path);
}

/** Text of a file by URI text, as it is on screen when it is open; undefined when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  const open = openDocument(path);
  if (open !== undefined) {
    return open.getText();
  }
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.parse(path)));
  } catch (thrown) {
    if (thrown instanceof vscode.FileSystemError) {
      return undefined;
    }
    throw thrown;
  }
}

/** Names of the files in a folder by URI text. */
export async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return (await vscode.workspace.fs.readDirectory(vscode.Uri.parse(folder))).map(([name]) => name);
  } catch (thrown) {
    if (thrown instanceof vscode.FileSystemError) {
      return [];
    }
    throw thrown;
  }
}
