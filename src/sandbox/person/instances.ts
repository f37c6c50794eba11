import { collections, nameOfArn, regionOfArn, textOf } from "../services/appstream/account";
import { privateIp } from "../services/appstream/builders";
import { endSession } from "../services/appstream/sessions";
import { associationsOf } from "../services/appstream/stacks";
import type { Item, World } from "../world";
import { FirehoseSender } from "./sender";
import { LogsSender } from "./logsSender";
import { SessionAgent, type Senders } from "./sessionAgent";

const tick = 500;
/** The agent's own buffer interval is a second. */
const ticksPerFlush = 2;
/** Of all instances together; one alone gives half of it. */
const usualEvents = 1.5;
const users = ["kim.minjun", "lee.seoyeon", "park.jiho", "j.garcia", "a.novak", "s.tanaka", "m.dubois", "design01", "review02", "o.haddad"];

/** The instances of RUNNING fleets and their simulated users, who come and go. */
export class Fleets {
  private readonly world: World;
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;
  private readonly nextUser = new Map<string, number>();
  private readonly agents = new Map<string, SessionAgent>();
  private readonly senders: Senders;

  constructor(world: World) {
    this.world = world;
    this.senders = { firehose: new FirehoseSender(world), logs: new LogsSender(world) };
    world.onReset(() => {
      this.nextUser.clear();
      this.agents.clear();
      this.senders.firehose.clear();
      this.senders.logs.clear();
    });
  }

