import * as l10n from "@vscode/l10n";
import { credentialKeys, sinkTypeNames } from "./agentSinkKeys";
import { sinkShapes } from "./agentSinkSchema";
import { sourceTypeNames } from "./agentSourceKeys";
import { sourceShapes } from "./agentSourceSchema";
import type { KeyRow, Shape } from "./schema";
import { rowOfLower } from "./schema";

export const sectionNames = ["Sources", "Sinks", "Pipes", "Plugins", "Credentials"] as const;
export type SectionName = (typeof sectionNames)[number];

/** Ids that exist without being declared. */
export const builtInSources: readonly string[] = ["_KinesisTapMetricsSource", "_TELEMETRY_CONNECTOR"];
export const builtInSinks: readonly string[] = ["_PerformanceCounter", "_Telemetrics"];
/** Registered for the agent's own use; known, but nothing to offer. */
export const internalSinkTypes: readonly string[] = ["Telemetrics", "PerformanceCounter"];

const pluginCommon: readonly KeyRow[] = [
  { key: "DownloadNetworkPriority", kind: "integer", default: "3", help: () => l10n.t("Network priority of downloads.") },
  { key: "Region", kind: "string", grammar: "variables", help: () => l10n.t("AWS Region of an S3 address.") },
  ...credentialKeys,
];

const pluginType: KeyRow = {
  key: "Type",
  kind: "string",
  required: true,
  values: ["PackageUpdate", "ConfigUpdate"],
  help: () => l10n.t("What the plugin does. An unknown type is logged and skipped."),
};

export const pluginShapes: Readonly<Record<string, Shape>> = {
  PackageUpdate: {
    name: "PackageUpdate",
    help: () => l10n.t("Keeps the agent itself up to date."),
    keys: [
      pluginType,
      {
        key: "PackageVersion",
        kind: "string",
        required: true,
        grammar: "variables",
        help: () => l10n.t("Address of the version file: https://, s3:// or file://."),
      },
      { key: "Interval", kind: "integer", default: "60", minimum: 1, unit: "min", help: () => l10n.t("Time between two looks.") },
      { key: "ProductKey", kind: "string", help: () => l10n.t("Needed with an execute-api address.") },
      { key: "DeploymentStage", kind: "string", help: () => l10n.t("Needed with an execute-api address.") },
      { key: "SkipSignatureVerification", kind: "boolean", default: "false", help: () => l10n.t("Installs packages without a signature.") },
      { key: "AllowedPublishers", kind: "array", items: "string", help: () => l10n.t("Publishers whose packages may be installed.") },
      ...pluginCommon,
    ],
  },
  ConfigUpdate: {
    name: "ConfigUpdate",
    help: () => l10n.t("Keeps the configuration up to date; it is written without validation."),
    keys: [
      pluginType,
      {
        key: "Source",
        kind: "string",
        required: true,
        grammar: "variables",
        help: () => l10n.t("Address of the configuration: https://, s3:// or file://."),
      },
      {
        key: "Destination",
        kind: "string",
        required: true,
        help: () => l10n.t("File to write; a bare name means the folder of the agent. %NAME% is expanded here, {NAME} is not."),
      },
      { key: "Interval", kind: "integer", default: "5", minimum: 1, unit: "min", help: () => l10n.t("Time between two looks.") },
      ...pluginCommon,
    ],
  },
};

export const credentialShapes: Readonly<Record<string, Shape>> = {
  ProfileRefreshingAWSCredentialProvider: {
    name: "ProfileRefreshingAWSCredentialProvider",
    help: () => l10n.t("Credentials of a profile file that another program rewrites."),
    keys: [
      {
        key: "Id",
        kind: "string",
        required: true,
        help: () => l10n.t("Name that sinks use in CredentialRef. Without it the whole configuration fails."),
      },
      {
        key: "CredentialType",
        kind: "string",
        required: true,
        values: ["ProfileRefreshingAWSCredentialProvider"],
        help: () => l10n.t("Kind of credential provider."),
      },
      { key: "Profile", kind: "string", default: '"default"', help: () => l10n.t("Profile in the file.") },
      {
        key: "FilePath",
        kind: "string",
        grammar: "path",
        help: () => l10n.t("Credentials file; variables are not expanded. It must exist when the agent starts."),
      },
      {
        key: "RefreshInterval",
        kind: "integer",
        default: "300",
        unit: "s",
        help: () => l10n.t("Time between two reads of the file. Anything but an integer makes the provider fail."),
      },
      {
        key: "WarningInterval",
        kind: "integer",
        default: "0",
        unit: "s",
        help: () => l10n.t("Warns when the file was not rewritten for that long; 0 is off."),
      },
    ],
  },
};

