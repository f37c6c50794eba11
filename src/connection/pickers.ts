import vscode = require("vscode");
import { configuredRegion, environmentChoice, type Environment, type Profile, type ProfileKind } from "../core/aws/profile";
import type { Bundles } from "../workbench/bundles";
import { chosenFiles, type Choice } from "./choice";

/** What a picked entry stands for. */
export type Picked =
  { readonly choice: Choice; readonly regionKnown: boolean } | "editCredentials" | { readonly openPath: string; readonly line: number };

interface Entry extends vscode.QuickPickItem {
  readonly stands?: Picked;
}

/** The choosable connections; undefined when nothing was picked. */
export async function pickConnection(bundles: Bundles, environment: Environment, current: Choice | undefined): Promise<Picked | undefined> {
  const entry = await vscode.window.showQuickPick(listEntries(bundles, environment, current), {
    title: vscode.l10n.t("Connect to AWS or to the Sandbox"),
    placeHolder: vscode.l10n.t("Choose a profile of your AWS files, or the sandbox"),
    matchOnDescription: true,
  });
  return entry?.stands;
}

async function listEntries(bundles: Bundles, environment: Environment, current: Choice | undefined): Promise<Entry[]> {
  const { profiles, problems } = await (await bundles.aws()).listProfiles(chosenFiles());
  const separator = (label: string): Entry => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    sandboxEntry(current),
    ...environmentEntries(environment, current),
    separator(vscode.l10n.t("Profiles")),
    ...profiles.map((profile) => profileEntry(profile, environment, current)),
    separator(vscode.l10n.t("AWS files")),
    ...problems.map((problem) => ({
      label: `$(warning) ${vscode.l10n.t("{0}, line {1}: {2}", problem.path, problem.line, problem.message)}`,
      description: vscode.l10n.t("open"),
      stands: { openPath: problem.path, line: problem.line },
    })),
    { label: `$(edit) ${vscode.l10n.t("Edit Credentials")}`, stands: "editCredentials" },
  ];
}

function sandboxEntry(current: Choice | undefined): Entry {
  return {
    label: `$(beaker) ${vscode.l10n.t("Sandbox (local)")}`,
    description: vscode.l10n.t("a stand-in for AWS on this machine{0}", current?.kind === "sandbox" ? `, ${vscode.l10n.t("in use")}` : ""),
    stands: { choice: { kind: "sandbox" }, regionKnown: true },
  };
}

function environmentEntries(environment: Environment, current: Choice | undefined): Entry[] {
  const fromEnvironment = environmentChoice(environment);
  if (fromEnvironment === undefined || fromEnvironment.profile !== undefined) {
    return [];
  }
  return [
    {
      label: `$(server-environment) ${vscode.l10n.t("Environment")}`,
      description: vscode.l10n.t("credentials of the environment variables{0}", inUse(current, undefined)),
      stands: { choice: { kind: "aws" }, regionKnown: configuredRegion(environment) !== undefined },
    },
  ];
}

function profileEntry(profile: Profile, environment: Environment, current: Choice | undefined): Entry {
  const region = configuredRegion(environment, profile);
  return {
    label: `$(account) ${profile.name}`,
    description: `${kindText(profile.kind)}, ${profile.region ?? vscode.l10n.t("no region")}${inUse(current, profile.name)}`,
    stands: { choice: { kind: "aws", profile: profile.name }, regionKnown: region !== undefined },
  };
}

function inUse(current: Choice | undefined, profile: string | undefined): string {
  return current?.kind === "aws" && current.profile === profile ? `, ${vscode.l10n.t("in use")}` : "";
}

function kindText(kind: ProfileKind): string {
  switch (kind) {
    case "keys":
      return vscode.l10n.t("access keys");
    case "sso":
      return vscode.l10n.t("single sign-on");
    case "role":
      return vscode.l10n.t("assumed role");
    case "process":
      return vscode.l10n.t("credential process");
    case "webIdentity":
      return vscode.l10n.t("web identity");
    case "login":
      return vscode.l10n.t("console sign-in");
    case "incomplete":
      return vscode.l10n.t("incomplete: no credentials");
  }
}

interface RegionEntry extends vscode.QuickPickItem {
  readonly code: string;
}

/** Regions as a hint list; any other code can be typed. Undefined when nothing was picked. */
export async function pickRegion(bundles: Bundles, current: string | undefined): Promise<string | undefined> {
  const { isRegionCode, regionHints } = await bundles.aws();
  const picker = vscode.window.createQuickPick<RegionEntry>();
  const known = regionHints.map(([code, place]) => ({
    label: code,
    description: code === current ? vscode.l10n.t("{0}, in use", place) : place,
    code,
  }));
  picker.title = vscode.l10n.t("Region");
  picker.placeholder = vscode.l10n.t("Choose a region, or type the code of another one");
  picker.matchOnDescription = true;
  picker.items = known;
  picker.onDidChangeValue((text) => {
    const typed = text.trim().toLowerCase();
    const isNew = isRegionCode(typed) && !known.some(({ code }) => code === typed);
    picker.items = isNew ? [{ label: typed, description: vscode.l10n.t("use this code"), code: typed }, ...known] : known;
  });
  return new Promise((resolve) => {
    picker.onDidAccept(() => {
      resolve(picker.selectedItems[0]?.code);
      picker.hide();
    });
    picker.onDidHide(() => {
      resolve(undefined);
      picker.dispose();
    });
    picker.show();
  });
}
