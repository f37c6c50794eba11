import { run } from "./cli/run";

void run(process.argv.slice(2), { aws: () => import("./aws.js"), sandbox: () => import("./sandbox.js") }).then((code) => {
  process.exitCode = code;
});
