import * as vscode from "vscode";
import type * as AwsBundle from "../aws";
import type * as LanguageBundle from "../language";

type Aws = typeof AwsBundle;
type Language = typeof LanguageBundle;
export type { Aws as AwsBundle, Language as LanguageBundle };

/** The two bundles that are loaded on first use; each is loaded once. */
export interface Bundles {
  aws(): Promise<Aws>;
  language(): Promise<Language>;
}

export function createBundles(load: Bundles): Bundles {
  let aws: Promise<Aws> | undefined;
  let language: Promise<Language> | undefined;
  return {
    aws: () => (aws ??= load.aws().then(localised)),
    language: () => (language ??= load.language().then(localised)),
  };
}

/** Each bundle carries its own copy of the localisation library; it must be told the host's language once. */
function localised<T extends { configureL10n(contents: Record<string, string>): void }>(bundle: T): T {
  if (vscode.l10n.bundle !== undefined) {
    bundle.configureL10n(vscode.l10n.bundle);
  }
  return bundle;
}
