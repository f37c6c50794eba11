import assert from "node:assert/strict";
import { test } from "node:test";
import { consoleUrl, partitionOf } from "../../../../src/core/aws/partition";
import { configuredEndpoints, configuredRegion, environmentChoice, findFileProblems, toProfiles } from "../../../../src/core/aws/profile";
import { isRegionCode, regionHints } from "../../../../src/core/aws/regions";
import { AppError } from "../../../../src/core/errors";

test("profiles of both files are merged, and other sections are no profiles", () => {
  const config = {
    default: { region: "eu-west-1" },
    sso: { sso_session: "corp", sso_account_id: "1", services: "local" },
    admin: { role_arn: "arn:aws:iam::1:role/Admin", source_profile: "default" },
    tool: { credential_process: "/bin/tool" },
    empty: { output: "json" },
    "sso-session.corp": { sso_start_url: "https://corp" },
    "services.local": { "s3.endpoint_url": "http://127.0.0.1:1", "firehose.retries": "3" },
  };
  const credentials = { default: { aws_access_key_id: "A", aws_secret_access_key: "S" } };
  assert.deepEqual(toProfiles(config, credentials), [
    { name: "default", kind: "keys", region: "eu-west-1" },
    { name: "sso", kind: "sso", serviceEndpoints: { s3: "http://127.0.0.1:1" } },
    { name: "admin", kind: "role" },
    { name: "tool", kind: "process" },
    { name: "empty", kind: "incomplete" },
  ]);
});

test("the region is the profile's, else the environment's, and never a default", () => {
  const profile = { name: "p", kind: "keys", region: "eu-west-1" } as const;
  assert.equal(configuredRegion({ AWS_REGION: "us-west-2" }, profile), "eu-west-1");
  assert.equal(configuredRegion({ AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "sa-east-1" }), "us-west-2");
  assert.equal(configuredRegion({ AWS_REGION: "", AWS_DEFAULT_REGION: "sa-east-1" }), "sa-east-1");
  assert.equal(configuredRegion({}), undefined);
});

test("endpoints come from the environment before the profile, a service's own before the general one", () => {
  const profile = { name: "p", kind: "keys", endpoint: "http://profile", serviceEndpoints: { s3: "http://profile-s3" } } as const;
  assert.deepEqual(configuredEndpoints({}), {});
  assert.deepEqual(configuredEndpoints({}, profile), { endpoint: "http://profile", serviceEndpoints: { s3: "http://profile-s3" } });
  assert.deepEqual(configuredEndpoints({ AWS_ENDPOINT_URL: "http://all" }, profile), { endpoint: "http://all" });
  assert.deepEqual(configuredEndpoints({ AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: "http://logs" }, profile), {
    endpoint: "http://profile",
    serviceEndpoints: { s3: "http://profile-s3", cloudwatch_logs: "http://logs" },
  });
  assert.deepEqual(configuredEndpoints({ AWS_ENDPOINT_URL: "http://all", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }, profile), {});
});

test("the environment chooses by AWS_PROFILE, or by credentials, or not at all", () => {
  assert.deepEqual(environmentChoice({ AWS_PROFILE: "dev", AWS_ACCESS_KEY_ID: "A" }), { profile: "dev" });
  assert.deepEqual(environmentChoice({ AWS_PROFILE: "", AWS_ACCESS_KEY_ID: "A" }), {});
  assert.deepEqual(environmentChoice({ AWS_REGION: "eu-west-1" }), undefined);
});

test("lines that the SDK passes over are found, by file kind", () => {
  const lines = (text: string, kind: "config" | "credentials") => findFileProblems(text, kind).map(({ line }) => line);
  const fine = "# comment\n\n[default]\nregion = eu-west-1 ; note\n[profile a b]\ns3 =\n  max = 1\n[sso-session x]\nsso_region=y\r\n";
  assert.deepEqual(lines(fine, "config"), []);
  assert.deepEqual(lines("[default]\naws_access_key_id=A\n[other]\naws_access_key_id=B", "credentials"), []);
  assert.deepEqual(lines("region = x\n[default\nregion\n= x\n[]", "config"), [1, 2, 3, 4, 5]);
  assert.deepEqual(lines("[dev]\nregion=x", "config"), [1]);
  assert.deepEqual(lines("[profile dev]\naws_access_key_id=A", "credentials"), [1]);
});

test("partitions have their own ids and consoles", () => {
  const url = (region: string) => consoleUrl(region, { kind: "stream", name: "a b" });
  assert.equal(url("eu-west-1"), "https://eu-west-1.console.aws.amazon.com/firehose/home?region=eu-west-1#/details/a%20b/monitoring");
  assert.match(url("cn-north-1"), /^https:\/\/cn-north-1\.console\.amazonaws\.cn\//);
  assert.match(url("us-gov-west-1"), /^https:\/\/us-gov-west-1\.console\.amazonaws-us-gov\.com\//);
  assert.match(url("eusc-de-east-1"), /^https:\/\/eusc-de-east-1\.console\.amazonaws-eusc\.eu\//);
  assert.throws(() => url("us-iso-east-1"), AppError);
  const ids = ["us-east-1", "cn-northwest-1", "us-gov-east-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1"];
  assert.deepEqual(
    ids.map((region) => partitionOf(region).id),
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"],
  );
});

test("every hinted region has the form of a code, and unknown ones pass", () => {
  assert.deepEqual(
    regionHints.filter(([code]) => !isRegionCode(code)),
    [],
  );
  assert.ok(isRegionCode("xx-future-9"));
  assert.ok(!isRegionCode("us-east"));
  assert.ok(!isRegionCode("US-EAST-1"));
});
