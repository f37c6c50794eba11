import { lint, lintUsage } from "./lint";
import { render, renderUsage } from "./render";
import type { LoadedSubcommand } from "./subcommand";

export const languageSubcommands = {
  lint: { run: lint, usage: lintUsage },
  render: { run: render, usage: renderUsage },
} satisfies Record<string, LoadedSubcommand>;
