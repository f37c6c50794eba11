import { toArn } from "../arns";
import type { Call, Input, Output, Service } from "../service";
import { ServiceError } from "../service";
import { rollFault } from "../faults";
import { textOr } from "../search/json";
import type { World } from "../world";
import { StreamDelivery } from "./firehose/delivery";
import { describeStream, destinationId } from "./firehose/description";
import { mergeUpdate, toDestination } from "./firehose/destinations";
import { parseBatch, parseRecord } from "./firehose/records";
import { checkRoles } from "./firehose/roles";
import type { StoredRecord } from "./firehose/spool";
import { findStream, getStream, listStreams, putStream, removeStream, streamKey, type StreamItem, type Tag } from "./firehose/streams";
import { invalidArgument, streamName, Violations } from "./firehose/validation";

/** Amazon Data Firehose: delivery streams that buffer records and deliver them. */
export function createFirehose(world: World): Service {
  return new Firehose(world);
}

/** Of a record accepted at the given time: 56 digits, later ones larger, also those of a sandbox started again. */
const sequenceAt = (now: number): bigint =>
  49_577_193_928_114_147_339_600_778_471_082_492_393_000_000_000_000_000_000n + BigInt(now) * 1_000_000n;

class Firehose implements Service {
  readonly name = "firehose";
  readonly operations: Service["operations"] = {
    CreateDeliveryStream: (input, call) => this.create(input, call),
    DescribeDeliveryStream: (input, call) => ({ DeliveryStreamDescription: describeStream(this.stream(input, call)) }),
    ListDeliveryStreams: (input, call) => this.list(input, call),
    DeleteDeliveryStream: (input, call) => this.delete(input, call),
    UpdateDestination: (input, call) => this.update(input, call),
    TagDeliveryStream: (input, call) => this.tag(input, call),
    UntagDeliveryStream: (input, call) => this.untag(input, call),
    ListTagsForDeliveryStream: (input, call) => this.listTags(input, call),
    StartDeliveryStreamEncryption: (input, call) => this.encrypt(input, call, true),
    StopDeliveryStreamEncryption: (input, call) => this.encrypt(input, call, false),
    PutRecord: (input, call) => this.putRecord(input, call),
    PutRecordBatch: (input, call) => this.putBatch(input, call),
  };
  private readonly world: World;
  private readonly deliveries = new Map<string, StreamDelivery>();

  constructor(world: World) {
    this.world = world;
    world.onReset(() => this.stop());
  }

  /** Streams with undelivered records go on where they stopped. */
  start(world: World): void {
    for (const stream of listStreams(world)) {
      this.delivery(stream);
    }
    world.on("firehose.active", (task) => this.change(task.data, "CREATING", (stream) => (stream.status = "ACTIVE")));
    world.on("firehose.deleted", (task) => {
      const { region, name } = task.data as { region: string; name: string };
      void this.deliveries.get(streamKey(region, name))?.stop();
      this.deliveries.delete(streamKey(region, name));
      removeStream(world, region, name);
    });
    world.on("firehose.encryption", (task) =>
      this.change(task.data, "ACTIVE", (stream) => {
        stream.encryption = stream.encryption.Status === "ENABLING" ? { ...stream.encryption, Status: "ENABLED" } : { Status: "DISABLED" };
      }),
    );
  }

  stop(): void {
    for (const delivery of this.deliveries.values()) {
      void delivery.stop();
    }
    this.deliveries.clear();
  }

  private delivery(stream: StreamItem): StreamDelivery {
    const key = streamKey(stream.region, stream.name);
    let found = this.deliveries.get(key);
    if (found === undefined) {
      found = new StreamDelivery(this.world, stream);
      this.deliveries.set(key, found);
    }
    return found;
  }

  private change(data: Readonly<Record<string, unknown>>, status: StreamItem["status"], apply: (stream: StreamItem) => void): void {
    const { region, name } = data as { region: string; name: string };
    const stream = findStream(this.world, region, name);
    if (stream?.status === status) {
      apply(stream);
      this.world.save();
    }
  }

  private stream(input: Input, call: Call): StreamItem {
    return getStream(this.world, call.region, streamName(input));
  }

