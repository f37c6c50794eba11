/** Every name shared with package.json, spelled once. A test keeps the two equal. */

/** What a command is given when another capability or a tree item runs it; from the palette it gets nothing and asks. */
export interface TailArgument {
  readonly domain?: string;
  /** Index base name, without rotation suffix. */
  readonly index?: string;
  readonly stream?: string;
  /** URI text of a pipeline definition file. */
  readonly pipeline?: string;
  readonly fleet?: string;
  readonly sessionId?: string;
  /** Where the stream is, if not in the connection's Region. */
  readonly region?: string;
  /** Beside what fleet and session say. */
  readonly filter?: string;
  /** A number: that many milliseconds back. Absent: asked for. */
  readonly since?: "now" | "all" | number;
}

export interface WindowArgument extends Omit<TailArgument, "since"> {
  /** Event times in milliseconds since the epoch; asked for when absent. */
  readonly from?: number;
  readonly to?: number;
}

export interface ResourceArgument {
  readonly kind: "stream" | "domain" | "fleet" | "appstreamStack" | "image" | "imageBuilder" | "session" | "index";
  readonly name: string;
  readonly arn?: string;
  readonly parent?: string;
}

export interface PipelineArgument {
  /** URI text of the definition file. */
  readonly definition: string;
}

export interface PreviewArgument {
  /** URI text of an appsettings.json. */
  readonly config: string;
  /** Id of the source whose events are offered; absent: of all. */
  readonly source?: string;
}

export interface CommandArguments {
  "appstreamMonitor.connection.connect": undefined;
  "appstreamMonitor.connection.chooseProfile": undefined;
  /** Code of the region. */
  "appstreamMonitor.connection.chooseRegion": string;
  "appstreamMonitor.connection.useSandbox": undefined;
  "appstreamMonitor.connection.disconnect": undefined;
  /** Resolves with true when the sign-in ended well. */
  "appstreamMonitor.connection.signIn": undefined;
  "appstreamMonitor.connection.editCredentials": undefined;
  "appstreamMonitor.sandbox.reset": undefined;
  "appstreamMonitor.sandbox.showLog": undefined;
  "appstreamMonitor.workbench.showLog": undefined;
  "appstreamMonitor.workbench.showTroubleshooting": undefined;
  "appstreamMonitor.explorer.refresh": undefined;
  "appstreamMonitor.explorer.filterStreams": undefined;
  "appstreamMonitor.explorer.filterDomains": undefined;
  "appstreamMonitor.explorer.filterFleets": undefined;
  "appstreamMonitor.explorer.clearStreamsFilter": undefined;
  "appstreamMonitor.explorer.clearDomainsFilter": undefined;
  "appstreamMonitor.explorer.clearFleetsFilter": undefined;
  "appstreamMonitor.explorer.loadMore": unknown;
  "appstreamMonitor.explorer.retry": unknown;
  "appstreamMonitor.explorer.copyName": ResourceArgument;
  "appstreamMonitor.explorer.copyArn": ResourceArgument;
  "appstreamMonitor.explorer.openInConsole": ResourceArgument;
  "appstreamMonitor.explorer.reveal": ResourceArgument;
  "appstreamMonitor.pipeline.newProject": undefined;
  "appstreamMonitor.pipeline.deploy": PipelineArgument;
  "appstreamMonitor.pipeline.destroy": PipelineArgument;
  "appstreamMonitor.pipeline.showDrift": PipelineArgument;
  /** Of a definition, or of a delivery stream. */
  "appstreamMonitor.pipeline.findFault": PipelineArgument | ResourceArgument;
  /** From a delivery stream. */
  "appstreamMonitor.pipeline.importSetUp": ResourceArgument;
  "appstreamMonitor.pipeline.exportTemplates": PipelineArgument;
  /** Of a fleet or an image builder. */
  "appstreamMonitor.pipeline.start": ResourceArgument;
  "appstreamMonitor.pipeline.stop": ResourceArgument;
  "appstreamMonitor.pipeline.deleteBuilder": ResourceArgument;
  /** Of a fleet. */
  "appstreamMonitor.pipeline.testSession": ResourceArgument;
  "appstreamMonitor.language.markFile": undefined;
  /** Code of the rule. */
  "appstreamMonitor.language.openRule": string;
  /** URI text of a file whose bytes are in another encoding. */
  "appstreamMonitor.language.saveAsUtf8": string;
  "appstreamMonitor.language.previewRecords": PreviewArgument;
  /** Asks the account anew about the files on screen; does nothing while no file has needed it. */
  "appstreamMonitor.language.askAgain": undefined;
  "appstreamMonitor.logs.tail": TailArgument;
  /** Id of the tail; absent: the only one, or the one that is chosen. */
  "appstreamMonitor.logs.stopTail": string;
  "appstreamMonitor.logs.changeFilter": string;
  "appstreamMonitor.logs.pauseTail": string;
  "appstreamMonitor.logs.resumeTail": string;
  "appstreamMonitor.logs.clearTail": string;
  /** Leaves out what waits to be caught up with. */
  "appstreamMonitor.logs.skipTail": string;
  "appstreamMonitor.logs.tailActions": string;
  /** Id of a tail, or URI text of a list of events. */
  "appstreamMonitor.logs.showOlder": string;
  "appstreamMonitor.logs.saveEvents": string;
  "appstreamMonitor.logs.resumeTails": undefined;
  "appstreamMonitor.logs.domainAccess": undefined;
  /** URI text of a list of events. */
  "appstreamMonitor.logs.showNewer": string;
  "appstreamMonitor.logs.showWindow": WindowArgument;
  /** Of the event at the cursor. */
  "appstreamMonitor.logs.openEvent": undefined;
  "appstreamMonitor.logs.copyEvent": undefined;
  "appstreamMonitor.logs.showSession": undefined;
  "appstreamMonitor.logs.filterByValue": undefined;
  "appstreamMonitor.logs.excludeValue": undefined;
}

