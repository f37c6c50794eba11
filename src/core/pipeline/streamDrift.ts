import { ifFound } from "../aws/found";
import type { Aws, DestinationValues, StackSummary, StreamDestination } from "../aws/ports";
import type { PipelineDefinition } from "./definition";
import type { Drift } from "./drift";
import { pipelineTemplate, type Template } from "./template";

type Values = Readonly<Record<string, unknown>>;

/** What a stream was deployed with, of that which CloudFormation does not compare. */
interface Deployed {
  readonly destination: StreamDestination["kind"];
  readonly indexName?: string;
  readonly indexRotation?: string;
  readonly retrySeconds?: number;
  readonly bufferSeconds?: number;
  readonly bufferMegabytes?: number;
  readonly errorLogging?: boolean;
}

const kinds: Readonly<Record<string, StreamDestination["kind"]>> = {
  AmazonopensearchserviceDestinationConfiguration: "opensearch",
  ExtendedS3DestinationConfiguration: "s3",
  RedshiftDestinationConfiguration: "redshift",
  SplunkDestinationConfiguration: "splunk",
  HttpEndpointDestinationConfiguration: "httpEndpoint",
};

/** The destination is write-only in CloudFormation's schema: it is compared with the deployed template here. */
export async function streamDrift(
  aws: Pick<Aws, "streams" | "cloudformation">,
  definition: PipelineDefinition,
  ingest: StackSummary,
  signal?: AbortSignal,
): Promise<Drift | undefined> {
  const properties = (await deployedTemplate(aws, definition, ingest, signal)).Resources["Stream"]?.Properties;
  const found =
    properties === undefined ? undefined : await ifFound(() => aws.streams.get(String(properties["DeliveryStreamName"]), signal));
  if (properties === undefined || found === undefined) {
    return undefined;
  }
  const wanted = deployedValues(properties);
  const actual = actualValues(found.destination);
  const differences = Object.entries(wanted)
    .filter(([name, value]) => value !== actual[name])
    .map(([path, value]) => ({ path, expected: String(value), actual: String(actual[path]) }));
  return differences.length === 0
    ? undefined
    : { resource: "Stream", type: "AWS::KinesisFirehose::DeliveryStream", differences, deleted: false };
}

/** As it was sent; what somebody else has put in its place and is no JSON is left to the definition. */
async function deployedTemplate(
  { cloudformation }: Pick<Aws, "cloudformation">,
  definition: PipelineDefinition,
  ingest: StackSummary,
  signal?: AbortSignal,
): Promise<Template> {
  const text = await cloudformation.getTemplate(ingest.id, signal);
  try {
    return JSON.parse(text) as Template;
  } catch {
    return pipelineTemplate(definition, "ingest");
  }
}

function deployedValues(properties: Values): Deployed & Values {
  const [key, destination] = Object.entries(kinds).find(([name]) => properties[name] !== undefined) ?? ["", "other"];
  if (destination !== "opensearch") {
    return { destination };
  }
  const from = properties[key] as {
    readonly IndexName: string;
    readonly IndexRotationPeriod: string;
    readonly RetryOptions: { readonly DurationInSeconds: number };
    readonly BufferingHints: { readonly IntervalInSeconds: number; readonly SizeInMBs: number };
    readonly CloudWatchLoggingOptions?: { readonly Enabled?: boolean };
  };
  return {
    destination,
    indexName: from.IndexName,
    indexRotation: from.IndexRotationPeriod,
    retrySeconds: from.RetryOptions.DurationInSeconds,
    bufferSeconds: from.BufferingHints.IntervalInSeconds,
    bufferMegabytes: from.BufferingHints.SizeInMBs,
    errorLogging: from.CloudWatchLoggingOptions?.Enabled ?? false,
  };
}

function actualValues(actual: StreamDestination | undefined): Values {
  return { ...actual, destination: actual?.kind, errorLogging: actual?.logging?.enabled ?? false };
}

/** What takes the differences back. Another kind of destination cannot be: Firehose does not change it. */
export function revertingValues(
  { differences }: Pick<Drift, "differences">,
  logging: { group?: string; stream?: string },
): DestinationValues {
  const values: Record<string, unknown> = {};
  for (const { path, expected } of differences) {
    if (path === "errorLogging") {
      values["logging"] = { enabled: expected === "true", ...(expected === "true" ? logging : {}) };
    } else if (path !== "destination") {
      values[path] = /^(retry|buffer)/.test(path) ? Number(expected) : expected;
    }
  }
  return values;
}
