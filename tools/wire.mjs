// npm run test:wire: records what passes between the command line and the sandbox while a pipeline is deployed, changed, refused
// and destroyed, and checks every request and answer against the service models that botocore (PyPI) ships.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync, appendFileSync } from "node:fs";
import { createServer, request as send } from "node:http";
import { join } from "node:path";
import { CloudWatchLogsClient, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { root } from "./build.mjs";

const work = join(root, ".cache", "wire");
const venv = join(work, "venv");
const python = join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
const record = join(work, "record.ndjson");
const cli = join(root, "dist", "cli.js");

function must(command, args) {
  const result = spawnSync(command, args, { encoding: "utf8", cwd: root });
  if (result.status !== 0) {
    throw new Error(`${command} ${args.join(" ")} failed:\n${result.stdout ?? ""}${result.stderr ?? result.error?.message ?? ""}`);
  }
}

function install() {
  mkdirSync(work, { recursive: true });
  if (!existsSync(python)) {
    must(process.platform === "win32" ? "python" : "python3", ["-m", "venv", venv]);
    must(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "botocore"]);
  }
}

const read = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** The client has signed for this host, not for the sandbox's. */
const forwarded = (headers, endpoint) => ({ ...headers, host: new URL(endpoint).host, "x-forwarded-host": headers.host });

/** Passes everything on to the sandbox and writes it down. */
async function startRecorder(endpoint) {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const body = await read(incoming);
      const options = { method: incoming.method, headers: forwarded(incoming.headers, endpoint) };
      const answer = await new Promise((resolve, reject) => {
        send(new URL(incoming.url, endpoint), options, resolve).on("error", reject).end(body);
      });
      const text = await read(answer);
      const exchange = {
        ...{ method: incoming.method, url: incoming.url, headers: incoming.headers, body: body.toString("base64") },
        ...{ status: answer.statusCode, answerHeaders: answer.headers, answer: text.toString("base64") },
      };
      appendFileSync(record, `${JSON.stringify(exchange)}\n`);
      outgoing.writeHead(answer.statusCode, answer.headers).end(text);
    } catch {
      outgoing.destroy();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, endpoint: `http://127.0.0.1:${server.address().port}` };
}

async function startSandbox() {
  const child = spawn(
    process.execPath,
    [cli, "sandbox", "--port", "0", "--speed", "50", "--fault", "throttleFirst=3", "--fault", "roleNotVisible=1"],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const line = await new Promise((resolve, reject) => {
    child.stdout.once("data", (chunk) => resolve(String(chunk)));
    child.once("exit", () => reject(new Error("The sandbox did not start.")));
  });
  return { child, ...JSON.parse(line) };
}

function run(args, environment, expected = [0]) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    child.stdout.on("data", (chunk) => (text += chunk));
    child.stderr.on("data", (chunk) => (text += chunk));
    child.on("close", (code) =>
      expected.includes(code) ? resolve(text) : reject(new Error(`${args.join(" ")} ended with ${code}:\n${text}`)),
    );
  });
}

const base = { version: 1, region: "us-east-1" };
const tutorial = { ...base, name: "wire-tutorial", preset: "tutorial", allowedAddresses: ["203.0.113.7/32"] };
const recommended = { ...base, name: "wire-recommended", preset: "recommended", stream: { bufferSeconds: 1 } };

async function journey(environment) {
  const file = join(work, "wire.appstream-pipeline.json");
  const write = (definition) => writeFileSync(file, JSON.stringify(definition));
  write(tutorial);
  await run(["preview", file], environment);
  await run(["deploy", file, "--yes"], environment);
  write({ ...tutorial, fleet: { instanceType: "stream.standard.large", desiredInstances: 2 }, logs: { retentionDays: 7 } });
  await run(["deploy", file, "--yes"], environment);
  await run(["drift", file], environment);
  await changeByHand();
  await run(["drift", file, "--revert", "--yes"], environment);
  await run(["diagnose", file, "--test-record"], environment, [0, 1]);
  write({ ...tutorial, stream: { backup: "AllDocuments" } });
  await run(["deploy", file, "--yes"], environment, [1]);
  write({ ...tutorial, image: { name: "Example-Image-2" } });
  await run(["deploy", file, "--yes"], environment);
  await run(["destroy", file, "--yes"], environment);
  await run(["destroy", file, "--yes", "--empty-bucket"], environment);
  write(recommended);
  await run(["deploy", file, "--yes", "--no-wait"], environment, [3]);
  await run(["deploy", file, "--yes"], environment);
  write({ ...recommended, domain: { engineVersion: "OpenSearch_2.99" }, name: "wire-wrong" });
  await run(["preview", file], environment, [1]);
  write({ ...recommended, name: "wire-other", domain: { name: "wire-recommended" } });
  await run(["deploy", file, "--yes"], environment, [1]);
  write(recommended);
  await run(["destroy", file, "--yes", "--empty-bucket"], environment);
  const network = { subnetIds: ["subnet-0123456789abcde10", "subnet-0123456789abcde11"], securityGroupIds: ["sg-0123456789abcde10"] };
  write({ ...base, name: "wire-vpc", preset: "recommended", fleet: { defaultInternetAccess: false, ...network }, domain: network });
  await run(["preview", file], environment, [1]);
  write({ ...base, name: "wire-vpc", preset: "recommended", fleet: { defaultInternetAccess: false, ...network } });
  await run(["preview", file], environment);
}

/** What somebody does in the console, past the recorder. */
async function changeByHand() {
  const { endpoint, region, accessKeyId, secretAccessKey } = sandbox;
  const client = new CloudWatchLogsClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  await client.send(new PutRetentionPolicyCommand({ logGroupName: "/aws/kinesisfirehose/Example-Stream", retentionInDays: 1 }));
  client.destroy();
}

install();
rmSync(record, { force: true });
const sandbox = await startSandbox();
const { server, endpoint } = await startRecorder(sandbox.endpoint);
try {
  await journey({
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: sandbox.accessKeyId,
    AWS_SECRET_ACCESS_KEY: sandbox.secretAccessKey,
    AWS_REGION: sandbox.region,
    AWS_PROFILE: "",
  });
} finally {
  server.close();
  server.closeAllConnections();
  sandbox.child.kill();
}
const { status } = spawnSync(python, [join(root, "tools", "wireCheck.py"), record], { stdio: "inherit" });
process.exit(status ?? 1);
