import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Aws, Domain, SearchTarget } from "../../src/core/aws/ports";
import { systemClock } from "../../src/core/clock";
import { toAppError, type AppError } from "../../src/core/errors";
import type { AfterDeps, Reach } from "../../src/core/pipeline/afterSteps";
import type { PipelineDefinition } from "../../src/core/pipeline/definition";
import { parseDefinition } from "../../src/core/pipeline/parse";
import { mapDeliveryRole } from "../../src/core/pipeline/roleMapping";
import { listIndexNames } from "../../src/core/logs/tailTarget";
import { chosenEngines } from "./engines";
import { EngineUnavailable } from "./prepare";
import { host, master, startSecured, type SecuredDomain } from "./securedDomain";
import { startTailOf, until } from "./tailing";

const password = "Correct-Horse-Battery-9";
const index = "windows-2026-11-29";

if (chosenEngines().includes("opensearch2")) {
  describe("a domain with fine-grained access control", () => {
    let domain: SecuredDomain;
    let unavailable: string | undefined;

    before(
      async () => {
        try {
          domain = await startSecured();
        } catch (thrown) {
          if (!(thrown instanceof EngineUnavailable)) {
            throw thrown;
          }
          unavailable = thrown.message;
          return;
        }
        await domain.manage("PUT", "/_plugins/_security/api/roles/reader", {
          index_permissions: [
            { index_patterns: ["windows*"], allowed_actions: ["indices:data/read/search", "indices:data/read/msearch*"] },
          ],
          cluster_permissions: ["indices:data/read/msearch"],
        });
        await domain.addUser("reader", password, { roles: ["reader"] });
        await domain.addUser("stranger", password);
        await write(1, 20);
      },
      { timeout: 240_000 },
    );

    after(async () => {
      await (domain as SecuredDomain | undefined)?.stop();
    });

    async function write(from: number, to: number, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
      const lines = Array.from({ length: to - from + 1 }, (_, at) => [
        { index: { _index: index, _id: `e${from + at}` } },
        { TimeCreated: new Date().toISOString(), Description: `event ${from + at}`, LevelDisplayName: "Error", ...more },
      ]).flat();
      const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
      const { body: answer } = await domain.manage("POST", "/_bulk?refresh=true", body);
      assert.match(answer, /"errors":false/);
    }

    function tells(name: string, run: () => Promise<void>): void {
      it(name, { timeout: 60_000 }, async (context) => {
        if (unavailable === undefined) {
          await run();
        } else {
          context.skip(unavailable);
        }
      });
    }

    async function failure(run: Promise<unknown>): Promise<AppError> {
      try {
        await run;
      } catch (thrown) {
        return toAppError(thrown);
      }
      throw new Error("it did not fail");
    }

    function definition(): PipelineDefinition {
      const text = JSON.stringify({ version: 1, name: "demo", region: "eu-west-1", preset: "recommended", stream: { index: "events" } });
      const parsed = parseDefinition(text);
      assert.ok(parsed.definition !== undefined, JSON.stringify(parsed.problems));
      return parsed.definition;
    }

    function deployment() {
      const notes: string[] = [];
      const deps: AfterDeps = {
        ...{ aws: {} as Aws, clock: systemClock, bufferSeconds: 60, pace: { first: 100, later: 100, searchLimit: 1000, bufferShare: 1 } },
        emit: (event) => {
          if (event.kind === "note") {
            notes.push(event.text);
          }
        },
      };
      return { deps, notes };
    }

    const reachAs = (access: SearchTarget["access"]): Reach => ({
      domain: { engineVersion: "OpenSearch_2.19" } as Domain,
      transport: domain.transport(access),
      dashboards: "",
    });

    const reader = () => domain.transport({ kind: "basic", user: "reader", password });

    tells("a user who may only search sees every event once, old and new, through a tunnel and under the domain's own name", async () => {
      const tail = startTailOf(reader(), "windows", { kind: "all" });
      assert.ok(await until(() => tail.shown.size >= 20, 20_000), tail.notices.join("\n"));
      await write(21, 40);
      assert.ok(await until(() => tail.shown.size >= 40, 20_000), tail.notices.join("\n"));
      await tail.stop();
      assert.equal(tail.shown.size, 40);
      assert.deepEqual(
        [...tail.shown].filter(([, times]) => times !== 1),
        [],
      );
      assert.deepEqual(tail.codes, []);
    });

    tells("a wrong password, a signature and no signature at all are told as such, and a tail ends with it", async () => {
      for (const access of [{ kind: "basic", user: "reader", password: "wrong" }, { kind: "sigv4" }, { kind: "unsigned" }] as const) {
        const tail = startTailOf(domain.transport(access), "windows", { kind: "now" });
        const { reason, code, message, next } = await failure(tail.ended);
        assert.deepEqual([reason, code], ["accessDenied", "password"], access.kind);
        assert.match(message, /does not accept this user or role: it has fine-grained access control/);
        assert.match(next ?? "", /Check user name and password of the domain's own user; a role must sign and be mapped/);
        assert.doesNotMatch(`${message}${next ?? ""}`, /wrong/);
      }
    });

    tells("a user without the right is told that a role must be mapped, with the domain's own reason", async () => {
      const transport = domain.transport({ kind: "basic", user: "stranger", password });
      const { reason, code, message, next } = await failure(startTailOf(transport, "windows", { kind: "now" }).ended);
      assert.deepEqual([reason, code], ["accessDenied", "roleMapping"]);
      assert.match(message, /fine-grained access control refuses this role.*\(.*no permissions for \[indices:data\/read/s);
      assert.match(next ?? "", /Map the role, or the user/);
      assert.equal((await failure(listIndexNames(transport))).code, "roleMapping");
    });

    tells("certificate: an authority that is not known and another name are told apart, and nothing is sent", async () => {
      const access = { kind: "basic", user: "reader", password } as const;
      const unknown = await failure(domain.transport(access, { certificateAuthority: "" }).send({ method: "GET", path: "/" }));
      assert.equal(unknown.reason, "network");
      assert.match(unknown.next ?? "", /not signed by an authority that is trusted here/);
      const other = await failure(domain.transport(access, { hostOverride: `other.${host}` }).send({ method: "GET", path: "/" }));
      assert.equal(other.code, "ERR_TLS_CERT_ALTNAME_INVALID");
      assert.match(other.next ?? "", /give the domain's own host name/);
    });

    tells("events that document-level security hides stay hidden, the others come once; hidden fields are not shown", async () => {
      await domain.manage("PUT", "/_plugins/_security/api/roles/part", {
        cluster_permissions: ["indices:data/read/msearch"],
        index_permissions: [
          {
            index_patterns: ["windows*"],
            allowed_actions: ["indices:data/read/search", "indices:data/read/msearch*"],
            dls: JSON.stringify({ bool: { must_not: { match: { Secret: "yes" } } } }),
            fls: ["~UserName"],
          },
        ],
      });
      await domain.addUser("part", password, { roles: ["part"] });
      await write(41, 50, { Secret: "yes" });
      const tail = startTailOf(domain.transport({ kind: "basic", user: "part", password }), "windows", { kind: "all" });
      assert.ok(await until(() => tail.shown.size >= 40, 20_000), tail.notices.join("\n"));
      await write(51, 60, { UserName: "S-1-5-21" });
      await write(61, 70, { Secret: "yes" });
      await write(71, 80);
      assert.ok(await until(() => tail.shown.size >= 60, 20_000), tail.notices.join("\n"));
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await tail.stop();
      const numbers = [...tail.shown.keys()].map((key) => Number(/e(\d+)$/.exec(key)?.[1])).sort((a, b) => a - b);
      const seen = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
      assert.deepEqual(numbers, [...seen(1, 40), ...seen(51, 60), ...seen(71, 80)]);
      assert.deepEqual([...new Set(tail.shown.values())], [1]);
      assert.ok(tail.entries.every(({ source }) => source["UserName"] === undefined && source["Secret"] === undefined));
    });

    tells("the mapping that a deployment writes lets the stream's role write, and keeps what others have added", async () => {
      const arn = "arn:aws:iam::111122223333:role/demo-delivery";
      const { deps, notes } = deployment();
      const reach = reachAs({ kind: "basic", ...master });
      const firehose = async (user: string): Promise<string> => {
        const body = `${JSON.stringify({ index: { _index: `events-${user}` } })}\n${JSON.stringify({ Description: "x" })}\n`;
        const answer = await domain.transport({ kind: "basic", user, password }).send({
          ...{ method: "POST", path: "/_bulk", body, contentType: "application/x-ndjson" },
        });
        return `${answer.status} ${/"errors":(true|false)/.exec(answer.body)?.[1] ?? ""}`;
      };
      await domain.addUser("delivery", password, { backendRoles: [arn] });
      assert.notEqual(await firehose("delivery"), "200 false");
      await mapDeliveryRole(deps, definition(), reach, arn);
      assert.deepEqual(notes, [`Mapping of the role ${arn}: done.`]);
      assert.equal(await firehose("delivery"), "200 false");
      await domain.manage("PUT", "/_plugins/_security/api/rolesmapping/demo-delivery", {
        ...{ backend_roles: [arn, "arn:aws:iam::111122223333:role/other"], users: ["operator"], hosts: [] },
      });
      await mapDeliveryRole(deps, definition(), reach, arn);
      const { body } = await domain.manage("GET", "/_plugins/_security/api/rolesmapping/demo-delivery");
      const mapping = (JSON.parse(body) as Record<string, { backend_roles: string[]; users: string[] }>)["demo-delivery"];
      assert.deepEqual([mapping?.backend_roles, mapping?.users], [[arn, "arn:aws:iam::111122223333:role/other"], ["operator"]]);
    });

    tells("who is not the master user cannot map the role; the deployment says so and goes on", async () => {
      const { deps, notes } = deployment();
      await mapDeliveryRole(deps, definition(), reachAs({ kind: "basic", user: "reader", password }), "arn:x");
      assert.equal(notes.length, 1);
      assert.match(notes[0] ?? "", /^Mapping of the role arn:x could not be written: The domain answered 403/);
    });
  });
}
