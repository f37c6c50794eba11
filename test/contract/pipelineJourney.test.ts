import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { sandboxCredentials } from "../../src/sandbox/credentials";
import { empty, startAccount, tutorial, type Account } from "./pipelineAccount";
import { buildPrograms } from "./programs";

const programs = mkdtempSync(join(tmpdir(), "journey-"));

before(() => buildPrograms(programs));

after(() => {
  rmSync(programs, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** The real command line, with the sandbox as its account. */
function commands(account: Account): (...args: readonly string[]) => Promise<Ran> {
  const env = {
    AWS_ENDPOINT_URL: account.sandbox.endpoint,
    AWS_ACCESS_KEY_ID: sandboxCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: sandboxCredentials.secretAccessKey,
    HOME: programs,
    USERPROFILE: programs,
  };
  return (...args) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(programs, "cli.js"), ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          output += String(chunk);
        });
      }
      child.on("error", reject).on("close", (code) => {
        resolve({ code, output });
      });
    });
}

const presets = {
  recommended: { name: "demo", preset: "recommended", stream: { bufferSeconds: 1 } },
  tutorial: { name: "demo", ...tutorial },
};

for (const [preset, base] of Object.entries(presets)) {
  test(`${preset}, headless: deployed, changed in every way, drifted, another image, destroyed; nothing is left but what was said`, async (context) => {
    const account = await startAccount(context);
    const folder = mkdtempSync(join(tmpdir(), "journey-"));
    context.after(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const command = commands(account);
    const file = join(folder, "appstream-pipeline.json");
    const write = (more: object): void => {
      writeFileSync(file, JSON.stringify({ version: 1, region: "us-east-1", ...base, ...more }));
    };
    const succeeds = async (...args: readonly string[]): Promise<string> => {
      const { code, output } = await command(...args);
      assert.equal(code, 0, `${args.join(" ")}: ${output}`);
      return output;
    };

    write({});
    assert.match(await succeeds("preview", file), /Account.*SANDBOX.*us-east-1/s);
    assert.deepEqual(await account.inventory(), empty, "a preview leaves nothing");
    const declined = await command("deploy", file);
    assert.deepEqual([declined.code, /Nothing was created/.test(declined.output)], [1, true]);
    assert.deepEqual(await account.inventory(), empty, "no answer is a No");
    assert.equal((await command("deploy", file, "--yes", "--no-wait")).code, 3);
    assert.match(await succeeds("deploy", file, "--yes"), /Pipeline deployed/);
    assert.match(await succeeds("deploy", file, "--yes"), /Pipeline deployed/);

    write({ logs: { retentionDays: 7 } });
    assert.match(await succeeds("preview", file), /change in place +\| LogGroup/);
    await succeeds("deploy", file, "--yes");
    write({ logs: { retentionDays: 7 }, fleet: { instanceType: "stream.standard.large" } });
    assert.match(await succeeds("deploy", file, "--yes"), /Stopping the fleet.*Starting the fleet/s);
    assert.match(await succeeds("drift", file), /Everything is as it was deployed/);
    const { logGroups } = await account.inventory();
    await account.invoke("logs", "PutRetentionPolicy", { logGroupName: logGroups?.[0], retentionInDays: 1 });
    const drifted = await command("drift", file);
    assert.deepEqual([drifted.code, /LogGroup.*7.*1/s.test(drifted.output)], [1, true]);
    const refused = await command("drift", file, "--revert");
    assert.deepEqual([refused.code, /Nothing was changed/.test(refused.output)], [1, true], "no answer is a No");
    assert.match(await succeeds("drift", file, "--revert", "--yes"), /RetentionInDays: 1 → 7.*Everything is as it was deployed/s);
    assert.match(await succeeds("drift", file, "--revert", "--yes"), /Everything is as it was deployed/);

    const stream = { ...base.stream, name: "another-stream" };
    const changed = { logs: { group: logGroups?.[0], retentionDays: 14 }, stream, image: { name: "another-image" } };
    write(changed);
    assert.match(await succeeds("preview", file), /REPLACE +\| Stream/);
    await succeeds("deploy", file, "--yes");
    const after = await account.inventory();
    assert.deepEqual([after["streams"], after["images"]?.includes("another-image")], [["another-stream"], true]);

    const kept = await succeeds("destroy", file, "--yes");
    assert.match(kept, /Remains: Bucket demo-ingest-/);
    assert.deepEqual(await account.inventory(), { ...empty, buckets: ["demo-ingest-bucket"] });
    assert.match(await succeeds("destroy", file, "--yes", "--empty-bucket"), /Remains: nothing/);
    assert.deepEqual(await account.inventory(), empty);
    assert.match(await succeeds("destroy", file), /^Nothing of pipeline demo is in account \d+, us-east-1\.\n$/);
  });
}
