import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { contextKeys, settingsSection, viewIds } from "../../src/ids";

const root = process.cwd();
const readText = (...path: string[]): string => readFileSync(join(root, ...path), "utf8");
const readJson = <T>(...path: string[]): T => JSON.parse(readText(...path)) as T;

interface Contribution {
  readonly command: string;
  readonly title: string;
  readonly category?: string;
  readonly when?: string;
  readonly enablement?: string;
}

interface Manifest {
  readonly l10n: string;
  readonly contributes: {
    readonly commands: readonly Contribution[];
    readonly menus: Readonly<Record<string, readonly Contribution[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly id: string;
        readonly description: string;
        readonly media: { readonly markdown: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown; readonly scope: string }>> };
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
}

const manifest = readJson<Manifest>("package.json");
const english = readJson<Record<string, string>>("package.nls.json");
const korean = readJson<Record<string, string>>("package.nls.ko.json");
const ids = readText("src", "ids.ts");

/** The commands of ids.ts are types only: their names are read from the text. */
const commandIds = [...(/interface CommandArguments \{([^]*?)\n\}/.exec(ids)?.[1] ?? "").matchAll(/^ {2}"([^"]+)":/gm)].map(
  (match) => match[1] ?? "",
);

/** Setting names and defaults, likewise. */
const settingsText = readText("src", "workbench", "settings.ts");
const settingNames = [...(/interface Settings \{([^]*?)\n\}/.exec(settingsText)?.[1] ?? "").matchAll(/^ {2}"([^"]+)":/gm)].map(
  (match) => match[1] ?? "",
);

const sorted = (names: Iterable<string>): string[] => [...names].sort();
const contributed = manifest.contributes.commands;

test("manifest and ids.ts name the same commands", () => {
  assert.ok(commandIds.length > 10);
  assert.deepEqual(sorted(contributed.map(({ command }) => command)), sorted(commandIds));
});

test("manifest and ids.ts name the same views", () => {
  const views = Object.values(manifest.contributes.views).flat();
  assert.deepEqual(sorted(views.map(({ id }) => id)), sorted(Object.values(viewIds)));
});

test("manifest and workbench/settings.ts name the same settings with the same defaults", () => {
  const { properties } = manifest.contributes.configuration;
  assert.deepEqual(sorted(Object.keys(properties)), sorted(settingNames.map((name) => `${settingsSection}.${name}`)));
  for (const name of settingNames) {
    const written = new RegExp(`const defaults[^]*?"${name.replaceAll(".", "\\.")}": ([^\\n]+),\\n`).exec(settingsText)?.[1] ?? "";
    assert.deepEqual(properties[`${settingsSection}.${name}`]?.default, JSON.parse(written), name);
  }
});

test("what names a file or an address is a setting of the machine, and no untrusted workspace chooses a connection", () => {
  const { properties } = manifest.contributes.configuration;
  for (const name of ["endpoint", "configFile", "credentialsFile"]) {
    assert.equal(properties[`appstreamMonitor.connection.${name}`]?.scope, "machine", name);
  }
  assert.equal(properties["appstreamMonitor.domains.access"]?.scope, "machine");
  assert.ok(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes("appstreamMonitor.domains.access"));
  for (const name of ["kind", "profile", "region", "endpoint", "configFile", "credentialsFile"]) {
    assert.ok(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes(`appstreamMonitor.connection.${name}`), name);
  }
});

test("every own name in a condition is a known context key, view or setting", () => {
  const conditions = [
    ...Object.values(manifest.contributes.menus).flatMap((items) => items.map(({ when }) => when ?? "")),
    ...manifest.contributes.viewsWelcome.map(({ when }) => when),
    ...contributed.map(({ enablement }) => enablement ?? ""),
  ];
  const known = new Set<string>([...Object.values(contextKeys), ...Object.values(viewIds)]);
  const used = conditions.flatMap((condition) => condition.match(/(?<!config\.)\bappstreamMonitor\.[A-Za-z]+/g) ?? []);
  assert.deepEqual(sorted(new Set(used.filter((name) => !known.has(name)))), []);
  assert.deepEqual(sorted(Object.values(contextKeys).filter((key) => !used.includes(key))), []);
});

test("menus use contributed commands, and welcome contents link to them", () => {
  const names = new Set(contributed.map(({ command }) => command));
  for (const { command } of Object.values(manifest.contributes.menus).flat()) {
    assert.ok(names.has(command), command);
  }
  for (const [key, text] of Object.entries({ ...english, ...korean })) {
    for (const [, command] of text.matchAll(/\(command:([^)?]+)/g)) {
      assert.ok(names.has(command ?? "") || /^(workbench|vscode)\./.test(command ?? ""), `${key}: ${command ?? ""}`);
    }
  }
});

test("every string of the manifest is in both languages, and none is left over", () => {
  const used = new Set([...readText("package.json").matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? ""));
  assert.deepEqual(sorted(Object.keys(english)), sorted(used));
  assert.deepEqual(sorted(Object.keys(korean)), sorted(used));
});

test("each step of the walkthrough has its page, an action, and an end that the action brings about", () => {
  const [walkthrough] = manifest.contributes.walkthroughs;
  assert.ok(walkthrough !== undefined && manifest.contributes.walkthroughs.length === 1);
  assert.deepEqual(
    sorted(readdirSync(join(root, "media", "walkthrough")).map((name) => `media/walkthrough/${name}`)),
    sorted(walkthrough.steps.flatMap(({ media }) => [media.markdown, media.markdown.replace(/md$/, "nls.ko.md")])),
  );
  for (const { id, description, completionEvents } of walkthrough.steps) {
    for (const texts of [english, korean]) {
      const actions = [...(texts[description.slice(1, -1)] ?? "").matchAll(/\(command:([^)?]+)/g)].map(
        ([, command]) => `onCommand:${command ?? ""}`,
      );
      const ends = completionEvents.filter((event) => actions.includes(event) || event === `onContext:${contextKeys.connected}`);
      assert.ok(actions.length > 0 && ends.length > 0, id);
    }
  }
});

test("titles carry no category, and every command has one", () => {
  for (const { command, title, category } of contributed) {
    assert.equal(category, "AppStream", command);
    assert.doesNotMatch(english[title.slice(1, -1)] ?? "", /AppStream/, command);
  }
});

test("files that the manifest names exist", () => {
  for (const { icon } of manifest.contributes.viewsContainers.activitybar) {
    assert.ok(existsSync(join(root, icon)), icon);
  }
  assert.ok(readdirSync(join(root, "media")).length > 0);
});

test("a fleet is offered what its state allows", () => {
  const offered = (viewItem: string): string[] =>
    (manifest.contributes.menus["view/item/context"] ?? [])
      .filter(({ command, when }) => {
        const pattern = /viewItem =~ \/(.+?)\/(?= |$)/.exec(when ?? "")?.[1];
        return command.startsWith("appstreamMonitor.pipeline.") && pattern !== undefined && new RegExp(pattern).test(viewItem);
      })
      .map(({ command }) => command.slice("appstreamMonitor.pipeline.".length));
  assert.deepEqual(offered("fleet.RUNNING"), ["stop", "testSession"]);
  assert.deepEqual(offered("fleet.STOPPED"), ["start"]);
  assert.deepEqual(offered("fleet.STOPPING"), []);
  assert.deepEqual(offered("imageBuilder.RUNNING"), ["stop", "deleteBuilder"]);
  assert.deepEqual(offered("imageBuilder.STOPPED"), ["start", "deleteBuilder"]);
});
