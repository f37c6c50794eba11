import { ServiceError } from "../../service";

/** What ListVersions offers, newest first. */
export const engineVersions: readonly string[] = [
  ...["3.3", "3.1", "2.19", "2.17", "2.15", "2.13", "2.11", "2.9", "2.7", "2.5", "2.3", "1.3", "1.2", "1.1", "1.0"].map(
    (version) => `OpenSearch_${version}`,
  ),
  ...[
    "7.10",
    "7.9",
    "7.8",
    "7.7",
    "7.4",
    "7.1",
    "6.8",
    "6.7",
    "6.5",
    "6.4",
    "6.3",
    "6.2",
    "6.0",
    "5.6",
    "5.5",
    "5.3",
    "5.1",
    "2.3",
    "1.5",
  ].map((version) => `Elasticsearch_${version}`),
];

export const defaultEngine = "OpenSearch_2.19";

interface Engine {
  readonly isOpenSearch: boolean;
  readonly major: number;
  readonly minor: number;
}

function parseEngine(version: string): Engine {
  const [name = "", number = ""] = version.split("_");
  const [major = 0, minor = 0] = number.split(".").map(Number);
  return { isOpenSearch: name === "OpenSearch", major, minor };
}

/** Whether the engine is OpenSearch or Elasticsearch of at least the version given. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const engine = parseEngine(version);
  return engine.isOpenSearch || engine.major > major || (engine.major === major && engine.minor >= minor);
}

/** Where an upgrade in place may lead: the next majors are reached through the last minor of the one before. */
export function compatibleVersions(from: string): readonly string[] {
  const source = parseEngine(from);
  return engineVersions.filter((version) => {
    const target = parseEngine(version);
    if (source.isOpenSearch !== target.isOpenSearch) {
      return !source.isOpenSearch && target.major === 1 && isAtLeast(from, 6, 8) && (source.major === 7 || version === "OpenSearch_1.3");
    }
    if (target.major === source.major) {
      return target.minor > source.minor;
    }
    const isLastMinor = !engineVersions.some((each) => {
      const other = parseEngine(each);
      return other.isOpenSearch === source.isOpenSearch && other.major === source.major && other.minor > source.minor;
    });
    return target.major === source.major + 1 && isLastMinor;
  });
}

/** GiB for a node of an instance type; undefined for a type that takes no EBS volume. */
export interface InstanceLimits {
  readonly minVolume: number;
  readonly maxVolume: number;
  readonly maxCount: number;
  readonly volumeTypes: readonly string[];
  readonly hasEncryption: boolean;
}

const sizes: Readonly<Record<string, number>> = { medium: 256, large: 512, xlarge: 1024, "2xlarge": 1536, "4xlarge": 3072 };
const instancePattern = /^(t2|t3|m3|m4|m5|m6g|c4|c5|c6g|r3|r4|r5|r6g|i3|or1)\.(micro|small|medium|\d*x?large)\.search$/;
const oldFamilies: ReadonlySet<string> = new Set(["t2", "m3", "m4", "c4", "r3", "r4"]);

/** Limits of an instance type with an engine; refuses the combinations that do not exist. */
export function instanceLimits(instanceType: string, version: string): InstanceLimits {
  const [, family = "", size = ""] = instancePattern.exec(instanceType) ?? [];
  const small: Readonly<Record<string, number>> = { "t2.small": 35, "t2.medium": 35, "t3.small": 100, "t3.medium": 200 };
  if (family === "" || (family.startsWith("t") && small[`${family}.${size}`] === undefined)) {
    throw new ServiceError("InvalidTypeException", `Invalid instance type: ${instanceType}`, 409);
  }
  if (!isAtLeast(version, 5, 6) && !oldFamilies.has(family)) {
    throw new ServiceError("ValidationException", `Instance type ${instanceType} is not supported for engine version ${version}.`);
  }
  const isMemory = family.startsWith("r") || family === "or1";
  return {
    minVolume: 10,
    maxVolume: small[`${family}.${size}`] ?? (sizes[size] ?? 6144) * (isMemory ? 2 : 1),
    maxCount: family === "t2" ? 10 : 80,
    volumeTypes: oldFamilies.has(family) ? ["standard", "gp2", "io1"] : ["standard", "gp2", "gp3", "io1"],
    hasEncryption: family !== "t2" && family !== "m3" && family !== "r3",
  };
}

const graviton = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge"];
const sizesOf: Readonly<Record<string, readonly string[]>> = {
  t2: ["small", "medium"],
  t3: ["small", "medium"],
  m3: ["medium", "large", "xlarge", "2xlarge"],
  m4: ["large", "xlarge", "2xlarge", "4xlarge", "10xlarge"],
  m5: ["large", "xlarge", "2xlarge", "4xlarge", "12xlarge", "24xlarge"],
  m6g: graviton,
  c4: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"],
  c5: ["large", "xlarge", "2xlarge", "4xlarge", "9xlarge", "18xlarge"],
  c6g: graviton,
  r3: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"],
  r4: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge"],
  r5: ["large", "xlarge", "2xlarge", "4xlarge", "12xlarge", "24xlarge"],
  r6g: graviton,
  i3: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge"],
  or1: ["medium", ...graviton, "16xlarge"],
};
/** Regions that opened after T2; there are more. */
const withoutT2: ReadonlySet<string> = new Set(["eu-north-1", "ap-northeast-3", "af-south-1"]);

/** What a Region offers for an engine. */
export function instanceTypesIn(region: string, version: string): readonly string[] {
  return Object.entries(sizesOf)
    .filter(([family]) => !(family === "t2" && withoutT2.has(region)) && (oldFamilies.has(family) || isAtLeast(version, 5, 6)))
    .flatMap(([family, sizes]) => sizes.map((size) => `${family}.${size}.search`));
}
