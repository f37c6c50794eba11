import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { signedFetch } from "../../fakes/signedFetch";

const root = process.cwd();
const started = join(root, ".cache", "start");
const userData = join(started, "user-data");

interface Host {
  launchBrowser(): Promise<Browser>;
}

export async function loadHost(): Promise<Host> {
  return (await import(pathToFileURL(join(root, "tools", "host.mjs")).href)) as Host;
}

/** Where the windows of this run find their sandbox; undefined when none has been started. */
export function sandboxAddress(): { readonly pid: number; readonly endpoint: string } | undefined {
  const storage = join(userData, "User", "globalStorage", "appstream-monitor.appstream-monitor");
  const file = join(storage, "sandbox", "address.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { pid: number; endpoint: string; accessKeyId: string }) : undefined;
}

/** The sandbox outlives its window on purpose; a run stops its own, so that the next one begins with an empty account. */
async function stopSandbox(): Promise<void> {
  const address = sandboxAddress();
  if (address === undefined) {
    return;
  }
  const { pid } = address;
  process.kill(pid, "SIGTERM");
  for (let tries = 0; isRunning(pid); tries++) {
    if (tries === 100) {
      throw new Error("the sandbox does not end when told to");
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // No such process: it has saved its state and ended.
  }
}

/** A fresh sample project and fresh editor state, so that every run begins like a new user's. */
function beginAnew(machineSettings: Readonly<Record<string, unknown>>): void {
  rmSync(started, { recursive: true, force: true });
  rmSync(join(root, "sample"), { recursive: true, force: true });
  for (const [folder, settings] of Object.entries({ User: { "window.autoDetectColorScheme": true }, Machine: machineSettings })) {
    mkdirSync(join(userData, folder), { recursive: true });
    writeFileSync(join(userData, folder, "settings.json"), JSON.stringify(settings));
  }
}

/** Themes as a browser asks for them, and the mark that the workbench carries then. */
const themes = {
  light: { media: { colorScheme: "light", forcedColors: "none" }, mark: "vs" },
  dark: { media: { colorScheme: "dark", forcedColors: "none" }, mark: "vs-dark" },
  "high-contrast": { media: { colorScheme: "dark", forcedColors: "active" }, mark: "hc-black" },
} as const;

/** The product as `npm start -- --web --no-open` serves it, and a browser page on it. */
export class Workbench {
  readonly page: Page;
  private readonly browser: Browser;
  private readonly server: ChildProcess;

  private constructor(page: Page, browser: Browser, server: ChildProcess) {
    this.page = page;
    this.browser = browser;
    this.server = server;
  }

  /**
   * Settings of the machine are those that no workspace may choose. The workbench's own texts stay English in every language:
   * its translations are extensions of a gallery; ours come with the package and follow `language`, a display language as VS Code names it.
   */
  static async open(machineSettings: Readonly<Record<string, unknown>> = {}, language = "en"): Promise<Workbench> {
    beginAnew(machineSettings);
    const server = spawn(process.execPath, [join(root, "tools", "start.mjs"), "--web", "--no-open", "--port", "0"], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const url = await new Promise<string>((resolve, reject) => {
      let text = "";
      server.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        const found = /^ready (\S+)$/m.exec(text);
        if (found?.[1] !== undefined) {
          resolve(found[1]);
        }
      });
      server.once("exit", (code) => {
        reject(new Error(`npm start ended with ${code}`));
      });
    });
    const browser = await (await loadHost()).launchBrowser();
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await context.addInitScript((name) => {
      Object.defineProperty(globalThis, "_VSCODE_NLS_LANGUAGE", { get: () => name, set: () => undefined });
    }, language);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(url);
    await page.locator(".monaco-workbench .activitybar").waitFor();
    return new Workbench(page, browser, server);
  }

  /** Kills the extension host of this workbench's own server as a crash would; resolves when the editor has started another. */
  async killExtensionHost(): Promise<void> {
    const [pid] = this.extensionHosts();
    if (pid === undefined) {
      throw new Error("the editor has no extension host");
    }
    process.kill(pid, "SIGKILL");
    const end = Date.now() + 60_000;
    while (!this.extensionHosts().some((other) => other !== pid)) {
      if (Date.now() > end) {
        throw new Error("the editor has not started another extension host");
      }
      await this.page.waitForTimeout(100);
    }
  }

  private extensionHosts(): number[] {
    const parents = new Map<number, number>();
    const hosts: number[] = [];
    for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
      try {
        parents.set(Number(name), Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8"))?.[1]));
        if (readFileSync(`/proc/${name}/cmdline`, "utf8").includes("--type=extensionHost")) {
          hosts.push(Number(name));
        }
      } catch {
        // It has ended meanwhile.
      }
    }
    const isOurs = (pid: number | undefined): boolean =>
      pid !== undefined && pid > 1 && (pid === this.server.pid || isOurs(parents.get(pid)));
    return hosts.filter((pid) => isOurs(pid));
  }

  async close(): Promise<void> {
    await this.browser.close();
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill("SIGTERM");
    await ended;
    await stopSandbox();
  }

  /** Saved as STAGE-THEME.png under the ignored out folder, for people to look at; what is open stays open. */
  async pictures(stage: string, page = this.page): Promise<void> {
    for (const [theme, { media, mark }] of Object.entries(themes)) {
      await page.emulateMedia(media);
      if (page === this.page) {
        await page.locator(`.monaco-workbench.${mark}`).waitFor();
      }
      await page.waitForTimeout(150); // Colours fade over.
      await this.picture(`${stage}-${theme}`, page);
    }
    await page.emulateMedia(themes.light.media);
  }

  async picture(name: string, page = this.page): Promise<void> {
    const folder = join(root, "out", "pictures");
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`) });
  }

  /** A key is lost while the workbench is busy: presses again until what it opens is there. */
  async pressUntil(key: string, opened: Locator): Promise<void> {
    for (let tries = 1; ; tries++) {
      await this.page.keyboard.press(key);
      try {
        await opened.waitFor({ timeout: 3000 });
        return;
      } catch (thrown) {
        if (tries === 10) {
          throw thrown;
        }
      }
    }
  }

  async openPalette(text: string): Promise<void> {
    const widget = this.page.locator(".quick-input-widget:visible");
    await this.pressUntil("F1", widget);
    await this.page.locator(".quick-input-widget input").first().fill(text);
  }

  /** Runs a command by its palette title, for example "AppStream: Tail Logs…". */
  async runCommand(title: string): Promise<void> {
    await this.openPalette(`>${title}`);
    await this.row(title).first().click();
  }

  async openFile(name: string): Promise<void> {
    await this.openPalette(name);
    await this.page.locator(".quick-input-widget .monaco-list-row", { hasText: name }).first().click();
    await this.page.locator(`.tab.active[data-resource-name$="${name}"]`).waitFor();
  }

  /** A row of the open quick pick. */
  row(text: string): Locator {
    return this.page.locator(".quick-input-widget .monaco-list-row", { hasText: text });
  }

  async showContainer(title: string): Promise<void> {
    await this.page.locator(`.activitybar a.action-label[aria-label^="${title}"]`).first().click();
  }

  /** A row by a part of what it shows: label and description. */
  treeRow(text: string): Locator {
    return this.page.locator(".pane-body .monaco-list-row", { hasText: text });
  }

  /** What the active web view shows. */
  webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  }

  /** A view of the side bar by its title. */
  view(title: string): Locator {
    return this.page.locator(".pane", { has: this.page.locator(".pane-header h3", { hasText: title }) });
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator(".notifications-toasts .notification-list-item", { hasText: text });
  }

  dialog(): Locator {
    return this.page.locator(".monaco-dialog-box");
  }

  /** As "Reload Window": another workbench and extension host on the same workspace. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.locator(".monaco-workbench .activitybar").waitFor();
  }

  /** Writes one document into an index of a domain of the sandbox. */
  async index(domain: string, index: string, document: Readonly<Record<string, unknown>>): Promise<void> {
    const answer = await signedFetch("es", `${sandboxAddress()?.endpoint ?? ""}/_domain/${domain}/${index}/_doc`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(document),
    });
    if (answer.status !== 201) {
      throw new Error(`the sandbox answered ${answer.status}: ${await answer.text()}`);
    }
  }

  /** Everything that was written to an output channel, from the file behind it: the panel holds only the lines in view. */
  channelText(name: string): string {
    const logs = join(userData, "logs");
    const files = readdirSync(logs, { recursive: true, encoding: "utf8" }).filter(
      (path) => /\d+-[^/\\]*\.log$/.test(path) && path.includes(name),
    );
    return files.map((path) => readFileSync(join(logs, path), "utf8")).join("");
  }

  /** Asks until the channel's text satisfies the test; resolves with that text. */
  async waitForChannel(name: string, holds: (text: string) => boolean, timeoutMs = 60_000): Promise<string> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const text = this.channelText(name);
      if (holds(text)) {
        return text;
      }
      if (Date.now() > end) {
        throw new Error(`the output channel ${name} holds only:\n${text}`);
      }
      await this.page.waitForTimeout(200);
    }
  }
}

/** One journey: its steps run in the order written, in one workbench, and a failed one leaves a picture. */
export function steps(machineSettings: Readonly<Record<string, unknown>> = {}, language?: string) {
  let open: Workbench | undefined;
  before(
    async () => {
      open = await Workbench.open(machineSettings, language);
    },
    { timeout: 180_000 },
  );
  after(async () => {
    await open?.close();
  });
  return (name: string, run: (workbench: Workbench) => Promise<void>): void => {
    void test(name, { timeout: 120_000 }, async () => {
      if (open === undefined) {
        throw new Error("the workbench did not open");
      }
      try {
        await run(open);
      } catch (thrown) {
        await open.picture(`failed-${name.replaceAll(/\W+/g, "-")}`);
        throw thrown;
      }
    });
  };
}
