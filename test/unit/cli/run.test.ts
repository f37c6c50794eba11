import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { awsSubcommands } from "../../../src/cli/awsSubcommands";
import { languageSubcommands } from "../../../src/cli/languageSubcommands";
import { runCli } from "../../../src/cli/run";
import type { CliBundles } from "../../../src/cli/subcommand";

const bundles = {
  aws: async () => ({ loadSubcommands: async () => ({ awsSubcommands }) }),
  language: async () => ({ loadSubcommands: async () => ({ languageSubcommands }) }),
  sandbox: () => Promise.reject(new Error("not needed")),
} as unknown as CliBundles;

async function output(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { stdout, stderr } = process;
  const written = stdout.write.bind(stdout);
  const failed = stderr.write.bind(stderr);
  let out = "";
  let err = "";
  stdout.write = (text: string | Uint8Array): boolean => {
    out += String(text);
    return true;
  };
  stderr.write = (text: string | Uint8Array): boolean => {
    err += String(text);
    return true;
  };
  try {
    const code = await runCli(args, bundles);
    return { code, out, err };
  } finally {
    stdout.write = written;
    stderr.write = failed;
  }
}

const names = [
  "deploy",
  "destroy",
  "diagnose",
  "drift",
  "export",
  "import",
  "lint",
  "new",
  "preview",
  "render",
  "sandbox",
  "tail",
  "template",
];

test("help lists every subcommand with what it does, on standard output", async () => {
  for (const word of ["help", "--help", "-h"]) {
    const { code, out, err } = await output(word);
    assert.deepEqual([code, err], [0, ""]);
    assert.deepEqual(
      [...out.matchAll(/^ {2}(\w+) +[A-Z].*\.$/gm)].map((match) => match[1]),
      names,
    );
  }
});

test("help of one subcommand is its usage line", async () => {
  for (const name of names) {
    for (const args of [
      [name, "--help"],
      ["help", name],
      [name, "something", "--help"],
    ]) {
      const { code, out, err } = await output(...args);
      assert.deepEqual([code, err], [0, ""]);
      assert.match(out, new RegExp(`^usage: appstream-monitor ${name} `, "m"));
    }
  }
});

test("a missing or unknown subcommand is wrong usage, on standard error", async () => {
  for (const args of [[], ["follow"], ["help", "follow"], ["constructor"]]) {
    const { code, out, err } = await output(...args);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /usage: appstream-monitor SUBCOMMAND/);
  }
});

test("an unknown option is named, with the usage and without advice that nobody needs", async () => {
  for (const name of names.filter((each) => each !== "sandbox")) {
    const { code, out, err } = await output(name, "--colour", "blue");
    assert.deepEqual([code, out], [2, ""], name);
    assert.match(err, new RegExp(`^(?:Unknown option '--colour'\\.\\n|)usage: appstream-monitor ${name} [^\\n]*\\n$`), name);
  }
});

test("the page about the command line has the usage of every subcommand but the long one of tail", async () => {
  const page = readFileSync("docs/command-line.md", "utf8");
  for (const name of names.filter((each) => each !== "tail")) {
    const { out } = await output(name, "--help");
    const usage = out.split("\n").find((line) => line.startsWith("usage:"));
    assert.ok(usage !== undefined && page.includes(usage), `docs/command-line.md lacks: ${usage ?? name}`);
  }
});
