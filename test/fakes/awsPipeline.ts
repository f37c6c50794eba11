import type {
  Aws,
  ChangeSet,
  Image,
  ImageBuilder,
  Quota,
  ResourceDrift,
  SearchAnswer,
  SearchRequest,
  Session,
  StackEvent,
  StackSummary,
  Tags,
} from "../../src/core/aws/ports";
import { abortError, throwIfAborted, type Clock } from "../../src/core/clock";
import { AppError } from "../../src/core/errors";
import type { Template } from "../../src/core/pipeline/template";

/** A clock that jumps to the end of every delay. */
export class JumpingClock implements Clock {
  private time = Date.UTC(2026, 0, 1);
  private sleepers: { at: number; wake: () => void }[] = [];

  now(): number {
    return this.time;
  }

  async delay(ms: number, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const at = this.time + ms;
    await new Promise<void>((resolve) => {
      this.sleepers.push({ at, wake: resolve });
      setImmediate(() => {
        this.wakeNext();
      });
    });
    throwIfAborted(signal);
  }

  private wakeNext(): void {
    const next = this.sleepers.sort((a, b) => a.at - b.at).shift();
    if (next !== undefined) {
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
  }
}

interface FakeStack {
  id: string;
  name: string;
  status: string;
  tags: Tags;
  template: string;
  parameters: Readonly<Record<string, string>>;
  events: StackEvent[];
  /** What happens later: at which time, to which resource. */
  plan: { at: number; logicalId: string; type: string; status: string; reason?: string }[];
  terminationProtection?: boolean;
}

/** An account in memory: CloudFormation with events, image builder, image, bucket, stream and a domain's data plane. */
export class FakeAccount {
  readonly clock = new JumpingClock();
  readonly stacks = new Map<string, FakeStack>();
  readonly changeSets = new Map<
    string,
    ChangeSet & { type: string; template: string; parameters: Readonly<Record<string, string>>; isReverting: boolean }
  >();
  readonly builders = new Map<string, ImageBuilder>();
  readonly images = new Map<string, Image>();
  /** By image: the accounts that may use it. */
  readonly shares = new Map<string, readonly string[]>();
  /** By id: when it ends; undefined while it is active. */
  readonly sessions = new Map<string, number | undefined>();
  readonly tags = new Map<string, Tags>();
  readonly objects = new Map<string, string>();
  readonly records: string[] = [];
  readonly requests: SearchRequest[] = [];
  /** Names of the calls that change something, in order. */
  readonly mutations: string[] = [];
  /** The process is killed right after this many of them. */
  killAfter = Infinity;
  /** Logical id of a resource whose creation fails. */
  failing: string | undefined;
  /** Told of every call that changes something. */
  onMutation: (name: string) => void = () => undefined;
  /** State in which change sets stay; absent: they are ready at once. */
  changeSetStatus: string | undefined;
  fleetState = "RUNNING";
  bucket: string | undefined;
  /** What the account has already. */
  streamNames: readonly string[] = [];
  domainNames: readonly string[] = [];
  quotas: Quota[] = ["fleets", "image builders"].map((what) => ({
    name: `Standard medium streaming instances for ${what}`,
    code: "L-1",
    value: 50,
  }));
  versions = ["OpenSearch_2.19", "Elasticsearch_7.1"];
  prices: Aws["prices"]["list"] = () => Promise.resolve([]);
  instanceTypes = ["t3.medium.search"].map((name) => ({ name, encryptionAtRest: true, fineGrainedAccess: true }));
  /** What somebody has changed by hand in the ingest stack. */
  drifts: ResourceDrift[] = [];
  private count = 0;
  private timers: { at: number; run: () => void }[] = [];

  readonly aws: Aws;

  constructor() {
    this.aws = this.build();
  }

  private mutate(name: string): void {
    this.mutations.push(name);
    this.onMutation(name);
    if (this.mutations.length >= this.killAfter) {
      this.killAfter = Infinity;
      throw abortError();
    }
  }

  private later(ms: number, run: () => void): void {
    this.timers.push({ at: this.clock.now() + ms, run });
  }

  private tick(): void {
    const now = this.clock.now();
    const due = this.timers.filter((one) => one.at <= now);
    this.timers = this.timers.filter((one) => one.at > now);
    due.forEach((one) => {
      one.run();
    });
    for (const stack of this.stacks.values()) {
      while (stack.plan[0] !== undefined && stack.plan[0].at <= now) {
        const step = stack.plan.shift();
        if (step !== undefined) {
          this.event(stack, step.logicalId, step.type, step.status, step.reason);
        }
      }
    }
  }

