import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "./world";

const folderName = "blobs";

/** Keeps bytes beside the saved state, not in it; gives what stands for them there. */
export function keepBytes(world: World, bytes: Buffer): string {
  const root = world.folder?.path;
  if (root === undefined || bytes.length < 1024) {
    return bytes.toString("base64");
  }
  const name = createHash("sha256").update(bytes).digest("hex");
  const path = join(root, folderName, name);
  if (!existsSync(path)) {
    mkdirSync(join(root, folderName), { recursive: true });
    writeFileSync(`${path}.part`, bytes, { mode: 0o600 });
    renameSync(`${path}.part`, path);
  }
  return `blob:${name}`;
}

export function bytesOf(world: World, kept: string): Buffer {
  return kept.startsWith("blob:")
    ? readFileSync(join(world.folder?.path ?? "", folderName, kept.slice("blob:".length)))
    : Buffer.from(kept, "base64");
}

/** Deletes what the saved state, given as its text, does not name. */
export function sweepBytes(root: string, state: string): void {
  const folder = join(root, folderName);
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!state.includes(`"blob:${name}"`)) {
      rmSync(join(folder, name), { force: true });
    }
  }
}
