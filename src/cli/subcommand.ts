import type * as AwsBundle from "../aws";
import type * as LanguageBundle from "../language";
import type * as SandboxBundle from "../sandbox";

/** Bundles that a subcommand loads when it needs them. */
export interface CliBundles {
  readonly aws: () => Promise<typeof AwsBundle>;
  readonly language: () => Promise<typeof LanguageBundle>;
  readonly sandbox: () => Promise<typeof SandboxBundle>;
}

/** Gets the arguments after its name; resolves with the exit code, where 2 is wrong usage. */
export type Subcommand = (args: readonly string[], bundles: CliBundles) => Promise<number>;

export interface LoadedSubcommand {
  readonly run: Subcommand;
  /** Begins with the usage line; what else there is to say follows. Ends with a line break. */
  readonly usage: string;
}