  private event(stack: FakeStack, logicalId: string, resourceType: string, status: string, reason?: string): void {
    const isBucket = resourceType === "AWS::S3::Bucket" && status === "CREATE_COMPLETE";
    this.bucket = isBucket ? `${stack.name}-bucket-x1` : this.bucket;
    const physical = isBucket && this.bucket !== undefined ? { physicalId: this.bucket } : {};
    const base = {
      ...physical,
      id: `event-${++this.count}`,
      stackId: stack.id,
      logicalId,
      resourceType,
      status,
      time: new Date(this.clock.now()),
    };
    stack.events.unshift({ ...base, ...(reason === undefined ? {} : { reason }) });
    if (resourceType === "AWS::CloudFormation::Stack") {
      stack.status = status;
      if (status === "DELETE_COMPLETE") {
        this.stacks.delete(stack.id);
      }
    }
  }

  private find(nameOrId: string): FakeStack | undefined {
    this.tick();
    return this.stacks.get(nameOrId) ?? [...this.stacks.values()].find((one) => one.name === nameOrId);
  }

  private summary(stack: FakeStack): StackSummary {
    const outputs: Record<string, string> = {};
    if (stack.name.endsWith("-ingest") && /^(CREATE|UPDATE)_COMPLETE$/.test(stack.status)) {
      outputs["MachineRoleArn"] = "arn:aws:iam::123456789012:role/machine";
      outputs["BucketName"] = this.bucket ?? "";
    }
    if (stack.name.endsWith("-streaming")) {
      outputs["FleetName"] = "fleet";
      outputs["StackName"] = "stack";
    }
    const { id, name, status, tags, parameters, terminationProtection = false } = stack;
    return { id, name, status, tags, parameters, outputs, terminationProtection };
  }

  private schedule(stack: FakeStack, verb: "CREATE" | "UPDATE" | "DELETE", template: string): void {
    const type = "AWS::CloudFormation::Stack";
    this.event(stack, stack.name, type, `${verb}_IN_PROGRESS`, "User Initiated");
    const now = this.clock.now();
    const resources = Object.entries((JSON.parse(template) as Template).Resources);
    const steps = resources.map(([logicalId, one], at) => {
      const slow = one.Type === "AWS::OpenSearchService::Domain" ? 600_000 : 5_000 * (at + 1);
      return { at: now + slow, logicalId, type: one.Type, status: `${verb}_COMPLETE` };
    });
    const failed = verb === "CREATE" ? steps.find((one) => one.logicalId === this.failing) : undefined;
    const plan: FakeStack["plan"] = failed === undefined ? steps : steps.filter((one) => one.at < failed.at);
    plan.sort((a, b) => a.at - b.at);
    const end = (plan.at(-1)?.at ?? now) + 1_000;
    if (failed !== undefined) {
      plan.push({
        ...failed,
        at: end,
        status: "CREATE_FAILED",
        reason: 'Resource handler returned message: "X already exists" (HandlerErrorCode: AlreadyExists)',
      });
      plan.push({ at: end, logicalId: "Other", type: "AWS::IAM::Role", status: "CREATE_FAILED", reason: "Resource creation cancelled" });
      plan.push({ at: end, logicalId: stack.name, type, status: "ROLLBACK_IN_PROGRESS" });
      plan.push({ at: end + 1_000, logicalId: stack.name, type, status: "ROLLBACK_COMPLETE" });
    } else {
      plan.push({ at: end, logicalId: stack.name, type, status: `${verb}_COMPLETE` });
    }
    stack.plan = plan;
  }

