import { fromEnv, fromIni, fromNodeProviderChain } from "@aws-sdk/credential-providers";
import type { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Connection } from "../core/aws/connection";
import { AppError } from "../core/errors";
import { toAwsError } from "./errors";
import { missingCredentials } from "./missingCredentials";
import { loadSharedFiles } from "./sharedFiles";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** One source for all clients of a connection, so that a sign-in or an MFA prompt happens once. */
export interface CredentialsSource {
  (): Promise<Credentials>;
  /** Tells the SDK not to remember answers itself. */
  readonly memoized: true;
  /** The next call reads files, token cache and processes anew. */
  forget(): void;
}

export interface CredentialsHooks {
  /** Asks the user for the code of an MFA device; rejects when they decline. */
  mfaCode?(serial: string): Promise<string>;
  /** What roles and sign-ins are asked for with. */
  readonly requestHandler?: NodeHttpHandler;
}

const renewBeforeMs = 5 * 60_000;

export function createCredentials(connection: Connection, hooks: CredentialsHooks): CredentialsSource {
  return remembered(
    connection.credentials === undefined ? () => loadOrExplain(connection, hooks) : async () => connection.credentials as Credentials,
  );
}

async function loadOrExplain(connection: Connection, hooks: CredentialsHooks): Promise<Credentials> {
  try {
    return await load(connection, hooks);
  } catch (thrown) {
    const error = toAwsError(thrown, connection.profile);
    throw error instanceof AppError && error.reason === "notConnected" && thrown instanceof Error
      ? await missingCredentials(connection, thrown)
      : error;
  }
}

async function load(connection: Connection, hooks: CredentialsHooks): Promise<Credentials> {
  await loadSharedFiles(connection.sharedFiles);
  const { requestHandler } = hooks;
  const clientConfig = { region: connection.region, ...(requestHandler === undefined ? {} : { requestHandler }) };
  if (connection.profile !== undefined) {
    const mfa =
      hooks.mfaCode === undefined ? {} : { mfaCodeProvider: (serial: string) => hooks.mfaCode?.(serial) ?? Promise.reject(new Error()) };
    return fromIni({ profile: connection.profile, parentClientConfig: clientConfig, ...mfa })();
  }
  const keysInEnvironment = process.env["AWS_ACCESS_KEY_ID"] !== undefined && process.env["AWS_SECRET_ACCESS_KEY"] !== undefined;
  return keysInEnvironment ? fromEnv()() : fromNodeProviderChain({ parentClientConfig: clientConfig })();
}

function remembered(read: () => Promise<Credentials>): CredentialsSource {
  let known: Promise<Credentials> | undefined;
  let until = 0;
  const start = (): Promise<Credentials> => {
    const reading = read();
    known = reading;
    until = Number.POSITIVE_INFINITY;
    reading.then(
      (credentials) => {
        until = credentials.expiration === undefined ? Number.POSITIVE_INFINITY : credentials.expiration.getTime() - renewBeforeMs;
      },
      () => {
        if (known === reading) {
          known = undefined;
        }
      },
    );
    return reading;
  };
  const source = (): Promise<Credentials> => (known === undefined || Date.now() >= until ? start() : known);
  return Object.assign(source, {
    memoized: true as const,
    forget: () => {
      known = undefined;
    },
  });
}
