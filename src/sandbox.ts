// Entry of dist/sandbox.js: the local stand-in for AWS.
export { World } from "./sandbox/world";
