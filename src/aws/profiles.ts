import { readFile } from "node:fs/promises";
import type { SharedFilePaths } from "../core/aws/connection";
import { findFileProblems, toProfiles, type Profile } from "../core/aws/profile";
import { loadSharedFiles, sharedFilePaths } from "./sharedFiles";

export interface ProfileFileProblem {
  readonly path: string;
  /** 1-based; 0 when the file as a whole cannot be read. */
  readonly line: number;
  readonly message: string;
}

export interface ProfileList {
  readonly profiles: readonly Profile[];
  /** What the SDK's reader passes over in silence, or why a file cannot be read. */
  readonly problems: readonly ProfileFileProblem[];
}

/** Reads both AWS files anew. A file that does not exist is no problem. */
export async function listProfiles(chosen: SharedFilePaths = {}): Promise<ProfileList> {
  const paths = sharedFilePaths(chosen);
  const [config, credentials] = await Promise.all([readProblems(paths.config, "config"), readProblems(paths.credentials, "credentials")]);
  const problems = [...config, ...credentials];
  if (problems.some(({ line }) => line === 0)) {
    return { profiles: [], problems };
  }
  const files = await loadSharedFiles(chosen);
  return { profiles: toProfiles(files.config, files.credentials), problems };
}

async function readProblems(path: string, kind: "config" | "credentials"): Promise<readonly ProfileFileProblem[]> {
  try {
    const text = await readFile(path, "utf8");
    return findFileProblems(text, kind).map((problem) => ({ path, ...problem }));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? [] : [{ path, line: 0, message }];
  }
}
