import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { createAws } from "../../../src/aws/createAws";
import { createCredentials } from "../../../src/aws/credentials";
import { listProfiles } from "../../../src/aws/profiles";
import type { Connection } from "../../../src/core/aws/connection";
import type { AppError } from "../../../src/core/errors";
import { isAbort } from "../../../src/core/errors";
import { abortError } from "../../../src/core/clock";
import { startStub } from "./stub";

const variables = [
  "HOME",
  "USERPROFILE",
  "AWS_CONFIG_FILE",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_PROFILE",
  "AWS_REGION",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_ENDPOINT_URL_STS",
];
const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
let home = "";

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "aws-home-"));
  for (const name of variables) {
    Reflect.deleteProperty(process.env, name);
  }
  process.env["HOME"] = home;
  process.env["USERPROFILE"] = home;
});

afterEach(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) {
      Reflect.deleteProperty(process.env, name);
    } else {
      process.env[name] = value;
    }
  }
  rmSync(home, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(join(home, ".aws"), { recursive: true });
  writeFileSync(join(home, ".aws", path), text);
}

const connectionOf = (more: Partial<Connection>): Connection => ({ kind: "aws", region: "eu-west-1", epoch: 1, ...more });

test("without AWS files there are no profiles and no problems", async () => {
  assert.deepEqual(await listProfiles(), { profiles: [], problems: [] });
});

test("profiles come from both files, and a malformed line is named by file, line and reason", async () => {
  write("config", "[profile dev]\nregion = eu-west-1\nrubbish\n[wrong]\nregion = x\n");
  write("credentials", "[dev]\naws_access_key_id = A\naws_secret_access_key = S\n");
  const { profiles, problems } = await listProfiles();
  assert.deepEqual(profiles, [{ name: "dev", kind: "keys", region: "eu-west-1" }]);
  assert.deepEqual(
    problems.map(({ path, line }) => [path, line]),
    [
      [join(home, ".aws", "config"), 3],
      [join(home, ".aws", "config"), 4],
    ],
  );
  assert.match(problems[1]?.message ?? "", /\[profile wrong\]/);
});

test("AWS_CONFIG_FILE counts, and a chosen file counts more", async () => {
  write("elsewhere", "[profile fromEnvironment]\nregion = a\n");
  write("chosen", "[profile fromSetting]\nregion = b\n");
  process.env["AWS_CONFIG_FILE"] = join(home, ".aws", "elsewhere");
  const names = async (files = {}) => (await listProfiles(files)).profiles.map(({ name }) => name);
  assert.deepEqual(await names(), ["fromEnvironment"]);
  assert.deepEqual(await names({ config: "~/.aws/chosen" }), ["fromSetting"]);
  assert.deepEqual(await names(), ["fromEnvironment"]);
});

test("a file that cannot be read is a problem, not an empty list", async () => {
  mkdirSync(join(home, ".aws", "config"), { recursive: true });
  const { problems } = await listProfiles();
  assert.deepEqual([problems.length, problems[0]?.line], [1, 0]);
});

test("keys are read once, and anew after a change when told to forget", async () => {
  write("credentials", "[dev]\naws_access_key_id = A\naws_secret_access_key = S\n");
  const source = createCredentials(connectionOf({ profile: "dev" }), {});
  assert.equal((await source()).accessKeyId, "A");
  write("credentials", "[dev]\naws_access_key_id = B\naws_secret_access_key = S\n");
  assert.equal((await source()).accessKeyId, "A");
  source.forget();
  assert.equal((await source()).accessKeyId, "B");
});

test("a chosen profile counts although the environment has keys; without a profile the environment counts", async () => {
  write("credentials", "[dev]\naws_access_key_id = A\naws_secret_access_key = S\n");
  process.env["AWS_ACCESS_KEY_ID"] = "ENV";
  process.env["AWS_SECRET_ACCESS_KEY"] = "S";
  assert.equal((await createCredentials(connectionOf({ profile: "dev" }), {})()).accessKeyId, "A");
  assert.equal((await createCredentials(connectionOf({}), {})()).accessKeyId, "ENV");
});

test("credential_process is run", async () => {
  const answer = JSON.stringify({ Version: 1, AccessKeyId: "P", SecretAccessKey: "S" });
  write("answer.js", `process.stdout.write(${JSON.stringify(answer)})`);
  write("config", `[profile tool]\ncredential_process = "${process.execPath}" "${join(home, ".aws", "answer.js")}"\n`);
  assert.equal((await createCredentials(connectionOf({ profile: "tool" }), {})()).accessKeyId, "P");
});

