import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { externalDataInterceptor, getHomeDir, loadSharedConfigFiles } from "@smithy/shared-ini-file-loader";
import type { SharedFilePaths } from "../core/aws/connection";

export type Section = Readonly<Record<string, string | undefined>>;

export interface SharedFiles {
  readonly config: Readonly<Record<string, Section>>;
  readonly credentials: Readonly<Record<string, Section>>;
}

/** Where the two files are: setting, else environment, else the home folder. */
export function sharedFilePaths(chosen: SharedFilePaths = {}): { readonly config: string; readonly credentials: string } {
  return {
    config: expandHome(chosen.config ?? defaultPath("config")),
    credentials: expandHome(chosen.credentials ?? defaultPath("credentials")),
  };
}

/**
 * Reads both files anew, for every loader of the SDK in this process. Loaders of single sign-on take no path,
 * so a file chosen by setting is handed to the SDK under the name where it looks.
 */
export async function loadSharedFiles(chosen: SharedFilePaths = {}): Promise<SharedFiles> {
  await substitute(expandHome(defaultPath("config")), chosen.config);
  await substitute(expandHome(defaultPath("credentials")), chosen.credentials);
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  return { config: configFile, credentials: credentialsFile };
}

async function substitute(looked: string, chosen: string | undefined): Promise<void> {
  if (chosen === undefined) {
    const files = externalDataInterceptor.getFileRecord();
    Reflect.deleteProperty(files, looked);
    return;
  }
  const text = await readFile(expandHome(chosen), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      return "";
    }
    throw error;
  });
  externalDataInterceptor.interceptFile(looked, text);
}

function defaultPath(kind: "config" | "credentials"): string {
  const variable = kind === "config" ? "AWS_CONFIG_FILE" : "AWS_SHARED_CREDENTIALS_FILE";
  const named = process.env[variable];
  return named === undefined || named === "" ? join(getHomeDir(), ".aws", kind) : named;
}

function expandHome(path: string): string {
  return path.startsWith("~/") || path.startsWith("~\\") ? join(getHomeDir(), path.slice(2)) : path;
}
