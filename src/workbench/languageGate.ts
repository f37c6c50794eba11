import vscode = require("vscode");
import { marksKey } from "../ids";
import type { Bundles, LanguageBundle } from "./bundles";
import { registerCommand } from "./commands";
import type { Log } from "./log";
import { watchForOurs } from "./ourDocuments";

type Register = Awaited<ReturnType<LanguageBundle["loadFeatures"]>>["registerLanguage"];
type Features = ReturnType<Register>;
type Connections = Parameters<Register>[0]["connections"];

/** Loads the language bundle with the first document that looks like one of ours, or when a command needs it. */
export function registerLanguageGate(
  context: vscode.ExtensionContext,
  log: Log,
  bundles: Bundles,
  connections: Connections,
): vscode.Disposable {
  let features: Promise<Features> | undefined;
  const marks = (): Record<string, MarkKind> => context.workspaceState.get(marksKey, {});
  const loadFeatures = async () => (await bundles.language()).loadFeatures();
  const load = (): Promise<Features> =>
    (features ??= loadFeatures().then(({ registerLanguage }) =>
      registerLanguage({
        log,
        extensionUri: context.extensionUri,
        connections,
        marks: {
          get: (uri) => marks()[uri],
          set: (uri, kind) => context.workspaceState.update(marksKey, { ...marks(), [uri]: kind }),
        },
      }),
    ));
  const found = (): void => {
    if (features === undefined) {
      load().catch((thrown: unknown) => {
        log.error("language features", thrown);
      });
    }
  };
  return vscode.Disposable.from(
    watchForOurs(context.workspaceState, found),
    registerCommand(log, "appstreamMonitor.language.markFile", async () => (await load()).markFile()),
    registerCommand(log, "appstreamMonitor.language.openRule", async (code) => (await load()).openRule(code ?? "")),
    registerCommand(log, "appstreamMonitor.language.saveAsUtf8", async (uri) => (await load()).saveAsUtf8(uri ?? "")),
    registerCommand(log, "appstreamMonitor.language.previewRecords", async (argument) => (await load()).previewRecords(argument)),
    registerCommand(log, "appstreamMonitor.language.askAgain", async () => {
      (await features)?.askAgain();
    }),
    {
      dispose: () =>
        void features?.then((loaded) => {
          loaded.dispose();
        }),
    },
  );
}

type MarkKind = ReturnType<Parameters<Register>[0]["marks"]["get"]>;
