import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTailArguments, searchTarget, type TailArguments } from "../../../src/cli/tailArguments";
import { parseUntil, UntilWatch } from "../../../src/cli/tailUntil";
import { parseFilter } from "../../../src/core/logs/filter";
import type { LogEntry } from "../../../src/core/logs/tailEvents";

const now = Date.UTC(2026, 10, 28, 12);
const endpoint = ["--endpoint", "search-x.eu-west-1.es.amazonaws.com", "--index", "example"];

function parse(...args: string[]): TailArguments {
  const parsed = parseTailArguments(args, {}, now);
  assert.ok(typeof parsed !== "string", args.join(" "));
  return parsed;
}

test("each wrong argument is named in a sentence", () => {
  for (const [args, sentence] of [
    [[], /^Where from is missing: --endpoint, --domain, --stream or the file/],
    [["--domain", "a", "--stream", "b"], /^Give one of --endpoint/],
    [["--domain", "a"], /^--index is missing\.$/],
    [["--domain", "a", "--index", "b"], /^--region is missing\.$/],
    [["--endpoint", "https://logs.example.com", "--index", "b"], /--region is missing: the endpoint's name/],
    [["--endpoint", "ftp://x", "--index", "b"], /http or https address, not “ftp:\/\/x”/],
    [["--endpoint", "https://me:secret@x", "--index", "b"], /takes no user and password/],
    [[...endpoint, "--since", "yesterday"], /--since must be now, all or a time/],
    [[...endpoint, "--since", "5m", "-n", "5"], /Give one of --since and --lines/],
    [[...endpoint, "-n", "0"], /--lines must be a number from 1 to 10000/],
    [[...endpoint, "--last", "soon"], /--last must be a time/],
    [[...endpoint, "--last", "5m", "--to", "1m"], /--last does not go with/],
    [[...endpoint, "--from", "5m", "--since", "5m"], /read a window that ends/],
    [[...endpoint, "--from", "5m", "--to", "6m"], /--from must be before --to/],
    [[...endpoint, "--from", "2026-13-40"], /--from must be a time such as/],
    [[...endpoint, "--until", "count:none"], /--until count: must be followed by a number/],
    [[...endpoint, "--until", "time:whenever"], /--until time: must be followed by a time/],
    [[...endpoint, "--format", "xml"], /--format must be text, ndjson or csv/],
    [[...endpoint, "--user", "a", "--unsigned"], /Give one of --user and --unsigned/],
    [[...endpoint, "--user", "a:b"], /--user is a name alone/],
    [[...endpoint, "--password-stdin"], /--password-stdin needs --user/],
  ] as const) {
    const parsed = parseTailArguments(args, {}, now);
    assert.ok(typeof parsed === "string", args.join(" "));
    assert.match(parsed, sentence);
  }
});

test("a start, a number of lines or a window of time", () => {
  const reading = (...args: string[]): TailArguments["reading"] => parse(...endpoint, ...args).reading;
  assert.deepEqual(reading(), { kind: "follow", since: { kind: "now" } });
  assert.deepEqual(reading("--since", "15m"), { kind: "follow", since: { kind: "since", ms: 900_000 } });
  assert.deepEqual(reading("-n", "20"), { kind: "follow", since: { kind: "last", count: 20 } });
  assert.deepEqual(reading("--last", "15m"), { kind: "window", from: now - 900_000, to: now });
  assert.deepEqual(reading("--from", "2026-11-28T10:00:00Z", "--to", "2026-11-28T13:00:00+02:00"), {
    ...{ kind: "window", from: now - 7_200_000, to: now - 3_600_000 },
  });
  assert.deepEqual(reading("--from", "2h"), { kind: "window", from: now - 7_200_000, to: now });
  assert.deepEqual(reading("--from", "2026-11-28 10:00Z"), { kind: "window", from: now - 7_200_000, to: now });
});

test("the Region comes from the option, the endpoint's or the overriding name, or the environment", () => {
  assert.equal(parse(...endpoint).connection.region, "eu-west-1");
  assert.equal(
    parse("--endpoint", "https://127.0.0.1:9443", "--host", "vpc-x.eu-west-2.es.amazonaws.com", "--index", "a").connection.region,
    "eu-west-2",
  );
  const named = parseTailArguments(["--domain", "d", "--index", "a"], { AWS_REGION: "eu-north-1" }, now);
  assert.ok(typeof named !== "string" && named.connection.region === "eu-north-1");
});

test("a tunnel is not taken for the sandbox; its target carries host, authority and password", () => {
  const args = parse("--endpoint", "https://127.0.0.1:9443", "--host", "vpc-x.eu-west-2.es.amazonaws.com", "--index", "a", "--user", "ada");
  assert.equal(args.connection.kind, "aws");
  assert.deepEqual(searchTarget(args, "https://127.0.0.1:9443", "eu-west-2", { password: "p", certificate: "PEM" }), {
    ...{ endpoint: "https://127.0.0.1:9443", region: "eu-west-2", hostOverride: "vpc-x.eu-west-2.es.amazonaws.com" },
    ...{ access: { kind: "basic", user: "ada", password: "p" }, certificateAuthority: "PEM" },
  });
  assert.equal(parse("--endpoint", "127.0.0.1:9200", "--index", "a").connection.kind, "sandbox");
});

test("options of the filter say what the filter's words say; of several values any will do", () => {
  const { filter } = parse(...endpoint, "--filter", "disk", "--level", "error,warning", "--provider", "My App", "--provider", "Other");
  assert.equal(filter.text, 'disk level:error,warning provider:"My App" provider:Other');
  const either = (...texts: string[]) => ({
    bool: { should: texts.map((text) => ({ bool: { filter: parseFilter(text).clauses } })), minimum_should_match: 1 },
  });
  assert.deepEqual(filter.clauses, [
    ...parseFilter("disk").clauses,
    either("level:error,warning"),
    either('provider:"My App"', "provider:Other"),
  ]);
  for (const option of ["log", "id", "session-user", "stack", "fleet", "instance", "session", "query"]) {
    assert.equal(parse(...endpoint, `--${option}`, "7").filter.clauses.length, 1, option);
  }
});

test("what ends a tail is told apart by its form, and by a word before it where that is not meant", () => {
  assert.deepEqual(parseUntil(["done", "5m", "100"], now), { texts: ["done"], count: 100, time: now + 300_000 });
  assert.deepEqual(parseUntil(["text:5m", "count:5", "time:2026-11-28T13:00Z"], now), { texts: ["5m"], count: 5, time: now + 3_600_000 });
  for (const text of ["Session 12 ended", "now", " now", "5 m", " 5m"]) {
    assert.deepEqual(parseUntil([text], now), { texts: [text] });
  }
});

test("the event that ends a tail is the last one that is shown", () => {
  const entry = (id: string, source: Record<string, unknown>): LogEntry => ({ index: "a", shard: 0, seq: 0, id, version: 1, source });
  const entries = [entry("1", { Description: "begin" }), entry("2", { EventId: 4711 }), entry("3", {})];
  for (const [given, shown] of [
    ["4711", ["1", "2"]],
    ["egi", ["1"]],
    ["2", ["1", "2"]],
    ["nothing", ["1", "2", "3"]],
  ] as const) {
    let done = 0;
    const conditions = parseUntil([given === "4711" ? "text:4711" : given], now);
    assert.ok(typeof conditions !== "string");
    const watch = new UntilWatch(conditions, () => done++);
    assert.deepEqual(
      watch.take(entries).map(({ id }) => id),
      shown,
    );
    assert.deepEqual([watch.found, watch.waits, done], given === "nothing" ? [false, true, 0] : [true, false, 1]);
    assert.deepEqual(watch.found ? watch.take(entries) : [], []);
  }
});