  private build(): Aws {
    const unused = (): never => {
      throw new Error("not expected in this test");
    };
    return {
      identity: { getCallerIdentity: () => Promise.resolve({ account: "123456789012", arn: "arn:aws:iam::123456789012:user/deployer" }) },
      iam: {
        findRole: (name) =>
          Promise.resolve(
            name === "AmazonAppStreamServiceAccess" || this.hasMachineRole()
              ? { name, arn: `arn:aws:iam::123456789012:role/${name}`, trustPolicy: "{}", tags: {} }
              : undefined,
          ),
        inlinePolicies: unused,
        simulate: ({ actions }) => Promise.resolve(Object.fromEntries(actions.map((one) => [one, "allowed"]))),
      },
      quotas: { list: () => Promise.resolve(this.quotas) },
      prices: { list: (asked) => this.prices(asked) },
      network: { subnets: unused, securityGroups: unused, routeTables: unused },
      logGroups: { find: () => Promise.resolve(undefined), listEvents: unused, delete: unused },
      streams: {
        list: () => Promise.resolve({ items: this.streamNames }),
        get: (name) =>
          this.isIngestThere()
            ? Promise.resolve({
                ...{ name, arn: "arn", status: "ACTIVE", sourceType: "DirectPut" },
                destination: {
                  kind: "opensearch",
                  domainArn: "arn:aws:es:us-east-1:123456789012:domain/demo",
                  indexName: "demo",
                  indexRotation: "OneDay",
                  bufferSeconds: 60,
                  bufferMegabytes: 5,
                  retrySeconds: 3600,
                  logging: { enabled: true },
                },
              })
            : Promise.reject(new AppError("notFound", "no stream")),
        tags: unused,
        updateDestination: unused,
        putRecord: (_name, data) => {
          this.records.push(data);
          return Promise.resolve("record");
        },
      },
      domains: {
        list: () => Promise.resolve(this.domainNames.map((name) => ({ name }))),
        describe: unused,
        listVersions: () => Promise.resolve(this.versions),
        listInstanceTypes: () => Promise.resolve(this.instanceTypes),
        instanceLimits: () => Promise.resolve({ maxCount: 10, volumes: [{ type: "gp3", minGb: 10, maxGb: 200 }] }),
        tags: unused,
        get: (name) =>
          this.isIngestThere()
            ? Promise.resolve({
                ...{ name, arn: "arn", endpoint: "search.example", engineVersion: "OpenSearch_2.19", status: "Active", processing: false },
                ...{ inVpc: false, encryptionAtRest: true, enforceHttps: true, fineGrainedAccess: false },
              })
            : Promise.reject(new AppError("notFound", "no domain")),
      },
      search: () => ({ send: (request) => Promise.resolve(this.search(request)) }),
      buckets: {
        find: unused,
        findTagged: () => Promise.resolve(this.bucket === undefined ? [] : [this.bucket]),
        empty: () => {
          this.objects.clear();
          return Promise.resolve(1);
        },
        listKeys: unused,
        getText: (bucket, key) => Promise.resolve(this.objects.get(`${bucket}/${key}`) ?? ""),
        putText: (bucket, key, text) => {
          this.objects.set(`${bucket}/${key}`, text);
          this.mutate("putText");
          return Promise.resolve();
        },
        presign: (bucket, key) => Promise.resolve(`https://s3.example/${bucket}/${key}?signature`),
        delete: () => {
          this.bucket = undefined;
          return Promise.resolve();
        },
      },
      appstream: this.appstream(unused),
      cloudformation: this.cloudformation(unused),
    };
  }

  private isIngestThere(): boolean {
    return /^(CREATE|UPDATE)_COMPLETE$/.test(this.find("demo-ingest")?.status ?? "");
  }

  private hasMachineRole(): boolean {
    const ingest = this.find("demo-ingest");
    return ingest?.status !== "ROLLBACK_COMPLETE" && ingest?.events.some((one) => one.logicalId === "MachineRole") === true;
  }

  private search(request: SearchRequest): SearchAnswer {
    this.requests.push(request);
    const hits = this.records.length > 0 ? [{ _index: "demo-2026-01-01", _id: "1" }] : [];
    return { status: 200, headers: {}, body: JSON.stringify({ hits: { hits } }) };
  }

