import vscode = require("vscode");
import type * as AwsBundle from "../aws";
import type * as LanguageBundle from "../language";

type Aws = typeof AwsBundle;
type Language = typeof LanguageBundle;
export type { Aws as AwsBundle, Language as LanguageBundle };

/** Bundles that are loaded on first use; each is loaded once. */
export interface Bundles {
  readonly aws: () => Promise<Aws>;
  readonly language: () => Promise<Language>;
}

export function createBundles(load: Bundles): Bundles {
  return { aws: once(load.aws), language: once(load.language) };
}

function once<T extends Localisable>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= load().then(localised));
}

interface Localisable {
  configureL10n(contents: Record<string, string>): void;
}

/** Each bundle carries its own copy of the localisation library; it must be told the host's language once. */
function localised<T extends Localisable>(bundle: T): T {
  if (vscode.l10n.bundle !== undefined) {
    bundle.configureL10n(vscode.l10n.bundle);
  }
  return bundle;
}
