import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CreateDomainCommand, DescribeDomainCommand, OpenSearchClient } from "@aws-sdk/client-opensearch";
import type { Browser, Page } from "playwright-core";
import { sandboxCredentials } from "../../src/sandbox/credentials";
import { Sandbox } from "../../src/sandbox/server";
import { signedFetch } from "../fakes/signedFetch";

interface Server {
  readonly port: number;
  stop(): Promise<void>;
}

interface Host {
  readonly supported: boolean;
  readonly unsupportedReason: string;
  prepareHost(): object;
  startServer(options: Readonly<Record<string, unknown>>): Promise<Server>;
  pageUrl(server: Server, folder: string, payload: readonly (readonly [string, string])[]): string;
  launchBrowser(): Promise<Browser>;
}

const root = process.cwd();
const domain = "panel";
const perSecond = 1000;
const batchesPerSecond = 10;
const keys = 200;
const keyEveryMs = 60;
const index = `load-${new Date().toISOString().slice(0, 10)}`;

/** A keystroke in an open file of the real editor, until the frame with it: at rest, and while a tail shows a thousand events a second. */
export async function run(): Promise<void> {
  const host = (await import(pathToFileURL(join(root, "tools", "host.mjs")).href)) as Host;
  if (!host.supported) {
    say(`cannot run here: it ${host.unsupportedReason}`);
    return;
  }
  if (spawnSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" }).status !== 0) {
    throw new Error("the build failed");
  }
  const scratch = mkdtempSync(join(tmpdir(), "asm-panel-"));
  const sandbox = new Sandbox({ port: 0, speed: 100, seed: 5, person: "manual", log: () => undefined });
  await sandbox.start();
  let server: Server | undefined;
  let browser: Browser | undefined;
  try {
    await createDomain(sandbox);
    await write(sandbox, 0, 1);
    server = await startEditor(host, sandbox, scratch);
    browser = await host.launchBrowser();
    await measure(await openPage(host, server, browser, scratch), sandbox, scratch);
  } finally {
    await browser?.close();
    await server?.stop();
    await sandbox.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function measure(page: Page, sandbox: Sandbox, scratch: string): Promise<void> {
  await startTail(page);
  await page.locator(".monaco-editor .view-line", { hasText: "first line" }).first().click();
  await page.evaluate(watchKeys);
  const rest = await typeKeys(page);
  let written = 1;
  let writing = true;
  const started = performance.now();
  const writer = (async () => {
    while (writing) {
      const due = Math.floor(((performance.now() - started) / 1000) * perSecond);
      await write(sandbox, written, Math.max(0, due - written));
      written = Math.max(written, due);
      await new Promise((resolve) => setTimeout(resolve, 1000 / batchesPerSecond));
    }
  })();
  await page.waitForTimeout(3000);
  const busy = await typeKeys(page);
  const status = await page.locator(".statusbar-item", { hasText: "load" }).first().textContent();
  writing = false;
  await writer;
  const rate = (written * 1000) / (performance.now() - started);
  const shown = await untilShown(scratch, written);
  say(
    `events: ${written} written at ${rate.toFixed(0)}/s, ${shown.all} lines shown, ${shown.different} different; status: ${status?.trim() ?? ""}`,
  );
  say(`keystroke at rest: ${text(rest)}`);
  say(`keystroke at ${perSecond} events/s: ${text(busy)}`);
  say(`median ÷ median at rest: ${(quantile(busy, 0.5) / quantile(rest, 0.5)).toFixed(2)}`);
  if (shown.different !== written || shown.all !== written) {
    throw new Error("not every event was shown once");
  }
}

/** Runs in the page. */
const watchKeys = `
  window.addEventListener("keydown", (event) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.keyTimes.push(performance.now() - event.timeStamp);
      port2.postMessage(undefined);
    });
  }, { capture: true });
`;

/** From the key's own time to the end of the frame that follows it. */
async function typeKeys(page: Page): Promise<number[]> {
  await page.evaluate("window.keyTimes = []");
  for (let key = 0; key < keys; key++) {
    await page.keyboard.press("a");
    await page.waitForTimeout(keyEveryMs);
  }
  return page.evaluate<number[]>("window.keyTimes");
}

async function startEditor(host: Host, sandbox: Sandbox, scratch: string): Promise<Server> {
  const folder = join(scratch, "folder");
  mkdirSync(folder);
  writeFileSync(join(folder, "notes.txt"), "first line\n");
  return host.startServer({
    host: host.prepareHost(),
    scratch,
    smokeDriver: true,
    settings: { "appstreamMonitor.connection.kind": "aws", "appstreamMonitor.connection.region": "us-east-1" },
    env: {
      AWS_ACCESS_KEY_ID: sandboxCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: sandboxCredentials.secretAccessKey,
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_PROFILE: "",
    },
  });
}

async function openPage(host: Host, server: Server, browser: Browser, scratch: string): Promise<Page> {
  const folder = join(scratch, "folder");
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(60_000);
  await page.goto(
    host.pageUrl(server, folder, [
      ["extensionDevelopmentPath", `vscode-remote://remote${root}`],
      ["openFile", `vscode-remote://127.0.0.1:${server.port}${join(folder, "notes.txt")}`],
    ]),
  );
  await page.locator(".monaco-editor .view-line", { hasText: "first line" }).first().waitFor();
  return page;
}

async function startTail(page: Page): Promise<void> {
  const row = (label: string) => page.locator(".quick-input-widget .monaco-list-row", { hasText: label }).first();
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").first().fill(">AppStream: Tail Logs");
  await row("AppStream: Tail Logs").click();
  await row(domain).click();
  await row("load").click();
  await row("From now on").click();
  await page.locator(".statusbar-item", { hasText: "load" }).first().waitFor();
  await page.locator(".part.panel .view-line", { hasText: "number 0" }).first().waitFor();
}

async function createDomain(sandbox: Sandbox): Promise<void> {
  const client = new OpenSearchClient({ region: "us-east-1", endpoint: sandbox.endpoint, credentials: sandboxCredentials });
  const disk = { EBSEnabled: true, VolumeType: "gp2", VolumeSize: 10 } as const;
  await client.send(new CreateDomainCommand({ DomainName: domain, EngineVersion: "OpenSearch_2.19", EBSOptions: disk }));
  for (let ready = false; !ready; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const { DomainStatus } = await client.send(new DescribeDomainCommand({ DomainName: domain }));
    ready = DomainStatus?.Processing === false && DomainStatus.Endpoint !== undefined;
  }
  client.destroy();
}

async function write(sandbox: Sandbox, first: number, count: number): Promise<void> {
  if (count === 0) {
    return;
  }
  const lines = Array.from({ length: count }, (_, at) => {
    const event = {
      ...{ EventId: 1000 + ((first + at) % 50), LevelDisplayName: at % 9 === 0 ? "Error" : "Informational", LogName: "Application" },
      ...{ ProviderName: "Panel Bench", MachineName: `EC2AMAZ-${at % 20}`, TimeCreated: new Date().toISOString() },
      Description: `number ${first + at} of the events that arrive while somebody types in the editor above`,
    };
    return `{"index":{"_index":"${index}"}}\n${JSON.stringify(event)}\n`;
  });
  const answer = await signedFetch("es", `${sandbox.endpoint}/_domain/${domain}/_bulk?refresh=true`, {
    method: "POST",
    headers: { "content-type": "application/x-ndjson" },
    body: lines.join(""),
  });
  if (!answer.ok) {
    throw new Error(`writing failed: ${answer.status} ${await answer.text()}`);
  }
}

/** Counts the events in the text that the editor keeps of the channel. */
async function untilShown(scratch: string, expected: number): Promise<{ readonly all: number; readonly different: number }> {
  let found = { all: 0, different: 0 };
  for (let waited = 0; waited < 30_000 && found.different < expected; waited += 500) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const files = readdirSync(scratch, { recursive: true, encoding: "utf8" }).filter((name) => /Tail .*\.log$/.test(name));
    const numbers = files.flatMap((name) => readFileSync(join(scratch, name), "utf8").match(/ number \d+ of /g) ?? []);
    found = { all: numbers.length, different: new Set(numbers).size };
  }
  return found;
}

function quantile(times: readonly number[], part: number): number {
  return [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? NaN;
}

function text(times: readonly number[]): string {
  const ms = (part: number): string => quantile(times, part).toFixed(1);
  return `median ${ms(0.5)} ms, p95 ${ms(0.95)} ms, longest ${ms(1)} ms, ${times.length} keys`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
