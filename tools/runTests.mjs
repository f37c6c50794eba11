// node tools/runTests.mjs TESTS.js FOLDER SCRATCH: the launcher of @vscode/test-electron, with the shim where one is named.
import { runTests } from "@vscode/test-electron";
import { join } from "node:path";
import { root } from "./build.mjs";

const [tests, folder, scratch] = process.argv.slice(2);
const executable = process.env.VSCODE_EXECUTABLE;
try {
  process.exitCode = await runTests({
    ...(executable === undefined ? {} : { vscodeExecutablePath: executable }),
    extensionDevelopmentPath: root,
    extensionTestsPath: tests,
    launchArgs: [
      folder,
      "--disable-extensions",
      `--user-data-dir=${join(scratch, "user-data")}`,
      `--extensions-dir=${join(scratch, "extensions")}`,
    ],
  });
} catch (error) {
  process.stderr.write(`${error}\n`);
  process.exitCode = 1;
}