  private appstream(unused: () => never): Aws["appstream"] {
    const page = <T>(items: readonly T[]): Promise<{ items: readonly T[] }> => {
      this.tick();
      return Promise.resolve({ items });
    };
    const named = <T extends { name: string }>(map: ReadonlyMap<string, T>, names?: readonly string[]): readonly T[] =>
      [...map.values()].filter((one) => names?.includes(one.name) ?? true);
    const set = (name: string, state: string): void => {
      const builder = this.builders.get(name);
      if (builder !== undefined) {
        this.builders.set(name, { ...builder, state });
      }
    };
    return {
      listFleets: () =>
        page(!/^(CREATE|UPDATE)_/.test(this.find("demo-streaming")?.status ?? "") ? [] : [{ ...fleetBase, state: this.fleetState }]),
      listStacks: () => page([]),
      listImages: async ({ names, type }) => {
        this.tick();
        if (type === "PUBLIC") {
          return page(
            ["10-01-2026", "05-01-2025"].map((date, at) => ({
              name: `AppStream-WinServer2022-${date}`,
              arn: `base${at}`,
              state: "AVAILABLE",
              created: new Date(2026 - at, 0),
            })),
          );
        }
        return page(named(this.images, names));
      },
      listImageBuilders: ({ names }) => {
        this.tick();
        return page(named(this.builders, names));
      },
      listSessions: () => page(this.sessionsNow().map((id) => ({ id, state: "ACTIVE" }) as Session)),
      listAssociatedStacks: () => Promise.resolve(["demo-stack"]),
      listAssociatedFleets: unused,
      tags: (arn) => Promise.resolve(this.tags.get(arn) ?? {}),
      tagResource: (arn, tags) => {
        this.tags.set(arn, { ...this.tags.get(arn), ...tags });
        this.mutate("tagResource");
        return Promise.resolve();
      },
      untagResource: (arn, keys) => {
        this.tags.set(arn, Object.fromEntries(Object.entries(this.tags.get(arn) ?? {}).filter(([key]) => !keys.includes(key))));
        this.mutate("untagResource");
        return Promise.resolve();
      },
      startFleet: () => {
        this.fleetState = "RUNNING";
        this.mutate("startFleet");
        return Promise.resolve();
      },
      stopFleet: () => {
        this.fleetState = "STOPPED";
        this.mutate("stopFleet");
        return Promise.resolve();
      },
      updateFleetImage: unused,
      createImageBuilder: (input) => {
        const builder = { name: input.name, arn: `builder/${input.name}`, state: "PENDING", errors: [], imageArn: input.imageName };
        this.builders.set(input.name, builder);
        this.tags.set(builder.arn, input.tags);
        this.later(300_000, () => {
          set(input.name, "RUNNING");
        });
        this.mutate("createImageBuilder");
        return Promise.resolve(builder);
      },
      startImageBuilder: (name) => {
        set(name, "RUNNING");
        return Promise.resolve();
      },
      stopImageBuilder: (name) => {
        set(name, "STOPPED");
        this.mutate("stopImageBuilder");
        return Promise.resolve();
      },
      deleteImageBuilder: (name) => {
        this.builders.delete(name);
        return Promise.resolve();
      },
      listImageShares: ({ image }) => page(this.shares.get(image) ?? []),
      deleteImageShare: (image, other) => {
        this.shares.set(
          image,
          (this.shares.get(image) ?? []).filter((one) => one !== other),
        );
        return Promise.resolve();
      },
      deleteImage: (name) => {
        if ((this.shares.get(name) ?? []).length > 0) {
          return Promise.reject(new AppError("conflict", "The image is shared.", { code: "OperationNotPermittedException" }));
        }
        this.images.delete(name);
        return Promise.resolve();
      },
      createImageBuilderStreamingUrl: (name) => {
        this.later(60_000, () => {
          this.paste(name);
        });
        this.mutate("createImageBuilderStreamingUrl");
        return Promise.resolve("https://appstream.example/visit");
      },
      createStreamingUrl: () => Promise.resolve("https://appstream.example/session"),
      expireSession: (id) => {
        this.sessions.set(id, this.clock.now() + 20_000);
        return Promise.resolve();
      },
    };
  }

  private sessionsNow(): readonly string[] {
    this.tick();
    return [...this.sessions].filter(([, ends]) => ends === undefined || ends > this.clock.now()).map(([id]) => id);
  }

  /** The person pastes the line: the image appears with the builder's tags and becomes available. */
  private paste(builderName: string): void {
    const name = builderName.replace("-builder", "-image");
    if (this.images.has(name)) {
      return;
    }
    const image = { name, arn: `image/${name}`, state: "PENDING" };
    this.images.set(name, image);
    this.tags.set(image.arn, this.tags.get(`builder/${builderName}`) ?? {});
    this.later(900_000, () => {
      this.images.set(name, { ...image, state: "AVAILABLE" });
    });
  }

