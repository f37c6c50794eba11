import assert from "node:assert/strict";
import { test } from "node:test";
import { isAbort } from "../../src/core/errors";
import type { PipelineDefinition } from "../../src/core/pipeline/definition";
import { definition, empty, mortal, startAccount, tutorial, type Account } from "./pipelineAccount";
import type { Aws } from "../../src/core/aws/ports";

interface Work {
  /** What is deployed before. */
  readonly before: PipelineDefinition | undefined;
  readonly run: (account: Account, aws?: Aws) => Promise<unknown>;
  readonly leastCalls: number;
}

const deploying = (before: PipelineDefinition | undefined, pipeline: PipelineDefinition, leastCalls: number): Work => ({
  before,
  run: (account, aws) => account.deploy(pipeline, aws),
  leastCalls,
});

/** Without a domain there is nothing to wait for in an index. */
const toBucket = (more: object = {}): PipelineDefinition => definition({ stream: { destination: "s3" }, ...more });

const works: Readonly<Record<string, Work>> = {
  "deploying the tutorial": deploying(undefined, definition(tutorial), 8),
  "a change in place": deploying(definition(), definition({ stream: { bufferSeconds: 2 }, logs: { retentionDays: 7 } }), 2),
  "a change that stops the fleet": deploying(toBucket(), toBucket({ fleet: { instanceType: "stream.standard.large" } }), 5),
  "swapping a new image in": deploying(toBucket(), toBucket({ image: { name: "demo-image-2" } }), 6),
  "replacing the delivery stream": deploying(
    toBucket(),
    toBucket({
      stream: { destination: "s3", name: "demo-stream-2" },
      logs: { group: "/aws/kinesisfirehose/demo-stream" },
      image: { name: "demo-image-2" },
    }),
    7,
  ),
  destroying: {
    before: definition(),
    run: (account, aws) => account.destruction(definition(), aws).execute({ emptyBuckets: true }),
    leastCalls: 6,
  },
};

for (const [what, { before, run, leastCalls }] of Object.entries(works)) {
  test(`${what}: killed after every changing call and started again, it ends alike`, async (context) => {
    const prepared = async (): Promise<Account> => {
      const account = await startAccount(context);
      if (before !== undefined) {
        await account.deploy(before);
      }
      return account;
    };
    const whole = await prepared();
    const all = mortal(whole.aws, Infinity);
    await run(whole, all.aws);
    const expected = await whole.inventory();
    await whole.sandbox.stop();
    assert.ok(all.calls.length >= leastCalls, all.calls.join());
    for (let killed = 1; killed <= all.calls.length; killed++) {
      const account = await prepared();
      const dying = mortal(account.aws, killed);
      const first = run(account, dying.aws);
      // What comes after the last changing call may be nothing at all.
      await (killed < all.calls.length
        ? assert.rejects(first, isAbort, `killed after ${dying.calls.join()}`)
        : first.catch(() => undefined));
      await run(account);
      assert.deepEqual(await account.inventory(), expected, `killed after ${dying.calls.join()}`);
      if (what === "destroying") {
        assert.deepEqual(await account.inventory(), empty);
      }
      await account.sandbox.stop();
    }
  });
}
