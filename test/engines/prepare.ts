import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { engines, type EngineName } from "./engines";
import { findJdk, findOnPath } from "./jdk";

const launchers = join(process.cwd(), "test", "engines", "launchers");
const windows = process.platform === "win32";

export interface PreparedEngine {
  readonly java: string;
  readonly classPath: string;
}

/** Why an engine cannot run here. */
export class EngineUnavailable extends Error {}

/** Fetches an engine's jars by Maven and compiles its launcher, once per version, into a cache folder. */
export async function prepareEngine(name: EngineName): Promise<PreparedEngine> {
  const spec = engines[name];
  const jdk = findJdk(spec.java);
  if (jdk === undefined) {
    throw new EngineUnavailable(`${spec.title} needs a JDK ${spec.java} or newer: set JAVA_HOME or ENGINE_JAVA_HOME`);
  }
  const home = join(cacheFolder(), `${name}-${spec.version}-${keyOf(spec.launcher)}`);
  if (!existsSync(home)) {
    await build(name, jdk, home);
  }
  return {
    java: join(jdk, "bin", windows ? "java.exe" : "java"),
    classPath: [join(home, "classes"), join(home, "lib", "*")].join(delimiter),
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

async function build(name: EngineName, jdk: string, home: string): Promise<void> {
  const spec = engines[name];
  const maven = findOnPath(windows ? "mvn.cmd" : "mvn");
  if (maven === undefined) {
    throw new EngineUnavailable(`${spec.title} needs Maven (mvn) on the path to fetch its jars once`);
  }
  const part = `${home}.${process.pid}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(join(part, "classes"), { recursive: true });
  const run = promisify(execFile);
  const options = { env: { ...process.env, JAVA_HOME: jdk }, shell: windows, maxBuffer: 16 * 1024 * 1024 };
  const folder = join(launchers, spec.launcher);
  await run(
    maven,
    [
      "-q",
      "-B",
      `-Dengine.version=${spec.version}`,
      `-Dlog4j.version=${spec.log4j}`,
      "-f",
      join(folder, "pom.xml"),
      "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies",
      "-DincludeScope=runtime",
      `-DoutputDirectory=${join(part, "lib")}`,
    ],
    options,
  );
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
