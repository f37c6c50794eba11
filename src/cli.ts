import { runCli } from "./cli/run";

const bundles = {
  aws: () => import("./aws.js"),
  language: () => import("./language.js"),
  sandbox: () => import("./sandbox.js"),
};

void runCli(process.argv.slice(2), bundles).then((code) => {
  process.exitCode = code;
});
