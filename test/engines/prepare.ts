import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { launchable, type EngineSpec, type LaunchableName } from "./engines";
import { findJdk, findOnPath } from "./jdk";

const launchers = join(process.cwd(), "test", "engines", "launchers");
const windows = process.platform === "win32";

export interface PreparedEngine {
  readonly java: string;
  readonly classPath: string;
  /** What the plugin's zip holds, where the engine has one. */
  readonly pluginFolder: string;
}

/** Why an engine cannot run here. */
export class EngineUnavailable extends Error {}

/** Fetches an engine's jars by Maven and compiles its launcher, once per version, into a cache folder. */
export async function prepareEngine(name: LaunchableName): Promise<PreparedEngine> {
  const spec = launchable[name];
  const jdk = findJdk(spec.java);
  if (jdk === undefined) {
    throw new EngineUnavailable(`${spec.title} needs a JDK ${spec.java} or newer: set JAVA_HOME or ENGINE_JAVA_HOME`);
  }
  const home = join(cacheFolder(), `${name}-${spec.version}-${keyOf(spec.launcher)}`);
  if (!existsSync(home)) {
    await build(spec, jdk, home);
  }
  return {
    java: join(jdk, "bin", windows ? "java.exe" : "java"),
    classPath: [join(home, "classes"), join(home, "lib", "*")].join(delimiter),
    pluginFolder: join(home, "plugin"),
  };
}

function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "appstream-monitor-test-engines");
}

function keyOf(launcher: string): string {
  const hash = createHash("sha256");
  for (const file of [join(launcher, "pom.xml"), join(launcher, "Launcher.java"), "log4j2.properties"]) {
    hash.update(readFileSync(join(launchers, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

async function build(spec: EngineSpec, jdk: string, home: string): Promise<void> {
  const maven = findOnPath(windows ? "mvn.cmd" : "mvn");
  if (maven === undefined) {
    throw new EngineUnavailable(`${spec.title} needs Maven (mvn) on the path to fetch its jars once`);
  }
  const part = `${home}.${process.pid}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(join(part, "classes"), { recursive: true });
  const run = promisify(execFile);
  // Without a project Maven leaves marks where it is started.
  const options = { cwd: part, env: { ...process.env, JAVA_HOME: jdk }, shell: windows, maxBuffer: 16 * 1024 * 1024 };
  const folder = join(launchers, spec.launcher);
  const dependencies = (goal: string, ...settings: string[]): Promise<unknown> =>
    run(maven, ["-q", "-B", ...settings, `org.apache.maven.plugins:maven-dependency-plugin:3.6.1:${goal}`], options);
  await dependencies(
    "copy-dependencies",
    `-Dengine.version=${spec.version}`,
    `-Dlog4j.version=${spec.log4j}`,
    "-DincludeScope=runtime",
    `-DoutputDirectory=${join(part, "lib")}`,
    "-f",
    join(folder, "pom.xml"),
  );
  if (spec.plugin !== undefined) {
    await dependencies("unpack", `-Dartifact=${spec.plugin.artifact}`, `-DoutputDirectory=${join(part, "plugin")}`);
    addJars(join(part, "plugin"), join(part, "lib"));
  }
  await run(
    join(jdk, "bin", windows ? "javac.exe" : "javac"),
    ["-nowarn", "--release", String(spec.java), "-cp", join(part, "lib", "*"), "-d", join(part, "classes"), join(folder, "Launcher.java")],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  copyFileSync(join(launchers, "log4j2.properties"), join(part, "classes", "log4j2.properties"));
  if (!existsSync(home)) {
    renameSync(part, home);
  }
  rmSync(part, { recursive: true, force: true });
}

/** All on one class path: what the engine has in a version of its own is not added. */
function addJars(plugin: string, lib: string): void {
  const nameOf = (jar: string): string => jar.replace(/-\d[^/]*\.jar$/, "");
  const known = new Set(readdirSync(lib).map(nameOf));
  for (const jar of readdirSync(plugin).filter((name) => name.endsWith(".jar") && !known.has(nameOf(name)))) {
    copyFileSync(join(plugin, jar), join(lib, jar));
  }
}
