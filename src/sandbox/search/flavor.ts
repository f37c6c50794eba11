/** What a domain answers as: the engine and version of its EngineVersion. */
export interface Flavor {
  readonly opensearch: boolean;
  /** Full version number as `GET /` reports it. */
  readonly number: string;
  readonly lucene: string;
  readonly major: number;
  readonly minor: number;
}

const lucene: Readonly<Record<string, string>> = {
  "7.1": "8.0.0",
  "7.4": "8.2.0",
  "7.7": "8.5.1",
  "7.8": "8.5.1",
  "7.9": "8.6.2",
  "7.10": "8.7.0",
  "1.3": "8.10.1",
  "2.19": "9.12.3",
  "3.1": "10.2.1",
  "3.3": "10.3.1",
  "3.8": "10.5.0",
};

const patch: Readonly<Record<string, string>> = { "7.1": "7.1.1", "7.10": "7.10.2", "2.19": "2.19.6" };

/** `Elasticsearch_7.1`, `OpenSearch_2.19` and the like. */
export function toFlavor(engineVersion: string): Flavor {
  const match = /^(Elasticsearch|OpenSearch)_(\d+)\.(\d+)$/.exec(engineVersion);
  const opensearch = match?.[1] !== "Elasticsearch";
  const major = Number(match?.[2] ?? "2");
  const minor = Number(match?.[3] ?? "19");
  const short = `${major}.${minor}`;
  return {
    opensearch,
    number: patch[short] ?? `${short}.0`,
    lucene: lucene[short] ?? (opensearch ? (major >= 3 ? "10.1.0" : "9.7.0") : "8.0.0"),
    major,
    minor,
  };
}

/** True for engines at or after Elasticsearch `major.minor`; every OpenSearch counts as newer than 7.10. */
export function atLeast(flavor: Flavor, major: number, minor: number): boolean {
  return flavor.opensearch || flavor.major > major || (flavor.major === major && flavor.minor >= minor);
}
