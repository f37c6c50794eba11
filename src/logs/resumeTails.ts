import vscode = require("vscode");
import { abortError } from "../core/clock";
import { AppError } from "../core/errors";
import { durationText } from "../core/logs/lineFormat";
import { inRegion, type ChosenTail, type TargetTools } from "./chooseTail";
import type { KeptTail, TailMemory } from "./tailMemory";

/** Starts the tails of the window before, each where it was; what the user does not choose is forgotten. Nothing is when the choice is left or one of them cannot go on. */
export async function resumeTails(tools: TargetTools, memory: TailMemory, start: (chosen: ChosenTail) => void): Promise<void> {
  const kept = memory.kept();
  const items = kept.map((tail) => ({
    label: `${tail.domain}/${tail.index}`,
    description: tail.filter,
    detail: vscode.l10n.t("stopped {0} ago", durationText(Date.now() - tail.at)),
    picked: true,
    tail,
  }));
  const title = vscode.l10n.t("Resume Tails");
  const placeHolder = vscode.l10n.t("What is not chosen is forgotten");
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, canPickMany: true });
  if (chosen === undefined) {
    throw abortError();
  }
  const ready = await Promise.all(chosen.map(({ tail }) => toChosen(tools, tail)));
  await memory.forget();
  ready.forEach(start);
}

async function toChosen({ aws, connections, access }: TargetTools, tail: KeptTail): Promise<ChosenTail> {
  const connected = await connections.connect();
  const { kind, profile } = connected.connection;
  if (kind !== tail.kind || profile !== tail.profile) {
    const place = tail.kind === "sandbox" ? vscode.l10n.t("the sandbox") : (tail.profile ?? vscode.l10n.t("the environment's credentials"));
    throw new AppError("conflict", vscode.l10n.t("The tail of {0} was made with another connection: {1}.", tail.domain, place), {
      next: vscode.l10n.t("Connect to it, and start the tail there."),
    });
  }
  const there = inRegion(aws, connected, tail.region);
  const { domain, index, filter, at, positions } = tail;
  const transport = await access.open(there, domain);
  return { domain, index, filter, transport, connection: there.connection, since: { kind: "resume", at, positions } };
}
