import vscode = require("vscode");
import type { ConnectionSource } from "../core/aws/connection";
import { isAbort } from "../core/errors";
import { TailSession, type TailOptions } from "../core/logs/tailSession";
import type { CommandArguments, TailArgument } from "../ids";
import type { AwsBundle } from "../workbench/bundles";
import type { Log } from "../workbench/log";
import { chooseTail, type ChosenTail } from "./chooseTail";
import { DomainAccess } from "./domainAccess";
import { editFilter } from "./editFilter";
import { copyEvent, filterByValue, openEvent, showSession, type EventTools } from "./eventCommands";
import { EventDocuments } from "./eventDocuments";
import { registerEventLinks } from "./eventLinks";
import { EventLists } from "./eventLists";
import { save, showNewer, showOlder, showWindow } from "./listCommands";
import { LogSources } from "./logSources";
import { RunningTails } from "./runningTails";
import { resumeTails } from "./resumeTails";
import { TailMemory } from "./tailMemory";
import { showTailMenu } from "./tailMenu";
import type { RunningSession } from "./tailPanel";
import { TailStatus } from "./tailStatus";

export interface TailsParts {
  readonly bundles: { aws(): Promise<AwsBundle> };
  readonly log: Log;
  readonly connections: ConnectionSource;
  readonly secrets: vscode.SecretStorage;
  /** Of the workspace. */
  readonly memento: vscode.Memento;
  /** Tests replace the session. */
  readonly createSession?: (options: TailOptions) => RunningSession;
}

type LogsCommand = Extract<keyof CommandArguments, `appstreamMonitor.logs.${string}`>;
type Handlers = { readonly [Id in LogsCommand]: (argument: CommandArguments[Id] | undefined) => Promise<void> };

export interface Tails extends vscode.Disposable {
  run<Id extends LogsCommand>(id: Id, argument: CommandArguments[Id] | undefined): Promise<void>;
}

/** The commands about tails, over the tails that run. */
export function createTails({ bundles, log, connections, createSession, memento, secrets }: TailsParts): Tails {
  const tails = new RunningTails();
  const status = new TailStatus(tails);
  const access = new DomainAccess(secrets);
  const sources = new LogSources(() => bundles.aws(), connections, access);
  const documents = new EventDocuments(sources);
  const lists = new EventLists();
  const links = registerEventLinks(tails, lists);
  const owned = vscode.Disposable.from(status, documents, lists, links, tails);
  const connectionChange = connections.onDidChange((connection) => {
    for (const panel of tails.running.filter((each) => each.epoch !== connection?.epoch)) {
      panel.stop(vscode.l10n.t("stopped: the connection was changed"));
    }
  });
  const memory = new TailMemory(tails, memento);
  const start = (chosen: ChosenTail): void => {
    sources.remember(chosen);
    const panel = tails.open(chosen, createSession ?? ((options) => new TailSession(options)));
    log.info(`tail of ${panel.name} started`);
    void panel.run().catch((thrown: unknown) => {
      if (!isAbort(thrown)) {
        log.error(`tail of ${panel.name}`, thrown);
      }
    });
  };
  const tail = async (argument: TailArgument | undefined): Promise<void> => {
    start(await chooseTail({ aws: await bundles.aws(), connections, access }, argument ?? {}));
  };
  const tools: EventTools = { tails, lists, documents, connections, tail };
  const handlers: Handlers = {
    "appstreamMonitor.logs.tail": tail,
    "appstreamMonitor.logs.resumeTails": async () => resumeTails({ aws: await bundles.aws(), connections, access }, memory, start),
    "appstreamMonitor.logs.domainAccess": async () => access.choose(await connections.connect()),
    "appstreamMonitor.logs.showOlder": (id) => showOlder(tails, lists, id),
    "appstreamMonitor.logs.saveEvents": (id) => save(tails, lists, id),
    "appstreamMonitor.logs.showNewer": (uri) => showNewer(lists, uri),
    "appstreamMonitor.logs.showWindow": async (argument) =>
      showWindow({ aws: await bundles.aws(), connections, access }, lists, argument ?? {}),
    "appstreamMonitor.logs.openEvent": () => openEvent(tools),
    "appstreamMonitor.logs.copyEvent": () => copyEvent(tools),
    "appstreamMonitor.logs.showSession": async () => {
      await showSession(tools);
    },
    "appstreamMonitor.logs.filterByValue": () => filterByValue(tools, false),
    "appstreamMonitor.logs.excludeValue": () => filterByValue(tools, true),
    "appstreamMonitor.logs.stopTail": async (id) => {
      const panel = await tails.choose(id, vscode.l10n.t("Stop Tailing"));
      panel?.stop(vscode.l10n.t("stopped"));
    },
    "appstreamMonitor.logs.pauseTail": async (id) => {
      (await tails.choose(id, vscode.l10n.t("Pause Tail"), { among: ({ paused }) => !paused }))?.pause();
    },
    "appstreamMonitor.logs.resumeTail": async (id) => {
      (await tails.choose(id, vscode.l10n.t("Resume Tail"), { among: ({ paused }) => paused }))?.resume();
    },
    "appstreamMonitor.logs.clearTail": async (id) => {
      (await tails.choose(id, vscode.l10n.t("Clear Tail")))?.channel.clear();
    },
    "appstreamMonitor.logs.skipTail": async (id) => {
      (await tails.choose(id, vscode.l10n.t("Skip to the Newest Events")))?.skip();
    },
    "appstreamMonitor.logs.tailActions": async (id) => {
      const panel = await tails.choose(id, vscode.l10n.t("Tails"), { ask: true });
      const several = tails.running.length > 1;
      if (panel !== undefined) {
        await showTailMenu(panel, several ? () => stopAll(tails) : undefined);
      }
    },
    "appstreamMonitor.logs.changeFilter": async (id) => {
      const title = vscode.l10n.t("Change Filter");
      const panel = await tails.choose(id, title);
      const filter = panel && (await editFilter(`${title}: ${panel.name}`, panel.target, panel.filter));
      if (filter !== undefined) {
        panel?.changeFilter(filter);
      }
    },
  };
  return {
    run: (id, argument) => handlers[id](argument),
    dispose: () => {
      connectionChange.dispose();
      memory.dispose();
      owned.dispose();
    },
  };
}

function stopAll(tails: RunningTails): void {
  tails.running.forEach((panel) => {
    panel.stop(vscode.l10n.t("stopped"));
  });
}
