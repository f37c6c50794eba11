import vscode = require("vscode");
import { getNodeValue, getLocation, parseTree, findNodeAtLocation } from "jsonc-parser";
import { AppError } from "../core/errors";
import { eventTime } from "../core/logs/eventTime";
import { flattened, readableJson } from "../core/logs/eventRecord";
import { withValue } from "../core/logs/filter";
import { writeValue } from "../core/logs/filterWords";
import { indexBaseName } from "../core/resources/domain";
import type { LogEntry } from "../core/logs/tailEvents";
import { eventScheme, type TailArgument } from "../ids";
import type { ConnectionSource } from "../core/aws/connection";
import { eventPlace, type EventDocuments, type EventPlace } from "./eventDocuments";
import type { EventList, EventLists } from "./eventLists";
import type { RunningTails } from "./runningTails";
import { linesOf } from "./tailChannel";

const sessionField = "AppStream_Session_ID";
/** Longer values are not kept whole by the index's keyword fields. */
const longestExact = 256;

export interface EventTools {
  readonly tails: RunningTails;
  readonly lists: EventLists;
  readonly documents: EventDocuments;
  readonly connections: ConnectionSource;
  readonly tail: (argument: TailArgument) => Promise<void>;
}

/** The event in the active editor: a document of its own, or the line at the cursor of a tail or a list. */
export function placeAtCursor({ tails, lists }: Pick<EventTools, "tails" | "lists">): EventPlace {
  const editor = vscode.window.activeTextEditor;
  const uri = editor?.document.uri;
  if (editor !== undefined && uri !== undefined) {
    if (uri.scheme === eventScheme) {
      return eventPlace(uri);
    }
    const { line } = editor.selection.active;
    const tail = tails.ofDocument(uri);
    const list = lists.get(uri);
    const target = tail?.target ?? list?.request.target;
    const ref = tail?.channel.text.eventIn(linesOf(editor.document), line) ?? list?.eventAt(line);
    if (target !== undefined && ref !== undefined) {
      return { index: ref.index, id: ref.id, domain: target.domain, region: target.connection.region };
    }
  }
  throw new AppError("invalidInput", vscode.l10n.t("There is no event at the cursor."), {
    next: vscode.l10n.t("Put the cursor on a line of a tail or of a list of events."),
  });
}

export async function openEvent(tools: EventTools): Promise<void> {
  await tools.documents.open(placeAtCursor(tools));
}

export async function copyEvent(tools: EventTools): Promise<void> {
  const { source } = await tools.documents.entry(placeAtCursor(tools));
  await vscode.env.clipboard.writeText(readableJson(source));
}

/** The event among its neighbours of the same session. */
export async function showSession(tools: EventTools): Promise<EventList> {
  const place = placeAtCursor(tools);
  const entry = await tools.documents.entry(place);
  const session = entry.source[sessionField];
  const time = eventTime(entry.source)?.ms;
  if (typeof session !== "string" || session === "" || time === undefined) {
    throw new AppError("notFound", vscode.l10n.t("The event tells no session."), {
      next: vscode.l10n.t("Events have one when the agent's configuration adds the attributes of the session."),
    });
  }
  const index = indexBaseName(place.index);
  const target = { ...(await targetOf(tools, place)), index };
  const title = vscode.l10n.t("{0}, session {1}", index, session);
  return tools.lists.open({ title, target, filter: `session:${writeValue(session)}`, around: time });
}

async function targetOf({ connections, documents }: EventTools, { domain, region }: EventPlace) {
  const { connection } = await connections.connect();
  return { domain, connection: { ...connection, region }, transport: await documents.transport(domain, region) };
}

/** Adds the value at the cursor, or one that is picked, to the filter of the tail of the same index; starts one where none runs. */
export async function filterByValue(tools: EventTools, excluded: boolean): Promise<void> {
  const place = placeAtCursor(tools);
  const entry = await tools.documents.entry(place);
  const chosen = valueAtCursor() ?? (await pickValue(entry, excluded));
  if (chosen === undefined) {
    return;
  }
  const base = indexBaseName(place.index);
  const tail = tools.tails.running.find(({ target }) => target.domain === place.domain && target.index === base);
  const filter = filterWith(tail?.filter ?? "", chosen, excluded);
  if (tail === undefined) {
    await tools.tail({ domain: place.domain, index: base, region: place.region, filter });
  } else {
    tail.changeFilter(filter);
    tail.channel.show();
  }
}

interface FieldValue {
  readonly field: string;
  readonly value: string | number | boolean;
}

function filterWith(filter: string, { field, value }: FieldValue, excluded: boolean): string {
  if (typeof value !== "string" || value.length <= longestExact) {
    return withValue(filter, field, value, excluded);
  }
  const [first = ""] = value.slice(0, longestExact).split(/\r?\n/);
  const phrase = `${excluded ? "-" : ""}"${first.replaceAll('"', '\\"').replace(/\\$/, "")}"`;
  return [filter, phrase].filter((part) => part !== "").join(" ");
}

function isValue(value: unknown): value is FieldValue["value"] {
  return (typeof value === "string" && value !== "") || typeof value === "number" || typeof value === "boolean";
}

/** In an event's document: the value, or the field's name, under the cursor. */
function valueAtCursor(): FieldValue | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== eventScheme) {
    return undefined;
  }
  const text = editor.document.getText();
  const path: readonly (string | number)[] = getLocation(text, editor.document.offsetAt(editor.selection.active)).path;
  const root = parseTree(text);
  const node = root === undefined ? undefined : findNodeAtLocation(root, [...path]);
  const value: unknown = node === undefined ? undefined : getNodeValue(node);
  const field = path
    .slice(1)
    .filter((part) => typeof part === "string")
    .join(".");
  return path[0] === "_source" && field !== "" && isValue(value) ? { field, value } : undefined;
}

async function pickValue({ source }: LogEntry, excluded: boolean): Promise<FieldValue | undefined> {
  const items = [...flattened(source)].flatMap(([field, value]) =>
    isValue(value) ? [{ label: field, description: String(value).slice(0, 200), field, value }] : [],
  );
  const title = excluded ? vscode.l10n.t("Exclude a Value") : vscode.l10n.t("Filter by a Value");
  return vscode.window.showQuickPick(items, { title, matchOnDescription: true });
}