  private later(kind: string, stream: StreamItem, delayMs: number): void {
    this.world.schedule(kind, streamKey(stream.region, stream.name), delayMs, { region: stream.region, name: stream.name });
  }

  private create(input: Input, call: Call): Output {
    const name = streamName(input);
    if (findStream(this.world, call.region, name) !== undefined) {
      throw new ServiceError("ResourceInUseException", `Firehose ${name} under accountId ${this.world.account} already exists`);
    }
    const type = textOr(input["DeliveryStreamType"], "DirectPut");
    const destination = toDestination(input);
    checkRoles(this.world, destination);
    const stream: StreamItem = {
      name,
      region: call.region,
      arn: toArn("firehose", call.region, this.world.account, `deliverystream/${name}`),
      status: "CREATING",
      type,
      version: 1,
      created: this.world.now(),
      destination: { ...destination },
      tags: checkTags(input["Tags"] ?? []),
      encryption: { Status: "DISABLED" },
    };
    putStream(this.world, stream);
    this.later("firehose.active", stream, this.world.duration("streamActive"));
    return { DeliveryStreamARN: stream.arn };
  }

  private list(input: Input, call: Call): Output {
    const type = input["DeliveryStreamType"];
    const after = input["ExclusiveStartDeliveryStreamName"];
    const violations = new Violations();
    violations.number(input["Limit"], "limit", 1, 10_000);
    violations.throwIfAny();
    const limit = Number(input["Limit"] ?? 10);
    const names = listStreams(this.world)
      .filter((stream) => stream.region === call.region && (type === undefined || stream.type === type))
      .map((stream) => stream.name)
      .sort()
      .filter((name) => typeof after !== "string" || name > after);
    return { DeliveryStreamNames: names.slice(0, limit), HasMoreDeliveryStreams: names.length > limit };
  }

  private delete(input: Input, call: Call): Output {
    const stream = this.stream(input, call);
    if (stream.status === "CREATING") {
      throw new ServiceError("ResourceInUseException", `Firehose ${stream.name} is not in ACTIVE status and cannot be deleted.`);
    }
    if (stream.status !== "DELETING") {
      stream.status = "DELETING";
      this.later("firehose.deleted", stream, this.world.duration("streamDeleted"));
    }
    return {};
  }

  private update(input: Input, call: Call): Output {
    const stream = this.stream(input, call);
    if (stream.status !== "ACTIVE") {
      throw new ServiceError("ResourceInUseException", `Firehose ${stream.name} is not in ACTIVE status`);
    }
    if (input["CurrentDeliveryStreamVersionId"] !== String(stream.version)) {
      throw new ServiceError(
        "ConcurrentModificationException",
        `Cannot update firehose: ${stream.name} since the current version id: ${stream.version} and specified version id: ${String(input["CurrentDeliveryStreamVersionId"])} do not match`,
      );
    }
    if (input["DestinationId"] !== destinationId) {
      throw invalidArgument(`Destination Id ${String(input["DestinationId"])} not found`);
    }
    const merged = mergeUpdate(stream.destination, input);
    checkRoles(this.world, merged);
    stream.previous = stream.destination;
    stream.changesAt = this.world.now() + this.world.duration("streamUpdated");
    stream.destination = { ...merged };
    stream.version += 1;
    stream.updated = this.world.now();
    this.world.save();
    return {};
  }

  private tag(input: Input, call: Call): Output {
    const stream = this.stream(input, call);
    const added = checkTags(input["Tags"]);
    const kept = stream.tags.filter((tag) => !added.some((other) => other.Key === tag.Key));
    if (kept.length + added.length > 50) {
      throw new ServiceError("LimitExceededException", `A delivery stream can have up to 50 tags`);
    }
    stream.tags = [...kept, ...added];
    this.world.save();
    return {};
  }

  private untag(input: Input, call: Call): Output {
    const stream = this.stream(input, call);
    const keys = Array.isArray(input["TagKeys"]) ? input["TagKeys"] : [];
    stream.tags = stream.tags.filter((tag) => !keys.includes(tag.Key));
    this.world.save();
    return {};
  }