  start(): void {
    this.timer = setInterval(() => {
      this.step();
      if (++this.ticks % ticksPerFlush === 0) {
        void this.senders.firehose.flush();
        void this.senders.logs.flush();
      }
    }, tick);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** One look at every fleet; the clock is the world's. */
  step(): void {
    const now = this.world.now();
    for (const fleet of this.world.collection(collections.fleets).values()) {
      this.keepInstances(fleet);
      if (fleet["State"] === "RUNNING") {
        this.admitUser(fleet, now);
      }
    }
    this.advanceSessions(now);
    this.runAgents(now);
  }

  private runAgents(now: number): void {
    const active = [...this.world.collection(collections.sessions)].filter(([, session]) => session["state"] === "ACTIVE");
    for (const id of this.agents.keys()) {
      if (!active.some(([key]) => key === id)) {
        this.agents.delete(id);
      }
    }
    for (const [id, session] of active) {
      const instance = this.world.collection(collections.instances).get(textOf(session, "instanceId"));
      let agent = this.agents.get(id);
      if (agent === undefined && instance !== undefined) {
        agent = new SessionAgent(
          this.world,
          this.senders,
          session,
          instance,
          (this.world.options.events ?? usualEvents) / Math.max(2, active.length),
        );
        this.agents.set(id, agent);
      }
      agent?.step(now);
    }
  }

  /** A person opened a streaming URL. */
  openSession(token: Item): Item | undefined {
    const fleet = this.world.collection(collections.fleets).get(textOf(token, "fleetArn"));
    if (fleet?.["State"] !== "RUNNING") {
      return undefined;
    }
    this.makeRoom(fleet);
    return this.startSession(fleet, textOf(token, "stackArn"), textOf(token, "userId"), token);
  }

  /** When no instance is free, the simulated user who came first gives way. */
  private makeRoom(fleet: Item): void {
    const arn = textOf(fleet, "Arn");
    if (this.instancesOf(arn).some(([, instance]) => instance["sessionId"] === undefined)) {
      return;
    }
    const oldest = [...this.world.collection(collections.sessions).values()]
      .filter((session) => session["fleetArn"] === arn && session["state"] !== "EXPIRED" && session["simulated"] === true)
      .sort((a, b) => Number(a["startedAt"]) - Number(b["startedAt"]))[0];
    if (oldest !== undefined) {
      endSession(this.world, oldest);
      this.keepInstances(fleet);
    }
  }

  private keepInstances(fleet: Item): void {
    const arn = textOf(fleet, "Arn");
    const instances = this.instancesOf(arn);
    if (fleet["State"] !== "RUNNING") {
      for (const [id] of instances) {
        this.removeInstance(id);
      }
      if (fleet["State"] === undefined || instances.length > 0) {
        this.world.save();
      }
      return;
    }
    const desired = Math.min(Number(fleet["desired"] ?? fleet["MaxConcurrentSessions"] ?? 1), 20);
    const idle = instances.filter(([, instance]) => instance["sessionId"] === undefined);
    for (const [id, instance] of idle) {
      if (instance["imageArn"] !== fleet["ImageArn"] || instances.length > desired) {
        this.removeInstance(id);
      }
    }
    for (let count = this.instancesOf(arn).length; count < desired; count++) {
      this.addInstance(fleet);
    }
  }

  private instancesOf(fleetArn: string): [string, Item][] {
    return [...this.world.collection(collections.instances)].filter(([, instance]) => instance["fleetArn"] === fleetArn);
  }

  private addInstance(fleet: Item): void {
    const id = `i-0${this.world.randomHex(16)}`;
    this.world.collection(collections.instances).set(id, {
      id,
      fleetArn: fleet["Arn"],
      imageArn: fleet["ImageArn"],
      instanceType: fleet["InstanceType"],
      machineName: `EC2AMAZ-${Array.from({ length: 7 }, () => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".charAt(Math.floor(this.world.random() * 36))).join("")}`,
      privateIp: privateIp(this.world),
      eniId: `eni-0${this.world.randomHex(16)}`,
      bootedAt: this.world.now(),
    });
    this.world.save();
  }

  private removeInstance(id: string): void {
    for (const session of this.world.collection(collections.sessions).values()) {
      if (session["instanceId"] === id) {
        endSession(this.world, session);
      }
    }
    this.world.collection(collections.instances).delete(id);
  }

  private admitUser(fleet: Item, now: number): void {
    const arn = textOf(fleet, "Arn");
    const stacks = associationsOf(this.world, "fleetArn", arn);
    const due = this.nextUser.get(arn);
    if (stacks.length === 0 || (due !== undefined && now < due)) {
      return;
    }
    if (due !== undefined || this.instancesOf(arn).every(([, instance]) => instance["sessionId"] === undefined)) {
      const stack = stacks[Math.floor(this.world.random() * stacks.length)];
      const user = users[Math.floor(this.world.random() * users.length)] ?? "user";
      this.startSession(fleet, textOf(stack ?? {}, "stackArn"), user, undefined);
    }
    this.nextUser.set(arn, now + 10_000 + Math.floor(this.world.random() * 20_000));
  }

  private startSession(fleet: Item, stackArn: string, userId: string, token: Item | undefined): Item | undefined {
    const free = this.instancesOf(textOf(fleet, "Arn")).find(([, instance]) => instance["sessionId"] === undefined);
    if (free === undefined) {
      return undefined;
    }
    const [instanceId, instance] = free;
    const now = this.world.now();
    const id = this.world.uuid();
    const session: Item = {
      id,
      region: regionOfArn(stackArn),
      fleetArn: fleet["Arn"],
      stackArn,
      fleetName: fleet["Name"],
      stackName: nameOfArn(stackArn),
      userId,
      context: token?.["context"],
      simulated: token === undefined,
      state: "PENDING",
      connectionState: "NOT_CONNECTED",
      authenticationType: "API",
      startedAt: now,
      readyAt: now + (fleet["FleetType"] === "ALWAYS_ON" ? 0 : this.world.duration("sessionReady")),
      leavesAt: now + 60_000 + Math.floor(this.world.random() * 120_000),
      expiresAt: now + Number(fleet["MaxUserDurationInSeconds"] ?? 57_600) * 1000,
      instanceId,
      privateIp: instance["privateIp"],
      eniId: instance["eniId"],
    };
    instance["sessionId"] = id;
    this.world.collection(collections.sessions).set(id, session);
    this.world.save();
    return session;
  }

  private advanceSessions(now: number): void {
    for (const [id, session] of this.world.collection(collections.sessions)) {
      if (session["state"] === "PENDING" && now >= Number(session["readyAt"])) {
        session["state"] = "ACTIVE";
        session["connectionState"] = "CONNECTED";
        this.world.save();
      } else if (session["state"] === "ACTIVE" && now >= Math.min(Number(session["leavesAt"]), Number(session["expiresAt"]))) {
        endSession(this.world, session);
      } else if (session["state"] === "EXPIRED" && now > Number(session["endedAt"]) + 120_000) {
        this.world.collection(collections.sessions).delete(id);
        this.world.save();
      }
    }
    this.dropOrphans();
  }

  /** Instances whose fleet is gone. */
  private dropOrphans(): void {
    for (const [id, instance] of this.world.collection(collections.instances)) {
      if (!this.world.collection(collections.fleets).has(textOf(instance, "fleetArn"))) {
        this.removeInstance(id);
      }
    }
  }
}
