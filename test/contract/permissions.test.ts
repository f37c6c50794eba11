import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createAws } from "../../src/aws/createAws";
import { runCli } from "../../src/cli/run";
import type { Connection } from "../../src/core/aws/connection";
import type { Loader } from "../../src/core/resources/entry";
import { loadDomains } from "../../src/core/resources/loadDomains";
import { loadFleets } from "../../src/core/resources/loadFleets";
import { loadStreams } from "../../src/core/resources/loadStreams";
import { Sandbox } from "../../src/sandbox/server";

const sandbox = new Sandbox({ port: 0, speed: 50, seed: 7, person: "auto", log: () => undefined });
const folder = mkdtempSync(join(tmpdir(), "permissions-"));
const region = "eu-central-1";
const bundles = {
  aws: () => import("../../src/aws"),
  language: () => import("../../src/language"),
  sandbox: () => import("../../src/sandbox"),
};
const { env } = process;
const names = ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
const former = names.map((name) => [name, env[name]] as const);

before(() => sandbox.start());
after(async () => {
  for (const [name, value] of former) {
    if (value === undefined) {
      Reflect.deleteProperty(env, name);
    } else {
      env[name] = value;
    }
  }
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The actions that the page names for these steps, else for all; a name without a service is one of the service before it. */
function documented(...steps: readonly string[]): string[] {
  const page = readFileSync(join(process.cwd(), "docs", "permissions.md"), "utf8");
  return page
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
    .filter((line) => steps.length === 0 || steps.some((step) => line.startsWith(`| ${step} |`)))
    .flatMap((line) => {
      let service = "";
      return [...line.matchAll(/`(?:([a-z\d]+):)?([A-Z]\w+)`/g)].map(([, named, action = ""]) => {
        service = named ?? service;
        return `${service}:${action}`;
      });
    });
}

/** Makes a role with these statements and takes on its rights. */
async function become(roleName: string, statements: readonly unknown[]): Promise<void> {
  const user = (service: string, operation: string, input: Record<string, unknown>): Promise<unknown> =>
    sandbox.dispatcher.invoke(service, operation, input, { accessKeyId: "", region, service });
  const trust = { Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "sts:AssumeRole" }] };
  await user("iam", "CreateRole", { RoleName: roleName, AssumeRolePolicyDocument: JSON.stringify(trust) });
  await user("iam", "PutRolePolicy", {
    RoleName: roleName,
    PolicyName: "p",
    PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  });
  await new Promise((done) => setTimeout(done, sandbox.world.duration("roleVisible") + 5));
  const RoleArn = `arn:aws:iam::123456789012:role/${roleName}`;
  const { Credentials } = (await user("sts", "AssumeRole", { RoleArn, RoleSessionName: "me" })) as {
    Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
  };
  Object.assign(env, {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
    AWS_SESSION_TOKEN: Credentials.SessionToken,
  });
}

const passRole = {
  Effect: "Allow",
  Action: "iam:PassRole",
  Resource: "*",
  Condition: { StringEquals: { "iam:PassedToService": ["firehose.amazonaws.com", "appstream.amazonaws.com"] } },
};

async function printed(args: readonly string[]): Promise<string> {
  const { stdout } = process;
  const write = stdout.write.bind(stdout);
  let text = "";
  stdout.write = (chunk: string | Uint8Array): boolean => {
    text += String(chunk);
    return true;
  };
  try {
    await runCli(args, bundles);
  } finally {
    stdout.write = write;
  }
  return text;
}

function unknownSteps(text: string): readonly string[] {
  const { findings } = JSON.parse(text) as { findings: { hop: string; state: string }[] };
  assert.ok(findings.length >= 9, text);
  return findings.filter((one) => one.state === "unknown").map((one) => one.hop);
}

/** Opens everything that these trees hold; the kinds of resources seen. */
async function rowsBelow(loaders: readonly Loader[]): Promise<ReadonlySet<string>> {
  const connection: Connection = { kind: "sandbox", endpoint: sandbox.endpoint, region, epoch: 0 };
  const aws = createAws(connection);
  const signal = new AbortController().signal;
  const kinds = new Set<string>();
  const open = async (load: Loader): Promise<void> => {
    const { items, footer = [] } = await load({ aws, connection, accepts: () => true, filtered: false, signal });
    for (const entry of [...items, ...footer]) {
      if (entry.type === "resource") {
        kinds.add(entry.summary.kind);
      }
      if (entry.type !== "fact" && entry.load !== undefined) {
        await open(entry.load);
      }
    }
  };
  for (const load of loaders) {
    await open(load);
  }
  return kinds;
}

test("the permissions that the page lists are enough to deploy and to destroy", async () => {
  const actions = documented().filter((action) => action !== "iam:PassRole");
  await become("deployer", [{ Effect: "Allow", Action: actions, Resource: "*" }, passRole]);
  const project = join(folder, "project");
  const definition = join(project, "appstream-pipeline.json");
  assert.equal(await runCli(["new", project, "--preset", "recommended", "--name", "permitted", "--region", region], bundles), 0);
  assert.equal(await runCli(["deploy", definition, "--yes"], bundles), 0);
  assert.deepEqual(unknownSteps(await printed(["diagnose", definition, "--format", "json"])), []);
  assert.equal(await runCli(["destroy", definition, "--yes", "--empty-bucket"], bundles), 0);
  const left = (await sandbox.dispatcher.invoke("logs", "DescribeLogGroups", {}, { accessKeyId: "", region, service: "logs" })) as {
    logGroups: unknown[];
  };
  assert.deepEqual(left.logGroups, []);
});

