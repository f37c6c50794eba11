import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import vscode = require("vscode");
import type { Environment } from "../core/aws/profile";
import { chosenFiles } from "./choice";

export interface FilePaths {
  readonly config: string;
  readonly credentials: string;
}

/** Where the AWS files are by setting, environment or custom. */
export function filePaths(environment: Environment): FilePaths {
  const chosen = chosenFiles();
  const home = environment["HOME"] ?? environment["USERPROFILE"] ?? homedir();
  const place = (fromSetting: string | undefined, variable: string, name: string): string => {
    const path = fromSetting ?? environment[variable];
    return path === undefined || path === "" ? join(home, ".aws", name) : path.replace(/^~(?=[/\\])/, () => home);
  };
  return {
    config: place(chosen.config, "AWS_CONFIG_FILE", "config"),
    credentials: place(chosen.credentials, "AWS_SHARED_CREDENTIALS_FILE", "credentials"),
  };
}

export function hasFiles(paths: FilePaths): boolean {
  return existsSync(paths.config) || existsSync(paths.credentials);
}

/** Tells of changes of either file, and of tokens that a sign-in or a renewal stored. */
export function watchFiles(paths: FilePaths, on: { readonly files: () => void; readonly tokens: () => void }): vscode.Disposable {
  const tokens = join(dirname(paths.config), "sso", "cache");
  return vscode.Disposable.from(
    watch(dirname(paths.config), basename(paths.config), on.files),
    watch(dirname(paths.credentials), basename(paths.credentials), on.files),
    watch(tokens, "*.json", on.tokens),
  );
}

function watch(folder: string, pattern: string, listener: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(folder), pattern));
  return vscode.Disposable.from(watcher, watcher.onDidChange(listener), watcher.onDidCreate(listener), watcher.onDidDelete(listener));
}

const firstConfig = `# Profiles for AWS. Examples; remove the leading "#" of one of them.

# [profile my-sso]
# sso_session = my-company
# sso_account_id = 111122223333
# sso_role_name = Developer
# region = eu-west-1

# [sso-session my-company]
# sso_start_url = https://my-company.awsapps.com/start
# sso_region = eu-west-1
# sso_registration_scopes = sso:account:access
`;

/** Opens the AWS files; where there is none yet, a commented example is created. */
export async function editCredentials(paths: FilePaths): Promise<void> {
  if (!hasFiles(paths)) {
    mkdirSync(dirname(paths.config), { recursive: true, mode: 0o700 });
    writeFileSync(paths.config, firstConfig, { mode: 0o600, flag: "wx" });
  }
  for (const path of [paths.config, paths.credentials].filter((each) => existsSync(each))) {
    await openFile(path, 0);
  }
}

/** `line` is 1-based; 0 leaves the cursor where it is. */
export async function openFile(path: string, line: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(document, { preview: false, ...(line === 0 ? {} : { selection: new vscode.Range(at, at) }) });
}