const metricShape: Shape = {
  name: "Metric",
  help: () => l10n.t("A metric of the embedded metric format."),
  keys: [
    { key: "Name", kind: "string", required: true, help: () => l10n.t("Name of the metric: a field of the record.") },
    { key: "Unit", kind: "string", help: () => l10n.t("CloudWatch unit of the metric.") },
    { key: "Value", kind: "string", help: () => l10n.t("Value for records without the field; 1 when absent.") },
  ],
};

const metricDefinitionShape: Shape = {
  name: "MetricDefinition",
  help: () => l10n.t("Metrics made of each record."),
  keys: [
    { key: "Namespace", kind: "string", required: true, help: () => l10n.t("CloudWatch namespace.") },
    { key: "Metrics", kind: "array", required: true, shape: metricShape, help: () => l10n.t("The metrics.") },
    { key: "Dimensions", kind: "array", items: "array", help: () => l10n.t("Sets of field names that become dimensions.") },
  ],
};

const whenFilter = { onlyWith: { key: "Type", values: ["RegexFilterPipe"] } };
function filterFlag(key: string, help: () => string): KeyRow {
  return { key, kind: "boolean", default: "false", ...whenFilter, help };
}

export const pipeTypeNames = ["RegexFilterPipe", "EMFPipe"] as const;
export const filterKeys: readonly string[] = ["FilterPattern", "IgnoreCase", "Multiline", "RightToLeft", "Negate"];

export const pipeShape: Shape = {
  name: "Pipe",
  help: () => l10n.t("Connects a source to a sink."),
  keys: [
    { key: "Id", kind: "string", help: () => l10n.t("Name of the pipe; only used in log lines.") },
    {
      key: "SourceRef",
      kind: "string",
      required: true,
      refersTo: "source",
      help: () => l10n.t("Id of a source; case matters. Without it the pipe counts as connected and nothing flows."),
    },
    { key: "SinkRef", kind: "string", required: true, refersTo: "sink", help: () => l10n.t("Id of a sink; case matters.") },
    {
      key: "Type",
      kind: "string",
      values: pipeTypeNames,
      help: () => l10n.t("RegexFilterPipe sends only what matches; EMFPipe makes embedded metrics. Absent: everything is sent."),
    },
    {
      key: "FilterPattern",
      kind: "string",
      grammar: "regex",
      requiredWith: { key: "Type", values: ["RegexFilterPipe"] },
      ...whenFilter,
      help: () => l10n.t("Regular expression on the plain-text form of the record, never on its JSON."),
    },
    filterFlag("IgnoreCase", () => l10n.t("Ignores the case.")),
    filterFlag("Multiline", () => l10n.t("^ and $ match at every line.")),
    filterFlag("RightToLeft", () => l10n.t("Searches from right to left.")),
    filterFlag("Negate", () => l10n.t("Sends what does not match.")),
    {
      key: "MetricDefinition",
      kind: "object",
      shape: metricDefinitionShape,
      requiredWith: { key: "Type", values: ["EMFPipe"] },
      onlyWith: { key: "Type", values: ["EMFPipe"] },
      help: () => l10n.t("Metrics that an EMFPipe makes."),
    },
  ],
};

const telemetricsShape: Shape = {
  name: "Telemetrics",
  help: () => l10n.t("Statistics of the agent."),
  keys: [
    {
      key: "off",
      kind: "boolean",
      default: "false",
      help: () => l10n.t("true switches the hourly statistics to AWS off; anything else leaves them on."),
    },
    { key: "RedirectToSinkId", kind: "string", refersTo: "sink", help: () => l10n.t("Sends the statistics to that sink instead.") },
    { key: "Id", kind: "string", default: '"_Telemetrics"', help: () => l10n.t("Name of the built-in sink.") },
  ],
};

