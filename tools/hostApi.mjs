// Runs test/host/api inside a real editor: a downloaded desktop build where there is a display, else the shim.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildTests, root } from "./build.mjs";
import { supported, unsupportedReason } from "./host.mjs";

/** A desktop build needs a download and a display; both are there on Windows and macOS, and on Linux when one is named. */
function executable() {
  if (process.env.VSCODE_EXECUTABLE !== undefined) {
    return process.env.VSCODE_EXECUTABLE;
  }
  return process.platform === "linux" ? join(root, "tools", "editorShim.mjs") : undefined;
}

/**
 * @param {string | undefined} version of the editor; only the shim can run another than the newest
 * @returns {Promise<{ ok: boolean, passed: number, failed: number } | { skipped: string }>}
 */
export async function hostApi(version) {
  const path = executable();
  if (path?.endsWith("editorShim.mjs") && !supported) {
    return { skipped: unsupportedReason };
  }
  const folder = join(root, "test", "host", "api");
  const out = join(root, "out", "host");
  await buildTests(
    readdirSync(folder)
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
    out,
    { external: ["vscode"] },
  );
  const scratch = mkdtempSync(join(tmpdir(), "asm-host-"));
  const project = join(scratch, "project");
  mkdirSync(project);
  cpSync(join(root, "test", "fixtures", "project"), project, { recursive: true });
  const authorities = [process.env.NODE_EXTRA_CA_CERTS, join(root, "test", "fixtures", "tls", "ca.pem")].filter(Boolean);
  const trusted = join(scratch, "authorities.pem");
  writeFileSync(trusted, authorities.map((file) => readFileSync(file, "utf8")).join("\n"));
  const child = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "runTests.mjs"), join(out, "host", "api", "index.js"), project, scratch],
    {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        ...(path === undefined ? {} : { VSCODE_EXECUTABLE: path }),
        ...(version === undefined ? {} : { EDITOR_VERSION: version }),
        HOME: scratch,
        XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? scratch, ".cache"),
        AWS_PROFILE: "",
        AWS_REGION: "",
        NODE_EXTRA_CA_CERTS: trusted,
      },
    },
  );
  rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  process.stdout.write(child.stdout);
  const counted = /host\/api: (\d+) passed, (\d+) failed/.exec(child.stdout);
  return { ok: child.status === 0 && counted !== null, passed: Number(counted?.[1] ?? 0), failed: Number(counted?.[2] ?? 1) };
}