export type CommandId = keyof CommandArguments;

export const viewIds = {
  pipelines: "appstreamMonitor.pipelines",
  streams: "appstreamMonitor.streams",
  domains: "appstreamMonitor.domains",
  fleets: "appstreamMonitor.fleets",
} as const;

export const contextKeys = {
  connected: "appstreamMonitor.connected",
  sandbox: "appstreamMonitor.sandbox",
  /** A ConnectionState: why the views are empty. */
  state: "appstreamMonitor.state",
  streamsFiltered: "appstreamMonitor.streamsFiltered",
  domainsFiltered: "appstreamMonitor.domainsFiltered",
  fleetsFiltered: "appstreamMonitor.fleetsFiltered",
  /** A tail runs. */
  tailing: "appstreamMonitor.tailing",
  /** A tail's channel is there, whether it runs or has been stopped. */
  tailShown: "appstreamMonitor.tailShown",
  /** The window before had tails that were not resumed yet. */
  tailsKept: "appstreamMonitor.tailsKept",
  /** One of them is paused. */
  tailPaused: "appstreamMonitor.tailPaused",
} as const;

export type ConnectionState =
  "notConnected" | "noProfile" | "noRegion" | "expired" | "accessDenied" | "sandboxFailed" | "untrusted" | "connected";

export const settingsSection = "appstreamMonitor";
/** Read-only texts about records that would be sent. */
export const recordsScheme = "appstream-monitor-records";
export const diagnosticSource = "AppStream Monitor";
/** Scheme of read-only preview documents. */
export const previewScheme = "appstream-monitor-preview";
export const tailLanguage = "appstream-monitor-log";
/** Read-only documents with one event each. */
export const eventScheme = "appstream-monitor-event";
/** Read-only documents with lists of events. */
export const eventsScheme = "appstream-monitor-events";
/** In the workspace's state: the tails that ran when its window ended. */
export const keptTailsKey = "logs.tails";
/** There too: files marked by hand as one of ours. */
export const marksKey = "language.marks";
