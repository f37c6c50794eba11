import { join } from "node:path";
import { systemClock, type Clock } from "../../../core/clock";
import { isAbort } from "../../../core/errors";
import { textOr } from "../../search/json";
import type { World } from "../../world";
import { DeliveryBuffer, type BufferHints } from "./buffer";
import { deliverBulk, type FailedDocument } from "./bulkDelivery";
import { asObject, searchKinds, type Destination } from "./destinations";
import { logTarget, putS3Object, S3Refusal } from "./s3Delivery";
import type { Batch, StoredRecord } from "./spool";
import type { StreamItem } from "./streams";
import { RoleTransport } from "./transport";

type Json = Record<string, unknown>;

/** Everything that happens to the records of one stream after they were accepted. */
export class StreamDelivery {
  private readonly world: World;
  private readonly stream: StreamItem;
  private readonly clock: Clock;
  private readonly main: DeliveryBuffer;
  private readonly backup: DeliveryBuffer | undefined;

  constructor(world: World, stream: StreamItem, clock: Clock = systemClock) {
    this.world = world;
    this.stream = stream;
    this.clock = clock;
    this.main = this.buffer(
      "main",
      () => this.destination().description,
      (batch, signal) => this.deliver(batch, signal),
    );
    this.backup = needsBackup(stream.destination)
      ? this.buffer(
          "backup",
          () => this.s3(),
          (batch, signal) => this.deliverToS3(batch.records, this.s3(), signal),
        )
      : undefined;
  }

  add(records: readonly StoredRecord[]): void {
    this.main.add(records);
    this.backup?.add(records);
  }

  async stop(): Promise<void> {
    await Promise.all([this.main.stop(), this.backup?.stop()]);
  }

  private buffer(name: string, description: () => Json, deliver: (batch: Batch, signal: AbortSignal) => Promise<void>): DeliveryBuffer {
    const { stateDir, log } = this.world.options;
    return new DeliveryBuffer({
      folder: stateDir === undefined ? undefined : join(stateDir, "firehose", this.stream.region, this.stream.name, name),
      clock: this.clock,
      hints: () => this.hints(description()),
      deliver,
      failed: (thrown) =>
        log(`delivery of ${this.stream.name} failed: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`),
    });
  }

  private hints(description: Json): BufferHints {
    const hints = asObject(description["BufferingHints"]);
    return { bytes: Number(hints["SizeInMBs"] ?? 5) * 1024 * 1024, millis: this.world.interval(Number(hints["IntervalInSeconds"] ?? 300)) };
  }

  /** The destination in effect: an update counts only after a while. */
  private destination(): Destination {
    const { previous, changesAt, destination } = this.stream;
    return previous !== undefined && changesAt !== undefined && this.clock.now() < changesAt ? previous : destination;
  }

  private s3(): Json {
    const { kind, description } = this.destination();
    return kind === "S3" || kind === "ExtendedS3" ? description : asObject(description["S3DestinationDescription"]);
  }

  private async deliver(batch: Batch, signal: AbortSignal): Promise<void> {
    const { kind, description } = this.destination();
    if (searchKinds.includes(kind)) {
      await this.deliverToDomain(batch.records, kind, description, signal);
    } else if (kind === "S3" || kind === "ExtendedS3") {
      await this.deliverToS3(batch.records, description, signal);
    }
    // The other kinds are accepted and their records dropped: no such service is simulated.
  }

  private async deliverToDomain(records: readonly StoredRecord[], kind: string, description: Json, signal: AbortSignal): Promise<void> {
    const transport = this.transport(description);
    const retry = Number(asObject(description["RetryOptions"])["DurationInSeconds"] ?? 300);
    const endpoint = this.endpoint(description);
    const failed = await deliverBulk(
      records,
      {
        index: textOr(description["IndexName"], ""),
        rotation: textOr(description["IndexRotationPeriod"], "OneDay"),
        type: textOr(description["TypeName"], "") === "" ? undefined : textOr(description["TypeName"], ""),
        ownIds: asObject(description["DocumentIdOptions"])["DefaultDocumentIdFormat"] !== "NO_DOCUMENT_ID",
        post: (body, stop) => transport.send("es", "POST", `${endpoint}/_bulk`, body, { "content-type": "application/x-ndjson" }, stop),
        retryMillis: this.world.interval(retry),
        pauseMillis: (attempt) => this.world.interval(Math.min(300, 5 * 2 ** (attempt - 1))),
        clock: this.clock,
      },
      signal,
    );
    if (failed.length > 0) {
      await this.log(description, failed, signal);
      await this.keepTrying(() => this.putFailed(failed, kind, signal), signal);
    }
  }

