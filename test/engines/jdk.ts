import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const exe = process.platform === "win32" ? ".exe" : "";

/** The first JDK that is new enough: named by ENGINE_JAVA_HOME or JAVA_HOME, on the path, or beside that one. */
export function findJdk(oldest: number): string | undefined {
  return candidates().find((home) => majorOf(home) >= oldest);
}

function candidates(): readonly string[] {
  const named = [process.env["ENGINE_JAVA_HOME"], process.env["JAVA_HOME"]].filter((home) => home !== undefined && home !== "");
  const onPath = findOnPath(`javac${exe}`);
  const home = onPath === undefined ? undefined : dirname(dirname(realpathSync(onPath)));
  const beside = home === undefined ? [] : readdirSync(dirname(home)).map((name) => join(dirname(home), name));
  return [...named, ...(home === undefined ? [] : [home]), ...beside].map(String);
}

export function findOnPath(name: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** 17, or 0 where there is no compiler. */
function majorOf(home: string): number {
  const javac = join(home, "bin", `javac${exe}`);
  if (!existsSync(javac)) {
    return 0;
  }
  return Number(/javac (\d+)/.exec(execFileSync(javac, ["-version"], { encoding: "utf8" }))?.[1] ?? "0");
}
