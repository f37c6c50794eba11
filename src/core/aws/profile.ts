import * as l10n from "@vscode/l10n";

export type ProfileKind = "keys" | "sso" | "role" | "process" | "webIdentity" | "login" | "incomplete";

export interface Profile {
  readonly name: string;
  readonly kind: ProfileKind;
  readonly region?: string;
  readonly endpoint?: string;
  /** By service id as in the AWS files, such as s3 or cloudwatch_logs. */
  readonly serviceEndpoints?: Readonly<Record<string, string>>;
}

type Section = Readonly<Record<string, string | undefined>>;
type Sections = Readonly<Record<string, Section | undefined>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** Sections of other kinds, as the SDK's reader names them: "sso-session.NAME". */
const otherSection = /^(sso-session|services)\./;

/** The profiles of both AWS files as the SDK has read them, in the order of the files. */
export function toProfiles(config: Sections, credentials: Sections): readonly Profile[] {
  const names = new Set([...Object.keys(config), ...Object.keys(credentials)].filter((name) => !otherSection.test(name)));
  return [...names].map((name) => toProfile(name, { ...config[name], ...credentials[name] }, config));
}

function toProfile(name: string, section: Section, config: Sections): Profile {
  const services = section["services"] === undefined ? undefined : config[`services.${section["services"]}`];
  const endpoints = services === undefined ? {} : serviceEndpoints(services);
  return {
    name,
    kind: kindOf(section),
    ...(section["region"] === undefined ? {} : { region: section["region"] }),
    ...(section["endpoint_url"] === undefined ? {} : { endpoint: section["endpoint_url"] }),
    ...(Object.keys(endpoints).length === 0 ? {} : { serviceEndpoints: endpoints }),
  };
}

/** In the order in which the SDK decides. */
function kindOf(section: Section): ProfileKind {
  if (section["role_arn"] !== undefined) {
    return section["web_identity_token_file"] === undefined ? "role" : "webIdentity";
  }
  if (section["aws_access_key_id"] !== undefined && section["aws_secret_access_key"] !== undefined) {
    return "keys";
  }
  if (section["credential_process"] !== undefined) {
    return "process";
  }
  if (section["sso_session"] !== undefined || section["sso_start_url"] !== undefined) {
    return "sso";
  }
  return section["login_session"] === undefined ? "incomplete" : "login";
}

function serviceEndpoints(services: Section): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(services)) {
    const service = /^(.+)\.endpoint_url$/.exec(key)?.[1];
    if (service !== undefined && value !== undefined) {
      found[service] = value;
    }
  }
  return found;
}

export interface Endpoints {
  readonly endpoint?: string;
  readonly serviceEndpoints?: Readonly<Record<string, string>>;
}

/** Environment before profile, the service's own before the general one; all off with AWS_IGNORE_CONFIGURED_ENDPOINT_URLS. */
export function configuredEndpoints(environment: Environment, profile?: Profile): Endpoints {
  if (environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] === "true") {
    return {};
  }
  const byService: Record<string, string> = { ...(environment["AWS_ENDPOINT_URL"] === undefined ? profile?.serviceEndpoints : {}) };
  for (const [name, value] of Object.entries(environment)) {
    const service = /^AWS_ENDPOINT_URL_(.+)$/.exec(name)?.[1];
    if (service !== undefined && value !== undefined && value !== "") {
      byService[service.toLowerCase()] = value;
    }
  }
  const general = nonEmpty(environment["AWS_ENDPOINT_URL"]) ?? profile?.endpoint;
  return {
    ...(general === undefined ? {} : { endpoint: general }),
    ...(Object.keys(byService).length === 0 ? {} : { serviceEndpoints: byService }),
  };
}

/** The profile's region, else the environment's; never a default. */
export function configuredRegion(environment: Environment, profile?: Profile): string | undefined {
  return profile?.region ?? nonEmpty(environment["AWS_REGION"]) ?? nonEmpty(environment["AWS_DEFAULT_REGION"]);
}

/** What the environment alone chooses; undefined when it says nothing about credentials. */
export function environmentChoice(environment: Environment): { readonly profile?: string } | undefined {
  const profile = nonEmpty(environment["AWS_PROFILE"]);
  if (profile !== undefined) {
    return { profile };
  }
  const sources = [
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  ];
  return sources.some((name) => nonEmpty(environment[name]) !== undefined) ? {} : undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

export interface FileProblem {
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

/** Lines that the SDK's reader passes over without a word. */
export function findFileProblems(text: string, kind: "config" | "credentials"): readonly FileProblem[] {
  const problems: FileProblem[] = [];
  let inSection = false;
  text.split(/\r?\n/).forEach((raw, at) => {
    const line = raw.split(/(?:^|\s)[;#]/)[0]?.trim() ?? "";
    if (line === "") {
      return;
    }
    const message = line.startsWith("[") ? sectionProblem(line, kind) : keyProblem(line, inSection);
    inSection ||= line.startsWith("[");
    if (message !== undefined) {
      problems.push({ line: at + 1, message });
    }
  });
  return problems;
}

function sectionProblem(line: string, kind: "config" | "credentials"): string | undefined {
  if (!line.endsWith("]")) {
    return l10n.t("The section name is not closed by a bracket.");
  }
  const name = line.slice(1, -1).trim();
  if (name === "") {
    return l10n.t("The section has no name.");
  }
  if (kind === "config" && name !== "default" && !/^(profile|sso-session|services|plugins|preview)\b/.test(name)) {
    return l10n.t('In this file a profile is written "[profile {0}]".', name);
  }
  if (kind === "credentials" && /^profile\s/.test(name)) {
    return l10n.t('In this file a profile is written "[{0}]", without the word "profile".', name.replace(/^profile\s+/, ""));
  }
  return undefined;
}

function keyProblem(line: string, inSection: boolean): string | undefined {
  if (!inSection) {
    return l10n.t("The line stands before the first section.");
  }
  const equals = line.indexOf("=");
  if (equals === -1) {
    return l10n.t('The line has no "=" between key and value.');
  }
  return equals === 0 ? l10n.t('The line has no key before the "=".') : undefined;
}
