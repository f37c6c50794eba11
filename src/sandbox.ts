// Entry of dist/sandbox.js: the local stand-in for AWS. Run as a program it is the user's detached sandbox.
import { runDetached } from "./sandbox/detached";

export { sandboxCredentials, sandboxRegion } from "./sandbox/credentials";
export { parseSandboxArguments, runSandbox } from "./sandbox/run";
export { Sandbox, type SandboxOptions } from "./sandbox/server";

if (/[\\/]sandbox\.js$/.test(process.argv[1] ?? "")) {
  void runDetached(process.argv.slice(2)).then((code) => process.exit(code));
}