  private cloudformation(unused: () => never): Aws["cloudformation"] {
    return {
      createChangeSet: (input) => {
        const { type, parameters, revertsDrift = false } = input;
        const template = input.template ?? this.find(input.stackName)?.template ?? unused();
        let stack = this.find(input.stackName);
        if (stack === undefined) {
          stack = {
            id: `id-${++this.count}`,
            name: input.stackName,
            status: "REVIEW_IN_PROGRESS",
            tags: input.tags,
            template: "",
            parameters: {},
            events: [],
            plan: [],
          };
          this.stacks.set(stack.id, stack);
        }
        const isReverting = revertsDrift && stack.name.endsWith("-ingest") && this.drifts.length > 0;
        const same = !isReverting && stack.template === template && JSON.stringify(stack.parameters) === JSON.stringify(parameters);
        const id = `set-${++this.count}`;
        const changes = Object.entries((JSON.parse(template) as Template).Resources).map(([logicalId, one]) => ({
          ...{ action: type === "CREATE" ? "Add" : "Modify", logicalId, resourceType: one.Type, scope: [] },
          details: type === "CREATE" ? [] : [{ attribute: "Properties", name: "InstanceType" }],
        }));
        const state = same
          ? {
              status: "FAILED",
              statusReason: "The submitted information didn't contain changes. Submit different information to create a change set.",
            }
          : { status: "CREATE_COMPLETE", executionStatus: "AVAILABLE" };
        const drifted = changes.filter((one) => !isReverting || this.drifts.some(({ logicalId }) => logicalId === one.logicalId));
        const known = { id, name: input.changeSetName, stackId: stack.id, changes: drifted };
        this.changeSets.set(id, { ...known, type, template, parameters, isReverting, ...state });
        this.mutate("createChangeSet");
        return Promise.resolve({ changeSetId: id, stackId: stack.id });
      },
      getChangeSet: (id) => {
        const found = this.changeSets.get(id);
        return found === undefined
          ? Promise.reject(new AppError("notFound", "no change set"))
          : Promise.resolve({ ...found, status: this.changeSetStatus ?? found.status });
      },
      listChangeSets: (stackId) =>
        Promise.resolve([...this.changeSets.values()].filter((one) => one.stackId === stackId).map((one) => one.name)),
      executeChangeSet: (id, stackId) => {
        const set = this.changeSets.get(id);
        const stack = this.find(stackId);
        if (set !== undefined && stack !== undefined) {
          stack.template = set.template;
          stack.parameters = set.parameters;
          this.drifts = set.isReverting ? [] : this.drifts;
          this.changeSets.clear();
          this.schedule(stack, set.type === "CREATE" ? "CREATE" : "UPDATE", set.template);
        }
        this.mutate("executeChangeSet");
        return Promise.resolve();
      },
      deleteChangeSet: (id) => {
        this.changeSets.delete(id);
        return Promise.resolve();
      },
      findStack: (nameOrId) => {
        const stack = this.find(nameOrId);
        return Promise.resolve(stack === undefined ? undefined : this.summary(stack));
      },
      listStacks: unused,
      listEvents: (stackId) => Promise.resolve({ items: [...(this.find(stackId)?.events ?? [])] }),
      listResources: (stackId) => {
        const stack = this.find(stackId);
        const resources = stack === undefined || stack.template === "" ? {} : (JSON.parse(stack.template) as Template).Resources;
        return Promise.resolve(
          Object.entries(resources).map(([logicalId, one]) => ({ logicalId, resourceType: one.Type, status: "CREATE_COMPLETE" })),
        );
      },
      deleteStack: (stackId) => {
        const stack = this.find(stackId);
        if (stack?.terminationProtection === true) {
          return Promise.reject(new AppError("conflict", "The stack is protected against deletion."));
        }
        if (stack?.status === "REVIEW_IN_PROGRESS") {
          this.stacks.delete(stack.id);
        } else if (stack !== undefined) {
          this.schedule(stack, "DELETE", stack.template);
        }
        this.mutate("deleteStack");
        return Promise.resolve();
      },
      cancelUpdate: unused,
      continueRollback: unused,
      setTerminationProtection: (stackId, on) => {
        const stack = this.find(stackId);
        if (stack !== undefined) {
          stack.terminationProtection = on;
        }
        this.mutate("setTerminationProtection");
        return Promise.resolve();
      },
      getTemplate: (stackId) => Promise.resolve(this.find(stackId)?.template ?? ""),
      detectDrift: (stackId) => Promise.resolve(stackId),
      getDriftStatus: () => Promise.resolve({ status: "DETECTION_COMPLETE" }),
      listDrifts: (stackId) => Promise.resolve(this.find(stackId)?.name.endsWith("-ingest") === true ? this.drifts : []),
    };
  }
}

const fleetBase = { name: "demo-fleet", arn: "fleet", fleetType: "ON_DEMAND", instanceType: "stream.standard.medium", errors: [] };