  private endpoint(description: Json): string {
    const given = description["ClusterEndpoint"];
    if (typeof given === "string" && given.startsWith(`${this.world.endpoint}/`)) {
      return given.replace(/\/+$/, "");
    }
    const name =
      typeof given === "string"
        ? given.replace(/^https?:\/\/[^/]+\/_domain\//, "").replace(/\/+$/, "")
        : textOr(description["DomainARN"], "").replace(/^.*\//, "");
    return `${this.world.endpoint}/_domain/${name}`;
  }

  private async putFailed(failed: readonly FailedDocument[], kind: string, signal: AbortSignal): Promise<void> {
    const s3 = this.s3();
    const lines = failed.map((entry) => JSON.stringify(failedJson(entry)));
    const body = Buffer.from(`${lines.join("\n")}\n`);
    const at = Math.min(...failed.map((entry) => entry.record.at));
    const errorType = kind === "Elasticsearch" ? "elasticsearch-failed" : "AmazonOpenSearchService-failed";
    await putS3Object(this.world, this.stream, s3, { body, at, errorType }, this.transport(s3), signal);
  }

  private async deliverToS3(records: readonly StoredRecord[], s3: Json, signal: AbortSignal): Promise<void> {
    const body = Buffer.concat(records.map((record) => Buffer.from(record.data, "base64")));
    await this.keepTrying(
      () =>
        putS3Object(this.world, this.stream, s3, { body, at: records[0]?.at ?? this.clock.now() }, this.transport(s3), signal).then(
          () => undefined,
        ),
      signal,
    );
  }

  /** Until S3 takes it or the records are 24 hours old: meanwhile the stream delivers nothing. */
  private async keepTrying(put: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const deadline = this.clock.now() + this.world.interval(24 * 3600);
    for (;;) {
      try {
        await put();
        return;
      } catch (thrown) {
        if (isAbort(thrown) || this.clock.now() >= deadline) {
          throw thrown;
        }
        const s3 = this.s3();
        const code = thrown instanceof S3Refusal ? thrown.code : "InternalError";
        await this.writeLog(s3, s3, [{ code, message: thrown instanceof Error ? thrown.message : String(thrown) }], signal);
        await this.clock.delay(this.world.interval(60), signal);
      }
    }
  }

  private async log(description: Json, failed: readonly FailedDocument[], signal: AbortSignal): Promise<void> {
    const distinct = new Map(failed.map((entry) => [`${entry.code} ${entry.message}`, { code: entry.code, message: entry.message }]));
    await this.writeLog(description, description, [...distinct.values()].slice(0, 100), signal);
  }

  private async writeLog(
    description: Json,
    target: Json,
    errors: readonly { code: string; message: string }[],
    signal: AbortSignal,
  ): Promise<void> {
    const log = logTarget(description);
    if (log === undefined) {
      return;
    }
    const destination = textOr(target["DomainARN"], textOr(target["ClusterEndpoint"], textOr(target["BucketARN"], "")));
    const logEvents = errors.map(({ code, message }) => ({
      timestamp: this.world.now(),
      message: JSON.stringify({
        deliveryStreamARN: this.stream.arn,
        destination,
        deliveryStreamVersionId: this.stream.version,
        message,
        errorCode: code,
      }),
    }));
    try {
      const input = { logGroupName: log.group, logStreamName: log.stream, logEvents };
      const answer = await this.transport(description).call("logs", "Logs_20140328.PutLogEvents", input, signal);
      if (answer.status !== 200) {
        this.world.options.log(`error log of ${this.stream.name} refused: ${answer.body}`);
      }
    } catch (thrown) {
      if (isAbort(thrown)) {
        throw thrown;
      }
      this.world.options.log(`error log of ${this.stream.name} unreachable: ${String(thrown)}`);
    }
  }

  private transport(description: Json): RoleTransport {
    return new RoleTransport(this.world, textOr(description["RoleARN"], ""), this.stream.region);
  }
}

function needsBackup({ kind, description }: Destination): boolean {
  return searchKinds.includes(kind) && description["S3BackupMode"] === "AllDocuments";
}

function failedJson(entry: FailedDocument): Json {
  return {
    attemptsMade: entry.attempts,
    arrivalTimestamp: entry.record.at,
    errorCode: entry.code,
    errorMessage: entry.message,
    attemptEndingTimestamp: entry.endedAt,
    rawData: entry.record.data,
    esDocumentId: entry.id,
    esIndexName: entry.index,
    esTypeName: "",
  };
}
