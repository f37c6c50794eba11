// npm run test:cfn: exports templates of both presets and of varied definitions and runs cfn-lint on them.
// cfn-lint comes from PyPI into a virtual environment below .cache; parameters are replaced by values, since it does not look through them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build.mjs";

const work = join(root, ".cache", "cfn");
const venv = join(work, "venv");
const bin = (name) => join(venv, process.platform === "win32" ? "Scripts" : "bin", name);

function must(command, args) {
  const result = spawnSync(command, args, { encoding: "utf8", cwd: root });
  if (result.status !== 0) {
    throw new Error(`${command} ${args.join(" ")} failed:\n${result.stdout ?? ""}${result.stderr ?? result.error?.message ?? ""}`);
  }
  return result.stdout;
}

function install() {
  if (!existsSync(bin("cfn-lint")) && !existsSync(bin("cfn-lint.exe"))) {
    mkdirSync(work, { recursive: true });
    must(process.platform === "win32" ? "python" : "python3", ["-m", "venv", venv]);
    must(bin("pip"), ["install", "--quiet", "--disable-pip-version-check", "cfn-lint"]);
  }
}

const least = { version: 1, name: "demo", region: "us-east-1", preset: "recommended" };
const tutorial = { ...least, preset: "tutorial", allowedAddresses: ["203.0.113.7/32"] };
const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:one-AbCdEf";

const definitions = {
  tutorial,
  recommended: least,
  frankfurt: { ...least, region: "eu-central-1" },
  seoulTutorial: { ...tutorial, region: "ap-northeast-2" },
  addressesToo: { ...least, allowedAddresses: ["203.0.113.0/24", "2001:db8::/48"] },
  principals: { ...least, allowedPrincipals: ["arn:aws:iam::123456789012:role/admin"], domain: { onDelete: "retain" } },
  vpc: {
    ...least,
    domain: { subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"], securityGroupIds: ["sg-0123456789abcdef0"] },
    fleet: {
      defaultInternetAccess: false,
      subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      securityGroupIds: ["sg-0123456789abcdef0"],
    },
  },
  fineGrained: { ...least, domain: { masterUserArn: "arn:aws:iam::123456789012:role/admin" } },
  oneNode: { ...least, domain: { instanceCount: 1, zoneAwareness: false, instanceType: "t3.small.search", volumeGb: 10 } },
  large: {
    ...least,
    domain: { instanceCount: 4, instanceType: "r6g.large.search", volumeGb: 500, engineVersion: "OpenSearch_2.17" },
    fleet: { type: "ALWAYS_ON", instanceType: "stream.standard.large", desiredInstances: 20, streamView: "DESKTOP" },
    stream: { backup: "AllDocuments", indexRotation: "OneHour", bufferSeconds: 300, bufferMegabytes: 50 },
  },
  existing: { ...least, existing: { domain: "shared-logs", bucket: "shared-bucket", deliveryRole: "shared-role", image: "shared-image" } },
  existingFleet: { ...least, existing: { fleet: "shared-fleet" } },
  toBucket: { ...least, stream: { destination: "s3" } },
  toSplunk: { ...least, stream: { destination: "splunk", url: "https://collector.example:8088", secretArn } },
  toEndpoint: { ...least, stream: { destination: "httpEndpoint", url: "https://collector.example/logs", secretArn } },
  toRedshift: {
    ...least,
    stream: {
      destination: "redshift",
      url: "jdbc:redshift://logs.abc123.us-east-1.redshift.amazonaws.com:5439/dev",
      secretArn,
      table: "events",
    },
  },
  tags: { ...least, tags: { team: "desktop", costs: "4711" }, bucket: { name: "demo-failed-4711", prefix: "failed/" } },
};

/** Both presets, for the Regions where AppStream is offered and domains may have T2 nodes; else the recommended one. */
const regions = [
  ...["us-east-1", "us-east-2", "us-west-2", "ca-central-1", "sa-east-1", "eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3"],
  ...["ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2"],
];
for (const region of regions) {
  definitions[`recommended-${region}`] = { ...least, region };
  definitions[`tutorial-${region}`] = { ...tutorial, region };
}

const withoutT2 = [
  ...["us-west-1", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "eusc-de-east-1", "il-central-1", "me-south-1"],
  ...["ap-northeast-3", "ap-southeast-5", "cn-northwest-1", "us-gov-west-1"],
];
for (const region of withoutT2) {
  definitions[`recommended-${region}`] = { ...least, region };
}

const values = { ImageName: "demo-image", MachineRoleArn: "arn:aws:iam::123456789012:role/demo-agent" };

/** The template with its parameters written in. */
function withValues(template) {
  const filled = JSON.parse(template, (_key, value) => (value?.Ref in values ? values[value.Ref] : value));
  delete filled.Parameters;
  return JSON.stringify(filled);
}

install();
const templates = join(work, "templates");
rmSync(templates, { recursive: true, force: true });
mkdirSync(templates, { recursive: true });
/** Templates by the Region that they are for, since cfn-lint takes one list of Regions a run. */
const byRegion = new Map();
const toLint = (region, path) => byRegion.set(region, [...(byRegion.get(region) ?? []), path]);
for (const [name, definition] of Object.entries(definitions)) {
  const file = join(templates, `${name}.appstream-pipeline.json`);
  writeFileSync(file, JSON.stringify(definition));
  for (const part of ["ingest", "streaming"]) {
    const text = must(process.execPath, [join(root, "dist", "cli.js"), "template", file, "--stack", part]);
    for (const [form, content] of Object.entries({ template: text, values: withValues(text) })) {
      const path = join(templates, `${name}-${part}.${form}.json`);
      writeFileSync(path, content);
      toLint(definition.region, path);
    }
  }
  if (definition === least || definition === tutorial) {
    const written = must(process.execPath, [join(root, "dist", "cli.js"), "export", file, join(templates, name)]);
    written
      .split("\n")
      .filter((path) => path.endsWith(".yaml"))
      .forEach((path) => toLint(definition.region, path));
  }
}
let passed = 0;
let failed = 0;
for (const [region, paths] of byRegion) {
  const result = spawnSync(bin("cfn-lint"), ["--format", "json", "--regions", region, "--", ...paths], { encoding: "utf8" });
  if (result.error !== undefined || (result.status !== 0 && result.stdout.trim() === "")) {
    throw new Error(`cfn-lint failed: ${result.error?.message ?? result.stderr}`);
  }
  const findings = JSON.parse(result.stdout.trim() === "" ? "[]" : result.stdout);
  const bad = new Set(findings.map((finding) => finding.Filename));
  failed += bad.size;
  passed += paths.length - bad.size;
  for (const { Filename, Rule, Message } of findings) {
    process.stdout.write(`${Filename}: ${Rule.Id} ${Message}\n`);
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
