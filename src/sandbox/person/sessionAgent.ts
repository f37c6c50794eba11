import { loadConfiguration } from "../../core/agent/agent";
import { createEnvironment } from "../../core/agent/environment";
import { AgentRun } from "../../core/agent/render";
import type { LoadedSink } from "../../core/agent/sinks";
import { resolveVariables } from "../../core/agent/variables";
import { composeEventXml } from "../../core/agent/windowsXml";
import type { WindowsEvent } from "../../core/agent/windowsEvent";
import { utcDate } from "../../core/config/decoration/dotnetDate";
import { randomSource } from "../random";
import { collections, nameOfArn, textOf } from "../services/appstream/account";
import type { Item, World } from "../world";
import { Activity } from "./activity";
import { type EventKind, ongoing, pickEvent, sessionStart } from "./eventCatalog";
import type { LogsSender } from "./logsSender";
import type { FirehoseSender } from "./sender";
import { sessionConfiguration } from "./sessionConfiguration";

/** By the kind of sink; the agent's other sinks send nothing here. */
export interface Senders {
  readonly firehose: FirehoseSender;
  readonly logs: LogsSender;
}

/** Kinesis Agent for Windows on the instance of one session, with the events it reads. */
export class SessionAgent {
  private readonly world: World;
  private readonly senders: Senders;
  private readonly machineName: string;
  private readonly run: AgentRun | undefined;
  private readonly records = { Application: 0n, System: 0n };
  private nextEvent: number;
  private started = false;
  private saidHelpless = false;
  private readonly role: string;
  private readonly activity: Activity;
  private readonly random: () => number;

  /** `eventsPerSecond` is that of this one instance. */
  constructor(world: World, senders: Senders, session: Item, instance: Item, eventsPerSecond: number) {
    this.world = world;
    this.senders = senders;
    this.machineName = textOf(instance, "machineName");
    this.random = randomSource(world.options.seed, textOf(session, "id"));
    this.activity = new Activity(eventsPerSecond, this.random);
    this.nextEvent = world.now();
    this.role = textOf(world.collection(collections.fleets).get(textOf(instance, "fleetArn")) ?? {}, "IamRoleArn");
    const bootRecords = 400 + Math.floor(this.random() * 3000);
    this.records = { Application: BigInt(bootRecords), System: BigInt(bootRecords + Math.floor(this.random() * 2000)) };
    this.run = this.load(session, instance);
  }

  private load(session: Item, instance: Item): AgentRun | undefined {
    const image = this.world.collection(collections.images).get(textOf(instance, "imageArn"));
    const files = image?.["files"];
    if (typeof files !== "object" || files === null) {
      return undefined; // A public base image has no agent.
    }
    const machine = {
      AppStream_Image_Arn: textOf(instance, "imageArn"),
      AppStream_Instance_Type: textOf(instance, "instanceType"),
      AppStream_Resource_Type: "fleet",
      AppStream_Resource_Name: nameOfArn(textOf(instance, "fleetArn")),
    };
    const user = {
      AppStream_Stack_Name: textOf(session, "stackName"),
      AppStream_User_Access_Mode: "custom",
      AppStream_Session_Reservation_DateTime: new Date(Number(session["startedAt"])).toISOString(),
      AppStream_UserName: textOf(session, "userId"),
      AppStream_Session_ID: textOf(session, "id"),
    };
    const text = sessionConfiguration(files as Record<string, string>, { ...machine, ...user });
    const environment = {
      ...createEnvironment({
        variables: { ...machine, ComputerName: this.machineName },
        culture: "en-US",
        computerName: this.machineName,
        ec2: { instanceId: textOf(instance, "id"), hostname: `ip-${textOf(instance, "privateIp").replaceAll(".", "-")}.ec2.internal` },
      }),
      now: () => this.world.now(),
    };
    const agent = loadConfiguration(text ?? "", environment);
    if (!agent.started) {
      this.world.options.log(
        `agent on ${this.machineName}: the configuration of image ${nameOfArn(textOf(instance, "imageArn"))} is rejected: ${agent.reason ?? ""}`,
      );
      return undefined;
    }
    for (const { kind, id, reason } of agent.failures) {
      this.world.options.log(`agent on ${this.machineName}: ${kind} ${id}: ${reason}`);
    }
    return new AgentRun(agent, environment);
  }

  /** Produces what is due by now. */
  step(now: number): void {
    if (this.run === undefined) {
      return;
    }
    if (!this.started) {
      this.started = true;
      sessionStart.forEach((kind) => this.log(kind, kind.description, now));
    }
    // A machine that slept does not make up for it.
    for (let at = Math.max(this.nextEvent, now - 10_000); ; at = this.activity.after(at)) {
      this.nextEvent = at;
      if (at > now) {
        return;
      }
      const { kind, description } = pickEvent(ongoing, this.random);
      this.log(kind, description, at);
    }
  }

  private log(kind: EventKind, description: string, at: number): void {
    const { run } = this;
    if (run === undefined) {
      return;
    }
    this.records[kind.log] += 1n;
    const keywords = kind.keywords ?? "Classic";
    const event: Omit<WindowsEvent, "xml"> = {
      eventId: kind.id,
      description,
      level: kind.level,
      logName: kind.log,
      machineName: this.machineName,
      providerName: kind.provider,
      timeCreated: utcDate(Math.floor(at), Math.floor(this.random() * 10_000)),
      index: this.records[kind.log],
      userId: kind.userId ?? null,
      keywords: keywords === "" ? [] : keywords.split(","),
      eventData: [],
    };
    const sent = run.send({ kind: "windows", source: undefined, logName: kind.log, event: { ...event, xml: composeEventXml(event) } });
    for (const { outcome, record, sink: id } of sent) {
      const sink = run.agent.sinks.get(id);
      if (outcome === "sent" && record !== null && sink !== undefined) {
        this.send(run, sink, record, Math.floor(at));
      }
    }
  }

  /** An instance has the rights of its fleet's machine role; without one it can send nothing. */
  private send(run: AgentRun, sink: LoadedSink, record: string, timestamp: number): void {
    const isLogs = sink.type.startsWith("cloudwatchlogs");
    if (!isLogs && sink.type !== "kinesisfirehose") {
      return;
    }
    if (this.role === "") {
      this.sayHelpless(sink);
      return;
    }
    const resolve = (key: string): string => resolveVariables(sink.config.get(key) ?? "", "aws", run.environment);
    const region = resolve("Region").toLowerCase();
    const place = { region: region === "" ? "us-east-1" : region, role: this.role };
    if (isLogs) {
      this.senders.logs.add({ ...place, group: sink.destination, stream: resolve("LogStream") }, { timestamp, message: record });
    } else {
      this.senders.firehose.add({ ...place, stream: sink.destination }, record);
    }
  }

  private sayHelpless({ destination }: LoadedSink): void {
    if (!this.saidHelpless) {
      this.saidHelpless = true;
      this.world.options.log(`agent on ${this.machineName}: the fleet has no IAM role, so nothing can be sent to ${destination}`);
    }
  }
}
