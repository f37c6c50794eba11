import { readdirSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

/** Called by the editor inside the extension host. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "tdd", color: false, timeout: 60_000, reporter: "spec" });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith(".test.js")) {
      mocha.addFile(join(__dirname, name));
    }
  }
  const { passed, failed } = await new Promise<{ passed: number; failed: number }>((done) => {
    const runner = mocha.run((failures) => {
      done({ passed: runner.stats?.passes ?? 0, failed: failures });
    });
  });
  // eslint-disable-next-line no-console -- the editor relays the console; the suite's counts are read from this line
  console.log(`host/api: ${passed} passed, ${failed} failed`);
  if (failed > 0) {
    throw new Error(`${failed} tests failed`);
  }
}
