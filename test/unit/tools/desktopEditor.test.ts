import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, before, beforeEach, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

interface Where {
  readonly platform?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly home?: string;
  exists?(path: string): boolean;
}

interface Tool {
  findEditor(where?: Where): string | undefined;
  openInEditor(editor: string, what: Readonly<Record<"userData" | "extensions" | "vsix" | "folder", string>>): boolean;
}

let tool: Tool;
let folder = "";

before(async () => {
  tool = (await import(pathToFileURL(join(process.cwd(), "tools", "desktopEditor.mjs")).href)) as Tool;
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "editors-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** An executable that notes its arguments, one call a line, and ends with a code. */
function fakeEditor(path: string, code = 0): string {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(
    path,
    `#!${process.execPath}\nrequire("node:fs").appendFileSync(${JSON.stringify(join(folder, "calls"))}, JSON.stringify(process.argv.slice(2)) + "\\n");\nprocess.exit(${code});\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

const onlyThese =
  (...paths: string[]) =>
  (path: string): boolean =>
    paths.includes(path);

test("the first editor by preference is taken, not the first folder of PATH", () => {
  const codium = fakeEditor(join(folder, "first", "codium"));
  const code = fakeEditor(join(folder, "second", "code"));
  const env = { PATH: ["", join(folder, "first"), join(folder, "second")].join(":") };
  assert.equal(tool.findEditor({ platform: "linux", env }), code);
  assert.equal(tool.findEditor({ platform: "linux", env: { PATH: join(folder, "first") }, exists: (path) => path === codium }), codium);
});

test("without one on PATH the usual install folders of the system are looked at", () => {
  const applications = "/home/a/Applications/Cursor.app/Contents/Resources/app/bin/cursor";
  assert.equal(tool.findEditor({ platform: "darwin", env: {}, home: "/home/a", exists: onlyThese(applications) }), applications);
  const snap = "/snap/bin/code";
  assert.equal(tool.findEditor({ platform: "linux", env: { PATH: "/nowhere" }, exists: onlyThese(snap) }), snap);
  const local = join("C:\\Users\\a\\AppData\\Local", "Programs", "VSCodium", "bin", "codium.cmd");
  const env = { LOCALAPPDATA: "C:\\Users\\a\\AppData\\Local" };
  assert.equal(tool.findEditor({ platform: "win32", env, exists: onlyThese(local) }), local);
});

test("no editor at all is undefined", () => {
  for (const platform of ["linux", "darwin", "win32"]) {
    assert.equal(tool.findEditor({ platform, env: { PATH: folder }, home: folder, exists: onlyThese() }), undefined, platform);
  }
});

const what = (): Readonly<Record<"userData" | "extensions" | "vsix" | "folder", string>> => ({
  userData: join(folder, "user data"),
  extensions: join(folder, "extensions"),
  vsix: join(folder, "appstream-monitor.vsix"),
  folder: join(folder, "sample"),
});

test(
  "the extension is installed into its own folders, then the project opens in a new window with the same ones",
  { skip: process.platform === "win32" ? "the fake editor is a script with a shebang" : false },
  async () => {
    const { userData, extensions, vsix, folder: project } = what();
    assert.equal(tool.openInEditor(fakeEditor(join(folder, "code")), what()), true);
    const own = ["--user-data-dir", userData, "--extensions-dir", extensions];
    const expected = [
      [...own, "--install-extension", vsix, "--force"],
      [...own, "--new-window", project],
    ];
    const calls = (): unknown[] =>
      readFileSync(join(folder, "calls"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown);
    for (let tries = 0; calls().length < 2 && tries < 200; tries++) {
      await setTimeout(25); // The window is opened detached: nobody waits for it.
    }
    assert.deepEqual(calls(), expected);
  },
);

test(
  "an editor that cannot install the extension opens nothing",
  { skip: process.platform === "win32" ? "the fake editor is a script with a shebang" : false },
  async () => {
    assert.equal(tool.openInEditor(fakeEditor(join(folder, "code"), 1), what()), false);
    await setTimeout(100);
    assert.equal(readFileSync(join(folder, "calls"), "utf8").trim().split("\n").length, 1);
    assert.equal(tool.openInEditor(join(folder, "none"), what()), false);
    assert.equal(existsSync(join(folder, "sample")), false);
  },
);
