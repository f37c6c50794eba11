import * as l10n from "@vscode/l10n";
import { utcDate } from "../config/decoration/dotnetDate";
import type { AgentEnvironment } from "./environment";
import { type Json, jsonInteger, jsonObject } from "./newtonsoft";
import type { SampleEvent } from "./sampleEvent";
import type { LoadedSource } from "./sources";
import type { WindowsEvent } from "./windowsEvent";
import { composeEventXml } from "./windowsXml";

/** A named example for the editor's preview. */
export interface Sample {
  readonly label: string;
  readonly event: SampleEvent;
}

interface EventTemplate {
  readonly label: () => string;
  readonly logName: string;
  readonly eventId: number;
  readonly level: number;
  readonly providerName: string;
  readonly description: string;
  readonly userId?: string;
  readonly eventData?: readonly Json[];
  readonly keywords?: readonly string[];
}

const templates: readonly EventTemplate[] = [
  {
    label: () => l10n.t("Application: program crashed (error)"),
    logName: "Application",
    eventId: 1000,
    level: 2,
    providerName: "Application Error",
    description:
      "Faulting application name: viewer.exe, version: 4.2.1.0, time stamp: 0x65a1b2c3\r\nFaulting module name: render.dll, version: 4.2.1.0\r\nException code: 0xc0000005",
    eventData: ["viewer.exe", "4.2.1.0", "render.dll", "c0000005"],
  },
  {
    label: () => l10n.t("System: service state (information)"),
    logName: "System",
    eventId: 7036,
    level: 4,
    providerName: "Service Control Manager",
    description: "The Windows Update service entered the running state.",
    eventData: ["Windows Update", "running"],
  },
  {
    label: () => l10n.t("System: service terminated (error)"),
    logName: "System",
    eventId: 7031,
    level: 2,
    providerName: "Service Control Manager",
    description: "The Print Spooler service terminated unexpectedly. It has done this 1 time(s).",
    eventData: ["Print Spooler", jsonInteger(1)],
  },
  {
    label: () => l10n.t("Security: successful logon (audit)"),
    logName: "Security",
    eventId: 4624,
    level: 0,
    providerName: "Microsoft-Windows-Security-Auditing",
    description: "An account was successfully logged on.",
    keywords: ["Audit Success"],
  },
];

function toEvent(template: EventTemplate, logName: string, environment: AgentEnvironment): WindowsEvent {
  const event = {
    eventId: template.eventId,
    description: template.description,
    level: template.level,
    logName,
    machineName: environment.computerName,
    providerName: template.providerName,
    timeCreated: utcDate(environment.now()),
    index: 48213n,
    userId: template.userId ?? null,
    keywords: template.keywords ?? ["Classic"],
    eventData: template.eventData ?? [],
  };
  return { ...event, xml: composeEventXml(event) };
}

/** Events to choose from for a source, the most typical first. */
export function samplesFor(source: LoadedSource, environment: AgentEnvironment): Sample[] {
  const base = { source: source.id };
  switch (source.kind) {
    case "event":
    case "polledEvent": {
      const logName = source.config.get("LogName") ?? "Application";
      const own = templates.filter((template) => template.logName.toLowerCase() === logName.toLowerCase());
      return (own.length > 0 ? own : templates).map((template) => ({
        label: template.label(),
        event: { kind: "windows", ...base, logName: source.config.get("LogName"), event: toEvent(template, logName, environment) },
      }));
    }
    case "counter": {
      const counter = source.config.section("Categories")?.children[0]?.section("Counters")?.children[0];
      const name = counter?.value ?? counter?.get("Counter") ?? "% Processor Time";
      return [{ label: l10n.t("Counter: {0}", name), event: { kind: "counter", ...base, name, value: 42.7 } }];
    }
    case "etw":
      return [{ label: l10n.t("ETW event"), event: { kind: "etw", ...base, event: etwSample(source, environment) } }];
    case "lines":
    case "agentMetrics":
      return [
        { label: l10n.t("Line of text"), event: { kind: "lines", ...base, path: undefined, lines: sampleLines(source, environment) } },
      ];
  }
}

export function sampleEventFor(source: LoadedSource, environment: AgentEnvironment): SampleEvent {
  return samplesFor(source, environment)[0]?.event ?? { kind: "lines", source: source.id, path: undefined, lines: [] };
}

function etwSample(source: LoadedSource, environment: AgentEnvironment) {
  return jsonObject([
    ["EventName", "SampleEvent/Start"],
    ["ProviderName", source.config.get("ProviderName") ?? ""],
    ["FormattedMessage", "Sample event."],
    ["ProcessID", jsonInteger(4242)],
    ["MachineName", environment.computerName],
    ["Payload", jsonObject([["Path", "C:\\Sample"]])],
  ]);
}

function sampleLines(source: LoadedSource, environment: AgentEnvironment): string[] {
  const iso = new Date(environment.now()).toISOString();
  const [date = "", time = ""] = [iso.slice(0, 10), iso.slice(11, 19)];
  switch (source.type.toLowerCase()) {
    case "w3svclogsource":
      return ["#Fields: date time cs-method cs-uri-stem sc-status time-taken", `${date} ${time} GET /index.html 200 31`];
    case "ulssource":
      return ["Timestamp\tProcess\tArea\tLevel\tMessage", `${date} ${time}\tw3wp.exe\tWeb\tMedium\tSample message`];
    case "exchangelogsource":
      return ["#Fields: date-time,client-ip,event-id", `${iso},192.0.2.10,RECEIVE`];
    default:
      return parserLines(source, iso, date, time);
  }
}

function parserLines(source: LoadedSource, iso: string, date: string, time: string): string[] {
  switch (source.config.get("RecordParser")?.toLowerCase()) {
    case "singlelinejson":
      return [`{"time":"${iso}","level":"info","message":"Sample message"}`];
    case "syslog":
      return ["Mar  1 01:22:20 host-7 sshd[83]: session opened for user sample"];
    case "delimited": {
      const delimiter = source.config.get("Delimiter") ?? "";
      const headers = source.config.get("Headers") ?? (delimiter === "" ? "message" : ["time", "level", "message"].join(delimiter));
      const values = (delimiter === "" ? [headers] : headers.split(delimiter)).map((_, index) => `value${index + 1}`);
      return [headers, values.join(delimiter)];
    }
    default:
      return [`${date} ${time} INFO Sample message`];
  }
}