const network = { subnetIds: ["subnet-0123456789abcde10", "subnet-0123456789abcde11"], securityGroupIds: ["sg-0123456789abcde10"] };

for (const [what, name, more] of [
  ["recommended", "least", {}],
  ["to a bucket", "least-bucket", { stream: { destination: "s3" } }],
  ["inside a VPC", "least-vpc", { domain: network, fleet: { defaultInternetAccess: false, ...network } }],
  ["tutorial", "least-tutorial", { preset: "tutorial", allowedAddresses: ["203.0.113.7/32"] }],
] as const) {
  test(`${what}: who has the policy that the preview shows, and nothing else, deploys, changes, checks and destroys`, async () => {
    const write = (changes: object): string => {
      const file = join(folder, `${name}.appstream-pipeline.json`);
      writeFileSync(file, JSON.stringify({ version: 1, name, region, preset: "recommended", ...more, ...changes }));
      return file;
    };
    const call = { accessKeyId: "", region, service: "iam" };
    await sandbox.dispatcher
      .invoke("iam", "CreateServiceLinkedRole", { AWSServiceName: "opensearchservice.amazonaws.com" }, call)
      .catch(() => undefined); // An earlier test has made it.
    await become(`${name}-reader`, [{ Effect: "Allow", Action: "*", Resource: "*" }]);
    const text = await printed(["preview", write({})]);
    const shown = JSON.parse(/Whoever deploys.*?```json\n(.*?)```/s.exec(text)?.[1] ?? "{}") as {
      Statement: { Action: string[]; Resource: string[] }[];
    };
    assert.ok(shown.Statement.length > 5, text);
    for (const { Action, Resource } of shown.Statement.filter((one) => one.Resource.includes("*"))) {
      assert.deepEqual([Action.filter((action) => !/:(Describe|List|Get|Simulate|Expire)/.test(action)), Resource], [[], ["*"]]);
    }
    await become(`${name}-deployer`, shown.Statement);
    assert.equal(await runCli(["deploy", write({}), "--yes"], bundles), 0);
    assert.equal(
      await runCli(
        [
          "deploy",
          write({ logs: { retentionDays: 7 }, fleet: { ...("fleet" in more ? more.fleet : {}), instanceType: "stream.standard.large" } }),
          "--yes",
        ],
        bundles,
      ),
      0,
    );
    assert.equal(await runCli(["drift", write({ logs: { retentionDays: 7 } })], bundles), 0);
    const unknown = unknownSteps(await printed(["diagnose", write({}), "--format", "json"]));
    assert.deepEqual(unknown, what === "inside a VPC" ? unknown : []);
    assert.equal(await runCli(["destroy", write({}), "--yes", "--empty-bucket"], bundles), 0);
    await become(`${name}-other`, shown.Statement);
    const other = join(folder, "other.appstream-pipeline.json");
    writeFileSync(other, JSON.stringify({ version: 1, name: "another", region, preset: "recommended" }));
    assert.equal(await runCli(["deploy", other, "--yes"], bundles), 1);
  });
}

test("the rights to look are enough for every row of the trees and for a tail", async () => {
  await become("owner", [{ Effect: "Allow", Action: "*", Resource: "*" }]);
  const project = join(folder, "viewed");
  const definition = join(project, "appstream-pipeline.json");
  assert.equal(await runCli(["new", project, "--preset", "recommended", "--name", "viewed", "--region", region], bundles), 0);
  assert.equal(await runCli(["deploy", definition, "--yes"], bundles), 0);
  await become("viewer", [{ Effect: "Allow", Action: documented("Trees", "Tail"), Resource: "*" }]);
  const shown = await rowsBelow([loadStreams, loadDomains, loadFleets]);
  assert.deepEqual(
    ["stream", "domain", "index", "fleet", "appstreamStack", "image"].filter((kind) => !shown.has(kind)),
    [],
  );
  assert.equal(await runCli(["tail", definition, "--since", "all", "--until", "count:1", "--until", "time:1m"], bundles), 0);
});

test("a preview judges rights that are narrowed to the names of the pipeline, and refuses those of another", async () => {
  const arn = (service: string, resource: string): string => `arn:aws:${service}:${region}:123456789012:${resource}`;
  const narrowed = (name: string): unknown[] => [
    { Effect: "Allow", Action: ["*:Describe*", "*:List*", "*:Get*", "iam:SimulatePrincipalPolicy"], Resource: "*" },
    {
      Effect: "Allow",
      Action: ["cloudformation:*", "s3:*", "logs:*", "iam:*", "es:*", "firehose:*", "appstream:*"],
      Resource: [
        ...[arn("cloudformation", `stack/${name}-*/*`), `arn:aws:s3:::${name}-*`, arn("logs", `log-group:/aws/kinesisfirehose/${name}*`)],
        ...[`arn:aws:iam::123456789012:role/${name}-*`, arn("es", `domain/${name}`), arn("firehose", `deliverystream/${name}-*`)],
        ...[arn("appstream", `fleet/${name}-*`), arn("appstream", `stack/${name}-*`), arn("appstream", `image-builder/${name}-*`)],
      ],
    },
  ];
  const project = join(folder, "narrow");
  const definition = join(project, "appstream-pipeline.json");
  assert.equal(await runCli(["new", project, "--preset", "recommended", "--name", "narrow", "--region", region], bundles), 0);
  await become("other", narrowed("other"));
  assert.equal(await runCli(["preview", definition], bundles), 1);
  await become("narrow", narrowed("narrow"));
  assert.equal(await runCli(["preview", definition], bundles), 0);
});
