// Finds a desktop editor and opens a folder in it with the extension installed, apart from the user's own set-up.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const names = ["code", "code-insiders", "codium", "cursor"];

/** First on PATH, then in the usual folders of the system; undefined when there is none. */
export function findEditor({ platform = process.platform, env = process.env, home = homedir(), exists = existsSync } = {}) {
  const file = (name) => (platform === "win32" ? `${name}.cmd` : name);
  const onPath = (env.PATH ?? env.Path ?? "").split(platform === "win32" ? ";" : delimiter).filter((folder) => folder !== "");
  const candidates = names.flatMap((name) => onPath.map((folder) => join(folder, file(name))));
  return [...candidates, ...usualPlaces(platform, env, home)].find((path) => exists(path));
}

function usualPlaces(platform, env, home) {
  switch (platform) {
    case "darwin":
      return [
        ["Visual Studio Code", "code"],
        ["VSCodium", "codium"],
        ["Cursor", "cursor"],
      ].flatMap(([app, name]) =>
        ["/Applications", join(home, "Applications")].map((folder) => join(folder, `${app}.app`, "Contents/Resources/app/bin", name)),
      );
    case "win32":
      return [env.LOCALAPPDATA && join(env.LOCALAPPDATA, "Programs"), env.ProgramFiles]
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => [join(folder, "Microsoft VS Code", "bin", "code.cmd"), join(folder, "VSCodium", "bin", "codium.cmd")]);
    default:
      return ["/usr/share/code/bin/code", "/usr/bin/code", "/snap/bin/code", "/usr/share/codium/bin/codium"];
  }
}

/**
 * @param {string} editor
 * @param {{ userData: string, extensions: string, vsix: string, folder: string }} what
 * @returns {boolean} false when the extension could not be installed
 */
export function openInEditor(editor, { userData, extensions, vsix, folder }) {
  const shell = process.platform === "win32";
  const quoted = (text) => (shell ? `"${text}"` : text);
  const own = ["--user-data-dir", quoted(userData), "--extensions-dir", quoted(extensions)];
  const installed = spawnSync(quoted(editor), [...own, "--install-extension", quoted(vsix), "--force"], {
    shell,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (installed.status !== 0) {
    return false;
  }
  spawn(quoted(editor), [...own, "--new-window", quoted(folder)], { shell, stdio: "ignore", detached: true }).unref();
  return true;
}