  private listTags(input: Input, call: Call): Output {
    const stream = this.stream(input, call);
    const after = input["ExclusiveStartTagKey"];
    const limit = Number(input["Limit"] ?? 50);
    const tags = stream.tags.toSorted((a, b) => (a.Key < b.Key ? -1 : 1)).filter((tag) => typeof after !== "string" || tag.Key > after);
    return { Tags: tags.slice(0, limit), HasMoreTags: tags.length > limit };
  }

  private encrypt(input: Input, call: Call, enable: boolean): Output {
    const stream = this.stream(input, call);
    if (stream.status !== "ACTIVE" || stream.encryption.Status.endsWith("ING")) {
      throw new ServiceError("ResourceInUseException", `Firehose ${stream.name} is not in ACTIVE status`);
    }
    const wanted = input["DeliveryStreamEncryptionConfigurationInput"];
    const { KeyType = "AWS_OWNED_CMK", KeyARN } = (typeof wanted === "object" && wanted !== null ? wanted : {}) as {
      KeyType?: string;
      KeyARN?: string;
    };
    stream.encryption = enable
      ? { Status: "ENABLING", KeyType, ...(KeyARN === undefined ? {} : { KeyARN }) }
      : { ...stream.encryption, Status: "DISABLING" };
    this.later("firehose.encryption", stream, this.world.duration("streamActive"));
    return {};
  }

  private putRecord(input: Input, call: Call): Output {
    streamName(input);
    const data = parseRecord(input);
    const stream = this.receiver(input, call);
    const record = this.accept(data);
    this.delivery(stream).add([record]);
    return { RecordId: this.recordId(), Encrypted: stream.encryption.Status === "ENABLED" };
  }

  private putBatch(input: Input, call: Call): Output {
    streamName(input);
    const records = parseBatch(input);
    const stream = this.receiver(input, call);
    const refused = records.map(() => rollFault(this.world, "putRecordBatchPartial"));
    this.delivery(stream).add(records.filter((_data, at) => refused[at] !== true).map((data) => this.accept(data)));
    return {
      FailedPutCount: refused.filter((entry) => entry).length,
      Encrypted: stream.encryption.Status === "ENABLED",
      RequestResponses: refused.map((entry) =>
        entry ? { ErrorCode: "ServiceUnavailableException", ErrorMessage: "Slow down." } : { RecordId: this.recordId() },
      ),
    };
  }

  /** Ids look like those of Firehose: 56 digits that grow. */
  private accept(data: Uint8Array): StoredRecord {
    const sequences = this.world.collection("firehose.sequence");
    const last = BigInt(textOr(sequences.get("last")?.["value"], "0"));
    const least = sequenceAt(this.world.now());
    const value = String((last < least ? least : last) + 1n + BigInt(Math.floor(this.world.random() * 1_000)));
    sequences.set("last", { value });
    return { id: value, at: this.world.now(), data: Buffer.from(data).toString("base64") };
  }

  private receiver(input: Input, call: Call): StreamItem {
    const stream = this.stream(input, call);
    if (stream.status !== "ACTIVE") {
      throw new ServiceError("ResourceNotFoundException", `Firehose ${stream.name} under account ${this.world.account} not found.`);
    }
    if (stream.type !== "DirectPut") {
      throw new ServiceError("InvalidSourceException", `This operation is not permitted on ${stream.type} delivery stream type.`);
    }
    return stream;
  }

  private recordId(): string {
    return Buffer.from(this.world.randomHex(320), "hex").toString("base64");
  }
}

function checkTags(given: unknown): Tag[] {
  const violations = new Violations();
  if (!Array.isArray(given)) {
    violations.add(undefined, "tags", "Member must not be null");
    violations.throwIfAny();
    return [];
  }
  if (given.length > 50) {
    violations.add("[com.amazonaws.services.firehose.model.Tag]", "tags", "Member must have length less than or equal to 50");
  }
  const tags = given.map((tag: unknown, at) => {
    const { Key, Value } = (typeof tag === "object" && tag !== null ? tag : {}) as { Key?: unknown; Value?: unknown };
    violations.text(Key, `tags.${at + 1}.member.key`, { max: 128 });
    return { Key: String(Key), ...(typeof Value === "string" ? { Value } : {}) };
  });
  violations.throwIfAny();
  return tags;
}
