import type { ConnectionSource } from "../core/aws/connection";
import type { SearchTransport } from "../core/aws/ports";
import type { AwsBundle } from "../workbench/bundles";
import type { DomainAccess } from "./domainAccess";
import { inRegion, type LogTarget } from "./chooseTail";

/** Ways to domains, made once for each connection. */
export class LogSources {
  private readonly aws: () => Promise<AwsBundle>;
  private readonly connections: ConnectionSource;
  private readonly access: DomainAccess;
  private readonly known = new Map<string, Promise<SearchTransport>>();

  constructor(aws: () => Promise<AwsBundle>, connections: ConnectionSource, access: DomainAccess) {
    this.access = access;
    this.aws = aws;
    this.connections = connections;
  }

  remember({ domain, connection, transport }: LogTarget): void {
    this.known.set(keyOf(connection.epoch, connection.region, domain), Promise.resolve(transport));
  }

  /** The way that was remembered; else one of the window's connection. */
  async transport(domain: string, region: string): Promise<SearchTransport> {
    const connected = inRegion(await this.aws(), await this.connections.connect(), region);
    const key = keyOf(connected.connection.epoch, region, domain);
    const known = this.known.get(key) ?? this.access.open(connected, domain);
    this.known.set(key, known);
    known.catch(() => this.known.delete(key));
    return known;
  }
}

function keyOf(epoch: number, region: string, domain: string): string {
  return `${epoch} ${region} ${domain}`;
}
