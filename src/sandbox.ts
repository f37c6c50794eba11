// Entry of dist/sandbox.js: the local stand-in for AWS.
export { sandboxCredentials, sandboxRegion } from "./sandbox/credentials";
export { faultNames, isFaultName, setFault } from "./sandbox/faults";
export { Sandbox, type SandboxOptions } from "./sandbox/server";
