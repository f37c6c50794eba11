import type { Aws } from "./ports";

export interface SharedFilePaths {
  readonly config?: string;
  readonly credentials?: string;
}

/** What every call is made with. A change of any part is a new connection with a higher epoch. */
export interface Connection {
  readonly kind: "aws" | "sandbox";
  /** Profile name; absent when credentials come from the environment. */
  readonly profile?: string;
  readonly region: string;
  /** Replaces every service endpoint (sandbox, or AWS_ENDPOINT_URL). */
  readonly endpoint?: string;
  /** Endpoints of single services by service id (s3, cloudwatch_logs, …): AWS_ENDPOINT_URL_S3 or a `services` section. */
  readonly serviceEndpoints?: Readonly<Record<string, string>>;
  /** Paths that replace those of AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE. */
  readonly sharedFiles?: SharedFilePaths;
  /** Fixed credentials: only the sandbox's own, which are not secret. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Grows with every change; an answer of an older epoch must be thrown away. */
  readonly epoch: number;
}

export interface Connected {
  readonly connection: Connection;
  readonly aws: Aws;
}

/** Where capabilities get their connection from. Implemented by src/connection, faked in tests. */
export interface ConnectionSource {
  readonly current: Connection | undefined;
  /** Returns a function that removes the listener. */
  onDidChange(listener: (connection: Connection | undefined) => void): { dispose(): void };
  /** The connection with its clients, when it can be had without asking; undefined when something must be chosen first. */
  resolve(): Promise<Connected | undefined>;
  /** The connection with its clients; asks the user when there is none. Rejects with `notConnected` when they decline. */
  connect(): Promise<Connected>;
}