test("assuming a role with MFA asks for the code once, for all clients of the connection", async () => {
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  const stub = await startStub(({ body }) => ({
    headers: { "content-type": "text/xml" },
    body: body.includes("AssumeRole")
      ? `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
      : `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>a</Arn><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  }));
  try {
    process.env["AWS_ENDPOINT_URL_STS"] = stub.endpoint;
    write("credentials", "[base]\naws_access_key_id = A\naws_secret_access_key = S\n");
    write("config", "[profile admin]\nrole_arn = arn:aws:iam::1:role/Admin\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n");
    const asked: string[] = [];
    const aws = createAws(connectionOf({ profile: "admin", endpoint: stub.endpoint }), {
      mfaCode: async (serial) => {
        asked.push(serial);
        return "123456";
      },
    });
    await Promise.all([aws.identity.getCallerIdentity(), aws.identity.getCallerIdentity()]);
    assert.deepEqual(asked, ["arn:aws:iam::1:mfa/me"]);
    assert.match(stub.requests[0]?.body ?? "", /TokenCode=123456/);
    assert.match(stub.requests.at(-1)?.headers.authorization ?? "", /Credential=ROLE\//);
  } finally {
    await stub.close();
  }
});

test("declining the MFA code is a stop", async () => {
  write("credentials", "[base]\naws_access_key_id = A\naws_secret_access_key = S\n");
  write("config", "[profile admin]\nrole_arn = arn:aws:iam::1:role/Admin\nsource_profile = base\nmfa_serial = m\n");
  const aws = createAws(connectionOf({ profile: "admin", endpoint: "http://127.0.0.1:9" }), {
    mfaCode: () => Promise.reject(abortError()),
  });
  await assert.rejects(aws.streams.list({}), isAbort);
});

test("an expired sign-in session is told as such, with the command, and a new one is taken up without further ado", async () => {
  const config =
    "[profile sso]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = Dev\n[sso-session corp]\nsso_start_url = https://corp\nsso_region = eu-west-1\n";
  write("chosen", config);
  const token = (expires: Date) => {
    mkdirSync(join(home, ".aws", "sso", "cache"), { recursive: true });
    const name = createHash("sha1").update("corp").digest("hex");
    writeFileSync(
      join(home, ".aws", "sso", "cache", `${name}.json`),
      JSON.stringify({ accessToken: "t", expiresAt: expires.toISOString() }),
    );
  };
  token(new Date(Date.now() - 1000));
  const outcomes: (AppError | undefined)[] = [];
  const aws = createAws(
    connectionOf({ profile: "sso", sharedFiles: { config: join(home, ".aws", "chosen") }, endpoint: "http://127.0.0.1:9" }),
    {
      onOutcome: (error) => outcomes.push(error),
    },
  );
  await assert.rejects(aws.streams.list({}), (error: AppError) => {
    assert.equal(error.reason, "expiredCredentials");
    assert.match(error.next ?? "", /aws sso login --profile sso/);
    return true;
  });
  assert.deepEqual(
    outcomes.map((error) => error?.reason),
    ["expiredCredentials"],
  );
});

test("credentials that a service calls expired are read anew once, silently", async () => {
  write("credentials", "[dev]\naws_access_key_id = OLD\naws_secret_access_key = S\n");
  const stub = await startStub(({ headers }) => {
    if ((headers.authorization ?? "").includes("Credential=OLD/")) {
      write("credentials", "[dev]\naws_access_key_id = NEW\naws_secret_access_key = S\n");
      return { status: 400, body: { __type: "ExpiredTokenException", message: "expired" } };
    }
    return { body: { DeliveryStreamNames: ["a"], HasMoreDeliveryStreams: false } };
  });
  try {
    const aws = createAws(connectionOf({ profile: "dev", endpoint: stub.endpoint }));
    assert.deepEqual(await aws.streams.list({}), { items: ["a"] });
  } finally {
    await stub.close();
  }
});

test("a profile without credentials says what is missing", async () => {
  write("config", "[profile empty]\nregion = eu-west-1\n");
  const aws = createAws(connectionOf({ profile: "empty", endpoint: "http://127.0.0.1:9" }));
  await assert.rejects(aws.streams.list({}), (error: AppError) => error.reason === "notConnected" && /empty/.test(error.message));
});

test("a service's own endpoint counts more than the general one", async () => {
  write("config", "[profile dev]\naws_access_key_id = A\naws_secret_access_key = S\n");
  const stub = await startStub(() => ({ body: { DeliveryStreamNames: [], HasMoreDeliveryStreams: false } }));
  try {
    const aws = createAws(connectionOf({ profile: "dev", endpoint: "http://127.0.0.1:9", serviceEndpoints: { firehose: stub.endpoint } }));
    assert.deepEqual(await aws.streams.list({}), { items: [] });
  } finally {
    await stub.close();
  }
});

const refusal = async (profile?: string): Promise<string> => {
  const aws = createAws(connectionOf(profile === undefined ? {} : { profile }), {});
  const thrown: unknown = await aws.identity.getCallerIdentity().then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Error);
  const { reason, message, next } = thrown as AppError;
  return [reason, message, next].join(" | ");
};

test("without AWS files and without a profile the message says where credentials come from", async () => {
  process.env["AWS_EC2_METADATA_DISABLED"] = "true";
  assert.equal(
    await refusal(),
    "notConnected | No AWS credentials were found: the environment holds none, and there is no default profile. | Run aws configure, sign in, or choose a profile.",
  );
});

test("a profile that no file holds is named with both files", async () => {
  write("config", "[profile dev]\nregion = eu-west-1\n");
  const [config, credentials] = ["config", "credentials"].map((name) => join(home, ".aws", name));
  assert.equal(
    await refusal("nope"),
    `notConnected | The profile nope stands neither in ${config} nor in ${credentials}. | Choose another profile or add this one.`,
  );
});

test("a malformed line of an AWS file is named when no credentials come of it", async () => {
  write("config", "[profile dev\nregion = eu-west-1\n");
  assert.match(await refusal("dev"), /^notConnected \| .*\. Line 1 of .*config: The section name is not closed by a bracket\. \| /);
});

test("a profile without credentials says so, and its file is right", async () => {
  write("config", "[profile dev]\nregion = eu-west-1\n");
  assert.match(
    await refusal("dev"),
    /^notConnected \| There are no usable credentials in profile dev: [^|]*[^.|]\. \| Edit the profile or choose another one\.$/,
  );
});

test("the signer of a domain gives the same sentence", async () => {
  const transport = createAws(connectionOf({ profile: "nope" }), {}).search({
    endpoint: "https://search-x.eu-west-1.es.amazonaws.com",
    region: "eu-west-1",
    access: { kind: "sigv4" },
  });
  await assert.rejects(transport.send({ method: "GET", path: "/" }), /The profile nope stands neither/);
});
