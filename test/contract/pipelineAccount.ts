import type { TestContext } from "node:test";
import { createAws } from "../../src/aws/createAws";
import type { Connection } from "../../src/core/aws/connection";
import type { Aws } from "../../src/core/aws/ports";
import { abortError, systemClock } from "../../src/core/clock";
import type { PipelineDefinition } from "../../src/core/pipeline/definition";
import { Deployment, type DeploymentDeps, type DeploymentOutcome } from "../../src/core/pipeline/deployment";
import { Destruction } from "../../src/core/pipeline/destruction";
import { parseDefinition } from "../../src/core/pipeline/parse";
import { patientAttempts, type PipelineEvent } from "../../src/core/pipeline/progress";
import { sandboxCredentials } from "../../src/sandbox/credentials";
import { setFault, type FaultName } from "../../src/sandbox/faults";
import { Sandbox } from "../../src/sandbox/server";

export function definition(more: object = {}): PipelineDefinition {
  const base = { version: 1, name: "demo", region: "us-east-1", preset: "recommended", stream: { bufferSeconds: 1 } };
  const { definition: found, problems } = parseDefinition(JSON.stringify({ ...base, ...more }));
  if (found === undefined) {
    throw new Error(problems.map((one) => one.message).join());
  }
  return found;
}

export const tutorial = { preset: "tutorial", allowedAddresses: ["203.0.113.7/32"], stream: { bufferSeconds: 1, bufferMegabytes: 1 } };

/** A sandbox of its own for one test, stopped with it. */
export async function startAccount(context: TestContext, speed = 100, region = "us-east-1"): Promise<Account> {
  const sandbox = new Sandbox({ port: 0, speed, seed: 7, person: "auto", log: () => undefined });
  await sandbox.start();
  context.after(() => sandbox.stop());
  return new Account(sandbox, region);
}

/** The product's own engine against a sandbox. */
export class Account {
  readonly sandbox: Sandbox;
  readonly events: PipelineEvent[] = [];

  private readonly region: string;

  constructor(sandbox: Sandbox, region: string) {
    this.sandbox = sandbox;
    this.region = region;
  }

  fault(name: FaultName, value: string | undefined): void {
    setFault(this.sandbox.world, name, value);
  }

  get aws(): Aws {
    const connection: Connection = {
      kind: "sandbox",
      region: this.region,
      endpoint: this.sandbox.endpoint,
      credentials: sandboxCredentials,
      epoch: 0,
    };
    return createAws(connection, { maxAttempts: patientAttempts });
  }

  deps(aws: Aws = this.aws): DeploymentDeps {
    const pace = { first: 20, later: 50, searchLimit: 20_000, bufferShare: 0.01 };
    return { aws, clock: systemClock, pace, emit: (event) => void this.events.push(event) };
  }

  async deploy(pipeline = definition(), aws?: Aws, signal?: AbortSignal): Promise<DeploymentOutcome> {
    const deployment = new Deployment(this.deps(aws), pipeline, {});
    return deployment.execute(await deployment.preview(signal), { wait: true }, signal);
  }

  destruction(pipeline = definition(), aws?: Aws): Destruction {
    return new Destruction(this.deps(aws), pipeline);
  }

  /** Everything that is left, by kind; the test compares it whole. */
  async inventory(): Promise<Record<string, readonly string[]>> {
    const { aws } = this;
    const [stacks, streams, domains, fleets, appstreamStacks, images, builders] = await Promise.all([
      aws.cloudformation.listStacks(),
      aws.streams.list({}),
      aws.domains.list(),
      aws.appstream.listFleets({}),
      aws.appstream.listStacks({}),
      aws.appstream.listImages({ type: "PRIVATE" }),
      aws.appstream.listImageBuilders({}),
    ]);
    const { Roles } = (await this.invoke("iam", "ListRoles", {})) as { Roles: { RoleName: string; Path: string }[] };
    const { logGroups } = (await this.invoke("logs", "DescribeLogGroups", {})) as { logGroups: { logGroupName: string }[] };
    const { Buckets } = (await this.invoke("s3", "ListBuckets", {})) as { Buckets: { Name: string }[] };
    return {
      stacks: stacks.map((one) => `${one.name} ${one.status}`).sort(),
      streams: [...streams.items],
      domains: domains.map((one) => one.name),
      fleets: fleets.items.map((one) => `${one.name} ${one.state}`),
      appstreamStacks: appstreamStacks.items.map((one) => one.name),
      images: images.items.map((one) => one.name),
      builders: builders.items.map((one) => one.name),
      // The account's own role is nobody's leftover.
      roles: Roles.filter((one) => one.Path === "/").map((one) => one.RoleName),
      logGroups: logGroups.map((one) => one.logGroupName),
      // Their names end in what chance gave them.
      buckets: Buckets.map((one) => one.Name.replace(/-[0-9a-f]{12}$/, "")),
    };
  }

  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const limit = Date.now() + 20_000;
    while (!(await holds())) {
      if (Date.now() > limit) {
        throw new Error(`it never happened that ${what}`);
      }
      await systemClock.delay(20);
    }
  }

  /** An operation as the sandbox's own user, past the product's ports. */
  invoke(service: string, operation: string, input: Record<string, unknown>): Promise<unknown> {
    return this.sandbox.dispatcher.invoke(service, operation, input, { accessKeyId: "", region: this.region, service });
  }
}

export const empty = {
  ...{ stacks: [], streams: [], domains: [], fleets: [], appstreamStacks: [], images: [], builders: [] },
  ...{ roles: [], logGroups: [], buckets: [] },
};

const changing = /^(create(?!.*Search)|execute|delete|put|tagR|untagR|start|stop|set|cancel|continue|expire|empty)/;

interface CallHooks {
  before?(name: string): void;
  after?(name: string): void;
}

/** The same clients, with hooks around each changing call. */
function observed(aws: Aws, hooks: CallHooks): Aws {
  const wrapPort = (port: object): object =>
    new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== "function") {
          return member;
        }
        const name = changing.test(String(key)) ? String(key) : "";
        return async (...args: unknown[]): Promise<unknown> => {
          hooks.before?.(name);
          const result: unknown = await (member as (...given: unknown[]) => unknown).apply(target, args);
          hooks.after?.(name);
          return result;
        };
      },
    });
  return new Proxy(aws, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      return typeof member === "object" && member !== null ? wrapPort(member) : member;
    },
  });
}

/** Clients of a process that dies right after its `killAfter`-th changing call: nothing of it works any more. */
export function mortal(aws: Aws, killAfter: number): { readonly aws: Aws; readonly calls: string[] } {
  const calls: string[] = [];
  let dead = false;
  const dieIf = (death: boolean): void => {
    dead ||= death;
    if (dead) {
      throw abortError();
    }
  };
  const hooks: CallHooks = {
    before: () => {
      dieIf(false);
    },
    after: (name) => {
      if (name !== "") {
        calls.push(name);
      }
      dieIf(calls.length >= killAfter);
    },
  };
  return { aws: observed(aws, hooks), calls };
}

/** Clients whose changing calls each lose their first answer: the work is done, the connection is cut. */
export function cut(account: Account): Aws {
  const before = (name: string): void => {
    if (name !== "") {
      account.fault("connectionCut", "1");
    }
  };
  return observed(account.aws, { before });
}
