import { existsSync, readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { isCandidate } from "../core/config/recognition";
import { globToRegExp, isGlob } from "../core/text/glob";

const skippedFolders = new Set(["node_modules", ".git", "dist", "out"]);

export interface FoundFiles {
  readonly files: readonly string[];
  /** Paths that name nothing. */
  readonly missing: readonly string[];
}

/** Files of the given paths: files as given, folders with all candidates below, patterns. */
export function findFiles(paths: readonly string[]): FoundFiles {
  const files = new Set<string>();
  const missing: string[] = [];
  for (const path of paths) {
    if (existsSync(path)) {
      for (const file of statSync(path).isDirectory() ? candidatesIn(path) : [path]) {
        files.add(file);
      }
    } else if (isGlob(path)) {
      for (const file of matching(path)) {
        files.add(file);
      }
    } else {
      missing.push(path);
    }
  }
  return { files: [...files], missing };
}

function candidatesIn(folder: string): string[] {
  return walk(folder).filter(isCandidate);
}

function walk(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      found.push(...(skippedFolders.has(entry.name) ? [] : walk(path)));
    } else if (entry.isFile()) {
      found.push(path);
    }
  }
  return found;
}

function matching(pattern: string): string[] {
  const slashed = pattern.replaceAll("\\", "/");
  const fixed = slashed.slice(0, slashed.search(/[*?{[]/)).replace(/[^/]*$/, "");
  const root = fixed === "" ? "." : fixed;
  if (!existsSync(root)) {
    return [];
  }
  const expression = globToRegExp(slashed.replace(/^\.\//, ""));
  return walk(root)
    .map((file) => (slashed.startsWith("./") ? `./${file}` : file))
    .filter((file) => expression.test(file.split(sep).join("/").replace(/^\.\//, "")));
}
