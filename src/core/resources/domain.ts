import * as l10n from "@vscode/l10n";
import type { Domain } from "../aws/ports";
import { countText, factsOf, type Fact, type Summary, type Tone } from "./summary";

const tones: Readonly<Record<string, Tone>> = {
  Active: "ok",
  Creating: "busy",
  Modifying: "busy",
  UpgradingEngineVersion: "busy",
  UpdatingServiceSoftware: "busy",
  Deleting: "busy",
  Isolated: "failed",
};

export function summarizeDomain(domain: Domain): Summary {
  const tone = tones[domain.status] ?? "unknown";
  return {
    kind: "domain",
    name: domain.name,
    arn: domain.arn,
    state: domain.status,
    tone: tone === "ok" && domain.processing ? "busy" : tone,
    description: `${domainStateText(domain)}, ${engineText(domain.engineVersion)}`,
    facts: factsOf([[l10n.t("State"), domainStateText(domain)], ...rows(domain), ["ARN", domain.arn]]),
  };
}

export function domainDetails(domain: Domain): readonly Fact[] {
  return factsOf(rows(domain));
}

function rows(domain: Domain): readonly (readonly [string, string | undefined])[] {
  return [
    [l10n.t("Endpoint"), domain.endpoint ?? l10n.t("none yet")],
    [l10n.t("Engine"), engineText(domain.engineVersion)],
    [l10n.t("Instances"), instancesText(domain)],
    [l10n.t("Network"), domain.inVpc ? "VPC" : l10n.t("public endpoint")],
    [l10n.t("Protection"), protectionText(domain)],
  ];
}

/** UpgradingEngineVersion → Upgrading engine version. */
function domainStateText(domain: Domain): string {
  const spaced = domain.status.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return domain.status === "Active" && domain.processing ? l10n.t("Active, a change is in progress") : spaced;
}

/** Elasticsearch_7.1 → Elasticsearch 7.1. */
export function engineText(version: string): string {
  return version.replace("_", " ");
}

function instancesText(domain: Domain): string | undefined {
  if (domain.instanceType === undefined) {
    return undefined;
  }
  const machines = `${domain.instanceCount ?? 1} × ${domain.instanceType}`;
  return domain.volumeGb === undefined ? machines : l10n.t("{0}, {1} GiB {2} each", machines, domain.volumeGb, domain.volumeType ?? "");
}

function protectionText(domain: Domain): string {
  const parts = [
    domain.enforceHttps ? l10n.t("HTTPS only") : undefined,
    domain.encryptionAtRest ? l10n.t("encrypted at rest") : undefined,
    domain.fineGrainedAccess ? l10n.t("fine-grained access control") : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? l10n.t("none") : parts.join(", ");
}

export interface IndexRow {
  readonly name: string;
  readonly health: string;
  readonly documents: number | undefined;
  readonly size: string | undefined;
}

/** The answer of `_cat/indices?format=json`, newest name last; the engine's own indices are left out. */
export function parseIndices(body: string): readonly IndexRow[] {
  const rows: unknown = JSON.parse(body);
  if (!Array.isArray(rows)) {
    return [];
  }
  return (rows as Readonly<Record<string, string | null | undefined>>[])
    .map((row) => ({
      name: row["index"] ?? "",
      health: row["health"] ?? "",
      documents: row["docs.count"] === undefined || row["docs.count"] === null ? undefined : Number(row["docs.count"]),
      size: row["store.size"] ?? undefined,
    }))
    .filter(({ name }) => name !== "" && !name.startsWith("."))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

const healthTones: Readonly<Record<string, Tone>> = { green: "ok", yellow: "ok", red: "failed" };

export function summarizeIndex(row: IndexRow): Summary {
  const documents = row.documents === undefined ? l10n.t("closed") : l10n.t("{0} documents", countText(row.documents));
  return {
    kind: "index",
    name: row.name,
    state: row.health,
    tone: healthTones[row.health] ?? "unknown",
    description: documents,
    facts: factsOf([
      [l10n.t("Documents"), row.documents === undefined ? l10n.t("closed") : countText(row.documents)],
      [l10n.t("Size"), row.size],
      [l10n.t("Health"), row.health],
    ]),
  };
}

/** Name without the suffix that rotation appends: example-2026-11-24 → example. */
export function indexBaseName(name: string): string {
  return name.replace(/-\d{4}(-w\d{2}|-\d{2}(-\d{2}(-\d{2})?)?)$/, "");
}
