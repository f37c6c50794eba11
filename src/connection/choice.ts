import { environmentChoice, type Environment } from "../core/aws/profile";
import type { SharedFilePaths } from "../core/aws/connection";
import { setting, updateSetting } from "../workbench/settings";

/** What the settings, or else the environment, choose. Reads no file. */
export type Choice =
  { readonly kind: "sandbox"; readonly region?: string } | { readonly kind: "aws"; readonly profile?: string; readonly region?: string };

export function readChoice(environment: Environment): Choice | undefined {
  const region = setting("connection.region");
  const chosenRegion = region === "" ? {} : { region };
  const kind = setting("connection.kind");
  switch (kind) {
    case "sandbox":
      return { kind, ...chosenRegion };
    case "aws": {
      const profile = setting("connection.profile");
      return { kind, ...(profile === "" ? {} : { profile }), ...chosenRegion };
    }
    case "ask": {
      const fromEnvironment = environmentChoice(environment);
      return fromEnvironment === undefined ? undefined : { kind: "aws", ...fromEnvironment, ...chosenRegion };
    }
  }
}

/** Undefined removes what was chosen. */
export async function writeChoice(choice: Choice | undefined): Promise<void> {
  await updateSetting("connection.kind", choice?.kind);
  await updateSetting("connection.profile", choice?.kind === "aws" ? choice.profile : undefined);
  await updateSetting("connection.region", choice?.region);
}

/** Where the AWS files are, as far as settings say so. */
export function chosenFiles(): SharedFilePaths {
  const config = setting("connection.configFile");
  const credentials = setting("connection.credentialsFile");
  return { ...(config === "" ? {} : { config }), ...(credentials === "" ? {} : { credentials }) };
}
