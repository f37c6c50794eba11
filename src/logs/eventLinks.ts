import vscode = require("vscode");
import type { PlacedEvent } from "../core/logs/shownText";
import { tailLanguage } from "../ids";
import { eventUri } from "./eventDocuments";
import type { EventLists } from "./eventLists";
import type { RunningTails } from "./runningTails";
import type { TailPanel } from "./tailPanel";

/** The editor asks for the links of a whole text after each change: events further back are opened by the command. */
const linked = 200;
const linesRead = 2000;

/** The time of a line leads to the document of its event. */
export function registerEventLinks(tails: RunningTails, lists: EventLists): vscode.Disposable {
  return vscode.languages.registerDocumentLinkProvider(
    { language: tailLanguage },
    {
      provideDocumentLinks: (document) => {
        const tail = tails.ofDocument(document.uri);
        const list = lists.get(document.uri);
        const target = tail?.target ?? list?.request.target;
        const events = tail === undefined ? (list?.events.slice(-linked) ?? []) : lastShown(document, tail);
        if (target === undefined) {
          return [];
        }
        const { domain, connection } = target;
        return events.flatMap((event) => toLink(document, event, (ref) => eventUri({ ...ref, domain, region: connection.region })) ?? []);
      },
    },
  );
}

function lastShown(document: vscode.TextDocument, { channel }: TailPanel): readonly PlacedEvent[] {
  const from = Math.max(0, document.lineCount - linesRead);
  const lines = document.getText(new vscode.Range(from, 0, document.lineCount, 0)).split(/\r?\n/);
  return channel.text.lastShown(lines, linked).map((event) => ({ ...event, line: event.line + from }));
}

function toLink(
  document: vscode.TextDocument,
  { line, index, id }: PlacedEvent,
  uri: (ref: { readonly index: string; readonly id: string }) => vscode.Uri,
): vscode.DocumentLink | undefined {
  const text = line < document.lineCount ? document.lineAt(line).text : "";
  // The text on the screen may be behind what was written.
  const length = /^\S+(?: [\d:.]+)?(?= {2})/.exec(text)?.[0].length;
  if (length === undefined) {
    return undefined;
  }
  const link = new vscode.DocumentLink(new vscode.Range(line, 0, line, length), uri({ index, id }));
  link.tooltip = vscode.l10n.t("Open the event with all its fields");
  return link;
}
