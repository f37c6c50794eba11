import vscode = require("vscode");
import type { Bundles, LanguageBundle } from "./bundles";
import { registerCommand } from "./commands";
import type { Log } from "./log";

type Register = Awaited<ReturnType<LanguageBundle["loadFeatures"]>>["registerLanguage"];
type Features = ReturnType<Register>;
type Connections = Parameters<Register>[0]["connections"];

const candidateName = /(?:appsettings|config)[^/]*\.jsonc?$|\/configs\/[^/]+\.json$|\/appstream-pipeline\.json$|\.ps1$/i;
const candidateContent = /SourceType|SinkType|SourceRef|SinkRef|SessionStart|SessionTermination|AppStream_|AWSKinesisTap/;
const linesRead = 400;

/** Loads the language bundle with the first document that looks like one of ours, or when a command needs it. */
export function registerLanguageGate(
  context: vscode.ExtensionContext,
  log: Log,
  bundles: Bundles,
  connections: Connections,
): vscode.Disposable {
  let features: Promise<Features> | undefined;
  const marksKey = "language.marks";
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
  const look = (document: vscode.TextDocument): void => {
    if (features === undefined && (looksOurs(document) || marks()[document.uri.toString()] !== undefined)) {
      load().catch((thrown: unknown) => {
        log.error("language features", thrown);
      });
    }
  };
  vscode.workspace.textDocuments.forEach(look);
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      look(document);
    }),
    registerCommand(log, "appstreamMonitor.language.markFile", async () => (await load()).markFile()),
    registerCommand(log, "appstreamMonitor.language.openRule", async (code) => (await load()).openRule(code ?? "")),
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

function looksOurs(document: vscode.TextDocument): boolean {
  const { path } = document.uri;
  if (!["json", "jsonc", "powershell"].includes(document.languageId) || !candidateName.test(path)) {
    return false;
  }
  return path.endsWith("/appstream-pipeline.json") || candidateContent.test(document.getText(new vscode.Range(0, 0, linesRead, 0)));
}
