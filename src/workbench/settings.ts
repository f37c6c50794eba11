import vscode = require("vscode");
import { settingsSection } from "../ids";

/** How one domain is reached. */
export interface DomainAccessSetting {
  readonly access?: "sigv4" | "unsigned" | "basic";
  /** For `basic`; the password is in the secret storage. */
  readonly user?: string;
  /** For example the end of a tunnel: https://localhost:9200. */
  readonly address?: string;
}

/** Every setting, typed, with the default that package.json gives. Nowhere else is the configuration API called. */
export interface Settings {
  "connection.kind": "ask" | "aws" | "sandbox";
  "connection.profile": string;
  "connection.region": string;
  "connection.endpoint": string;
  "connection.configFile": string;
  "connection.credentialsFile": string;
  "sandbox.speed": string;
  "sandbox.person": "auto" | "manual";
  "tail.timeZone": "local" | "utc";
  /** By name of the domain. */
  "domains.access": Readonly<Record<string, DomainAccessSetting>>;
  /** Name to text. */
  "tail.filters": Readonly<Record<string, string>>;
  "pipeline.protectedProfiles": readonly string[];
  "language.inlayHints": boolean;
}

export type SettingName = keyof Settings;

const defaults: Settings = {
  "connection.kind": "ask",
  "connection.profile": "",
  "connection.region": "",
  "connection.endpoint": "",
  "connection.configFile": "",
  "connection.credentialsFile": "",
  "sandbox.speed": "1",
  "sandbox.person": "auto",
  "tail.timeZone": "local",
  "domains.access": {},
  "tail.filters": {},
  "pipeline.protectedProfiles": [],
  "language.inlayHints": false,
};

export function setting<Name extends SettingName>(name: Name): Settings[Name] {
  return vscode.workspace.getConfiguration(settingsSection).get<Settings[Name]>(name, defaults[name]);
}

/** Writes to the workspace when a folder is open, else to the user's settings. */
export async function updateSetting<Name extends SettingName>(name: Name, value: Settings[Name] | undefined): Promise<void> {
  const target = vscode.workspace.workspaceFolders === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration(settingsSection).update(name, value, target);
}

/** Writes to the user's settings: for what no workspace may decide. */
export async function updateUserSetting<Name extends SettingName>(name: Name, value: Settings[Name]): Promise<void> {
  await vscode.workspace.getConfiguration(settingsSection).update(name, value, vscode.ConfigurationTarget.Global);
}

export function onDidChangeSetting(names: readonly SettingName[], listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (names.some((name) => event.affectsConfiguration(`${settingsSection}.${name}`))) {
      listener();
    }
  });
}