const performanceCounterShape: Shape = {
  name: "PerformanceCounter",
  help: () => l10n.t("The built-in sink of Windows counters."),
  keys: [{ key: "Interval", kind: "integer", default: "5", unit: "s", help: () => l10n.t("Time between two updates.") }],
};

/** The top level of the file. The shape of a declaration depends on its type: see `shapeOf`. */
export const rootShape: Shape = {
  name: "appsettings.json",
  help: () => l10n.t("Configuration of Amazon Kinesis Agent for Microsoft Windows."),
  keys: [
    { key: "Sources", kind: "array", items: "object", help: () => l10n.t("What to read.") },
    { key: "Sinks", kind: "array", items: "object", help: () => l10n.t("Where to send it.") },
    { key: "Pipes", kind: "array", items: "object", help: () => l10n.t("Which source feeds which sink.") },
    { key: "Plugins", kind: "array", items: "object", help: () => l10n.t("Updates of the package and of the configuration.") },
    { key: "Credentials", kind: "array", items: "object", help: () => l10n.t("Credential providers for CredentialRef.") },
    { key: "Telemetrics", kind: "object", shape: telemetricsShape, help: () => l10n.t("Statistics that the agent sends about itself.") },
    {
      key: "PerformanceCounter",
      kind: "object",
      shape: performanceCounterShape,
      help: () => l10n.t("Settings of the built-in sink of Windows counters."),
    },
    { key: "Name", kind: "string", help: () => l10n.t("Name of the instance; only for files in the folder configs.") },
    { key: "SelfUpdate", kind: "integer", default: "0", help: () => l10n.t("Not read by current agents.") },
  ],
};

interface SectionRow {
  /** Key that selects the shape of a declaration. */
  readonly typeKey: string;
  readonly types: readonly string[];
  readonly shapes: Readonly<Record<string, Shape>>;
}

const sections: Readonly<Record<SectionName, SectionRow>> = {
  Sources: { typeKey: "SourceType", types: sourceTypeNames, shapes: sourceShapes },
  Sinks: { typeKey: "SinkType", types: sinkTypeNames, shapes: sinkShapes },
  Pipes: { typeKey: "Type", types: pipeTypeNames, shapes: {} },
  Plugins: { typeKey: "Type", types: Object.keys(pluginShapes), shapes: pluginShapes },
  Credentials: { typeKey: "CredentialType", types: Object.keys(credentialShapes), shapes: credentialShapes },
};

export function sectionOf(key: string): SectionName | undefined {
  const lower = key.toLowerCase();
  return sectionNames.find((name) => name.toLowerCase() === lower);
}

/** The key that holds the type of a declaration of the section. */
export function typeKeyOf(section: SectionName): string {
  return sections[section].typeKey;
}

export function typesOf(section: SectionName): readonly string[] {
  return sections[section].types;
}

const shapeIndex = new Map(
  sectionNames.flatMap((section) =>
    Object.entries(sections[section].shapes).map(([name, shape]): [string, Shape] => [`${section}:${name.toLowerCase()}`, shape]),
  ),
);

/** What a declaration of that type may hold; undefined for an unknown type. Types match in any case; every pipe has the same keys. */
export function shapeOf(section: SectionName, type: string | undefined): Shape | undefined {
  return section === "Pipes" ? pipeShape : shapeIndex.get(`${section}:${(type ?? "").toLowerCase()}`);
}

/** Keys that any type of the section has, for a declaration whose type is missing or unknown. */
export function knownInSection(section: SectionName, lower: string): KeyRow | undefined {
  if (section === "Pipes") {
    return rowOfLower(pipeShape, lower);
  }
  for (const shape of Object.values(sections[section].shapes)) {
    const row = rowOfLower(shape, lower);
    if (row !== undefined) {
      return row;
    }
  }
  return undefined;
}
