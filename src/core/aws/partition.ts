import * as l10n from "@vscode/l10n";
import { AppError } from "../errors";

export interface Partition {
  /** As in ARNs: aws, aws-cn, aws-us-gov, … */
  readonly id: string;
  readonly dnsSuffix: string;
  /** Absent where the address of the console is not public. */
  readonly consoleHost?: string;
}

/** By region prefix; the first that matches counts, the last is the standard partition. */
const partitions: readonly (readonly [RegExp, Partition])[] = [
  [/^cn-/, { id: "aws-cn", dnsSuffix: "amazonaws.com.cn", consoleHost: "console.amazonaws.cn" }],
  [/^us-gov-/, { id: "aws-us-gov", dnsSuffix: "amazonaws.com", consoleHost: "console.amazonaws-us-gov.com" }],
  [/^us-iso-/, { id: "aws-iso", dnsSuffix: "c2s.ic.gov" }],
  [/^us-isob-/, { id: "aws-iso-b", dnsSuffix: "sc2s.sgov.gov" }],
  [/^eu-isoe-/, { id: "aws-iso-e", dnsSuffix: "cloud.adc-e.uk" }],
  [/^us-isof-/, { id: "aws-iso-f", dnsSuffix: "csp.hci.ic.gov" }],
  [/^eusc-/, { id: "aws-eusc", dnsSuffix: "amazonaws.eu", consoleHost: "console.amazonaws-eusc.eu" }],
  [/(?:)/, { id: "aws", dnsSuffix: "amazonaws.com", consoleHost: "console.aws.amazon.com" }],
];

export function partitionOf(region: string): Partition {
  const found = partitions.find(([prefix]) => prefix.test(region));
  return found?.[1] ?? { id: "aws", dnsSuffix: "amazonaws.com" };
}

export type ConsolePlace =
  | { readonly kind: "stream" | "domain" | "bucket" | "logGroup" | "cloudformationStack"; readonly name: string }
  | { readonly kind: "fleet" | "appstreamStack" | "image" | "imageBuilder" };

/** Address of a resource in the web console. Rejects partitions whose console address is not public. */
export function consoleUrl(region: string, place: ConsolePlace): string {
  const { consoleHost, id } = partitionOf(region);
  if (consoleHost === undefined) {
    throw new AppError("invalidInput", l10n.t("The address of the console of partition {0} is not public.", id));
  }
  return `https://${region}.${consoleHost}/${consolePath(region, place)}`;
}

function consolePath(region: string, place: ConsolePlace): string {
  const query = `region=${encodeURIComponent(region)}`;
  switch (place.kind) {
    case "stream":
      return `firehose/home?${query}#/details/${encodeURIComponent(place.name)}/monitoring`;
    case "domain":
      return `aos/home?${query}#opensearch/domains/${encodeURIComponent(place.name)}`;
    case "bucket":
      return `s3/buckets/${encodeURIComponent(place.name)}?${query}`;
    case "logGroup":
      return `cloudwatch/home?${query}#logsV2:log-groups/log-group/${encodeURIComponent(place.name).replaceAll("%", "$25")}`;
    case "cloudformationStack":
      return `cloudformation/home?${query}#/stacks/stackinfo?stackId=${encodeURIComponent(place.name)}`;
    case "fleet":
      return `appstream2/home?${query}#/fleets`;
    case "appstreamStack":
      return `appstream2/home?${query}#/stacks`;
    case "image":
      return `appstream2/home?${query}#/images`;
    case "imageBuilder":
      return `appstream2/home?${query}#/image-builder`;
  }
}
