import { copyFileSync, cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createSearchTransport } from "../../src/aws/searchTransport";
import type { SearchAnswer, SearchTarget, SearchTransport } from "../../src/core/aws/ports";
import { startEngine, type RunningEngine } from "./startEngine";

const tls = join(process.cwd(), "test", "fixtures", "tls");
export const authority = readFileSync(join(tls, "ca.pem"), "utf8");
/** The name in the certificate, which nobody can resolve: the domain is reached as through a tunnel. */
export const host = "search-demo.eu-west-1.es.amazonaws.com";
/** The plugin's own demo user: the master user. */
export const master = { user: "admin", password: "admin" };

export interface SecuredDomain {
  /** https, at this machine's address: the near end of the tunnel. */
  readonly address: string;
  transport(access: SearchTarget["access"], more?: Partial<SearchTarget>): SearchTransport;
  /** As the master user; throws at what is no success. */
  manage(method: "PUT" | "POST" | "GET" | "DELETE", path: string, body?: unknown): Promise<SearchAnswer>;
  /** A user of the domain's own. */
  addUser(
    name: string,
    password: string,
    more?: { readonly roles?: readonly string[]; readonly backendRoles?: readonly string[] },
  ): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a real OpenSearch with the security plugin: encrypted, with users, roles and their mappings. */
export async function startSecured(): Promise<SecuredDomain> {
  const own = { name: "domain.pem", key: "domain.key", trusted: "ca.pem" };
  const certificates = (layer: string): string[] => [
    `plugins.security.ssl.${layer}.pemcert_filepath=${own.name}`,
    `plugins.security.ssl.${layer}.pemkey_filepath=${own.key}`,
    `plugins.security.ssl.${layer}.pemtrustedcas_filepath=${own.trusted}`,
  ];
  const engine = await startEngine({
    engine: "secured",
    settings: [
      ...certificates("transport"),
      ...certificates("http"),
      "plugins.security.ssl.http.enabled=true",
      "plugins.security.ssl.transport.enforce_hostname_verification=false",
      "plugins.security.allow_default_init_securityindex=true",
      "plugins.security.restapi.roles_enabled.0=all_access",
    ],
    furnish: (folder, plugin) => {
      mkdirSync(join(folder, "config"), { recursive: true });
      Object.values(own).forEach((file) => {
        copyFileSync(join(tls, file), join(folder, "config", file));
      });
      cpSync(join(plugin, "config"), join(folder, "config", "opensearch-security"), { recursive: true });
    },
    isReady: async (port) => {
      const answer = await transportTo(`https://127.0.0.1:${port}`, { kind: "basic", ...master }).send({
        method: "GET",
        path: "/_cluster/health",
      });
      return answer.status === 200;
    },
  });
  return secured(engine);
}

function secured(engine: RunningEngine): SecuredDomain {
  const address = engine.url.replace("http:", "https:");
  const manager = transportTo(address, { kind: "basic", ...master });
  const manage: SecuredDomain["manage"] = async (method, path, body) => {
    const answer = await manager.send({ method, path, ...(body === undefined ? {} : { body: textOf(body) }) });
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    }
    return answer;
  };
  return {
    address,
    transport: (access, more) => transportTo(address, access, more),
    manage,
    addUser: async (name, password, { roles = [], backendRoles = [] } = {}) => {
      await manage("PUT", `/_plugins/_security/api/internalusers/${name}`, {
        password,
        backend_roles: backendRoles,
        opendistro_security_roles: roles,
      });
    },
    stop: () => engine.stop(),
  };
}

/** Texts as they are, for bulk requests. */
function textOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function transportTo(address: string, access: SearchTarget["access"], more: Partial<SearchTarget> = {}): SearchTransport {
  const keys = async () => ({ accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" });
  const credentials = Object.assign(keys, { memoized: true as const, forget: () => undefined });
  const connection = { kind: "aws", region: "eu-west-1", epoch: 0 } as const;
  const target = { endpoint: address, region: "eu-west-1", access, hostOverride: host, certificateAuthority: authority, ...more };
  return createSearchTransport({ connection, credentials }, target);
}
