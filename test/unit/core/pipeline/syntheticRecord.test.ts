import assert from "node:assert/strict";
import { test } from "node:test";
import type { Aws, SearchAnswer, SearchRequest } from "../../../../src/core/aws/ports";
import { AppError } from "../../../../src/core/errors";
import { sendSyntheticRecord } from "../../../../src/core/pipeline/afterSteps";
import type { PipelineEvent } from "../../../../src/core/pipeline/progress";
import { FakeClock } from "../../../fakes/clock";

type Answering = (request: SearchRequest) => SearchAnswer;

const none = answer(200, { hits: { hits: [] } });
const found = answer(200, { hits: { hits: [{ _index: "demo-2026-11-29", _id: "a/b" }] } });

/** Of a proxy, in place of the domain's answer. */
const page: SearchAnswer = { status: 200, headers: {}, body: "<html>Sign in</html>" };

function answer(status: number, body: unknown): SearchAnswer {
  return { status, headers: {}, body: JSON.stringify(body) };
}

function cut(): never {
  throw new AppError("network", "search-demo could not be reached: ECONNRESET.");
}

/** Each request is answered by the next of `answers`, all later ones by the last. */
function sent(answers: readonly Answering[]): { run: Promise<boolean>; asked: SearchRequest[]; events: PipelineEvent[] } {
  const clock = new FakeClock(0);
  const asked: SearchRequest[] = [];
  const events: PipelineEvent[] = [];
  const transport = {
    send: async (request: SearchRequest): Promise<SearchAnswer> => {
      asked.push(request);
      return (answers[asked.length - 1] ?? answers.at(-1) ?? cut)(request);
    },
  };
  const aws = { streams: { putRecord: () => Promise.resolve() } } as unknown as Aws;
  const pace = { first: 1000, later: 1000, searchLimit: 5000, bufferShare: 1 };
  const deps = { aws, clock, pace, bufferSeconds: 1, emit: (event: PipelineEvent) => void events.push(event) };
  const run = sendSyntheticRecord(deps, { stream: "demo", index: "demo", isRotated: true }, { transport });
  const ended = Promise.allSettled([run, clock.advance(20_000)]).then(() => run);
  return { run: ended, asked, events };
}

test("a connection that is cut while the record is looked for is made again", async () => {
  const { run, asked } = sent([
    () => none,
    cut,
    () => answer(503, {}),
    () => page,
    () => found,
    () => answer(429, {}),
    () => answer(200, {}),
  ]);
  assert.equal(await run, true);
  assert.deepEqual(asked.map(({ method, path }) => `${method} ${path}`).slice(-3), [
    "POST /demo-*/_search",
    "DELETE /demo-2026-11-29/_doc/a%2Fb",
    "DELETE /demo-2026-11-29/_doc/a%2Fb",
  ]);
});

test("a record that does not come, and a domain that cannot be asked, are told apart", async () => {
  assert.equal(await sent([() => answer(404, {}), () => none]).run, false);
  await assert.rejects(sent([() => none, cut]).run, /could not be reached: ECONNRESET/);
  await assert.rejects(sent([() => answer(403, { Message: "no" })]).run, /The domain answered 403: .*no/);
});

test("a record that may not be deleted has arrived, and is named", async () => {
  const { run, events } = sent([() => found, () => answer(403, { Message: "read only" })]);
  assert.equal(await run, true);
  assert.deepEqual(
    events.flatMap((event) => (event.kind === "note" ? [event.text.replace(/403.*/, "403")] : [])),
    ["The test record a/b stays in the index demo-2026-11-29: The domain answered 403"],
  );
});
