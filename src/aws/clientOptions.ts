import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Connection } from "../core/aws/connection";
import type { Environment } from "../core/aws/profile";
import { AppError } from "../core/errors";
import { trusted } from "./authorities";
import { createCredentials, type CredentialsHooks, type CredentialsSource } from "./credentials";
import { mayHelpToReload, toAwsError } from "./errors";
import { ProxyAgent } from "./proxy";

/** What every SDK client of one connection is constructed with. */
export interface SdkOptions {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials: CredentialsSource;
  readonly requestHandler: NodeHttpHandler;
  readonly maxAttempts: number;
  readonly retryMode: string;
  readonly customUserAgent: string;
  readonly ignoreConfiguredEndpointUrls: boolean;
}

export interface ClientHooks extends CredentialsHooks {
  /** Told of every call's end; undefined is success. */
  onOutcome?(error: AppError | undefined): void;
  /** How often a call is tried that is throttled or meets a passing fault; 4 where nobody says otherwise. */
  readonly maxAttempts?: number;
  /** Variables that may name a proxy and authorities; absent where the host of this program connects as it is configured, as the editor does. */
  readonly proxies?: Environment;
}

export interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

export interface ClientOptions {
  readonly connection: Connection;
  readonly credentials: CredentialsSource;
  readonly proxies?: Environment;
  /** `service` is the service id as in the AWS files: appstream, cloudformation, cloudwatch_logs, firehose, iam, opensearch, s3, sts. */
  readonly sdk: (service: string) => SdkOptions;
  /**
   * Runs one call: `call((options) => client().send(new SomeCommand(input), options), signal)`.
   * Its failure becomes an AppError. Credentials that a service refuses are read anew once.
   */
  readonly call: <T>(send: (options: SendOptions) => Promise<T>, signal?: AbortSignal) => Promise<T>;
}

// The SDK writes its plans for future Node versions to stderr, which belongs to the user.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const connectionTimeout = 10_000;
const requestTimeout = 30_000;

export function createClientOptions(connection: Connection, hooks: ClientHooks): ClientOptions {
  const { proxies } = hooks;
  const httpsAgent = proxies && new ProxyAgent(proxies, { keepAlive: true, maxSockets: 50, ...trusted(proxies) });
  const timeouts = { connectionTimeout, requestTimeout, throwOnRequestTimeout: true };
  const requestHandler = new NodeHttpHandler({ ...timeouts, ...(httpsAgent === undefined ? {} : { httpsAgent }) });
  const credentials = createCredentials(connection, { ...hooks, requestHandler });
  const attempt = async <T>(send: () => Promise<T>): Promise<T> => {
    try {
      const answer = await send();
      hooks.onOutcome?.(undefined);
      return answer;
    } catch (thrown) {
      throw toAwsError(thrown, connection.profile);
    }
  };
  return {
    connection,
    credentials,
    ...(proxies === undefined ? {} : { proxies }),
    sdk: (service) => {
      const endpoint = connection.serviceEndpoints?.[service] ?? connection.endpoint;
      return {
        region: connection.region,
        ...(endpoint === undefined ? {} : { endpoint }),
        credentials,
        requestHandler,
        maxAttempts: hooks.maxAttempts ?? 4,
        retryMode: "standard",
        customUserAgent: "appstream-monitor",
        ignoreConfiguredEndpointUrls: true,
      };
    },
    call: async (send, signal) => {
      const once = (): ReturnType<typeof send> => send(signal === undefined ? {} : { abortSignal: signal });
      try {
        return await attempt(once).catch((thrown: unknown) => {
          if (!mayHelpToReload(thrown)) {
            throw thrown;
          }
          credentials.forget();
          return attempt(once);
        });
      } catch (thrown) {
        if (thrown instanceof AppError) {
          hooks.onOutcome?.(thrown);
        }
        throw thrown;
      }
    },
  };
}

/** The value of `make`, made with the first use. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
