import {
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  ListDeliveryStreamsCommand,
  ListTagsForDeliveryStreamCommand,
  PutRecordCommand,
  UpdateDestinationCommand,
  type DeliveryStreamDescription,
} from "@aws-sdk/client-firehose";
import type { DeliveryStream, StreamsPort } from "../core/aws/ports";
import { lazy, type ClientOptions } from "./clientOptions";
import { present, toTags } from "./present";
import { toDestination, toDestinationUpdate } from "./streamDestination";

export function createStreams({ sdk, call }: ClientOptions): StreamsPort {
  const firehose = lazy(() => new FirehoseClient(sdk("firehose")));
  return {
    list: async ({ limit, nextToken }, signal) => {
      const answer = await call(
        (options) =>
          firehose().send(new ListDeliveryStreamsCommand({ Limit: limit, ExclusiveStartDeliveryStreamName: nextToken }), options),
        signal,
      );
      const items = answer.DeliveryStreamNames ?? [];
      const last = items.at(-1);
      return answer.HasMoreDeliveryStreams === true && last !== undefined ? { items, nextToken: last } : { items };
    },
    get: async (name, signal) => {
      const answer = await call(
        (options) => firehose().send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: name }), options),
        signal,
      );
      return toStream(name, answer.DeliveryStreamDescription);
    },
    tags: async (name, signal) => {
      const tags: Record<string, string> = {};
      let start: string | undefined;
      do {
        const answer = await call(
          (options) =>
            firehose().send(new ListTagsForDeliveryStreamCommand({ DeliveryStreamName: name, ExclusiveStartTagKey: start }), options),
          signal,
        );
        Object.assign(tags, toTags(answer.Tags));
        start = answer.HasMoreTags === true ? answer.Tags?.at(-1)?.Key : undefined;
      } while (start !== undefined);
      return tags;
    },
    updateDestination: async (name, values, signal) => {
      const described = await call(
        (options) => firehose().send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: name }), options),
        signal,
      );
      const stream = described.DeliveryStreamDescription;
      const destination = stream?.Destinations?.[0];
      const update = toDestinationUpdate(values);
      const command = new UpdateDestinationCommand({
        DeliveryStreamName: name,
        CurrentDeliveryStreamVersionId: stream?.VersionId,
        DestinationId: destination?.DestinationId,
        ...(destination?.ElasticsearchDestinationDescription === undefined
          ? { AmazonopensearchserviceDestinationUpdate: update }
          : { ElasticsearchDestinationUpdate: update }),
      });
      await call((options) => firehose().send(command, options), signal);
    },
    putRecord: async (name, data, signal) => {
      const answer = await call(
        (options) =>
          firehose().send(new PutRecordCommand({ DeliveryStreamName: name, Record: { Data: new TextEncoder().encode(data) } }), options),
        signal,
      );
      return answer.RecordId ?? "";
    },
  };
}

function toStream(name: string, stream: DeliveryStreamDescription | undefined): DeliveryStream {
  const failure = stream?.FailureDescription;
  return {
    name: stream?.DeliveryStreamName ?? name,
    arn: stream?.DeliveryStreamARN ?? "",
    status: stream?.DeliveryStreamStatus ?? "",
    sourceType: stream?.DeliveryStreamType ?? "",
    ...present({
      failure: failure === undefined ? undefined : `${failure.Type ?? ""}: ${failure.Details ?? ""}`,
      version: stream?.VersionId,
      created: stream?.CreateTimestamp,
      encryption: stream?.DeliveryStreamEncryptionConfiguration?.Status,
      destination: toDestination(stream?.Destinations?.[0]),
    }),
  };
}
