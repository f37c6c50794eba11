import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChangeSetChange } from "../../../../src/core/aws/ports";
import { changeChecks } from "../../../../src/core/pipeline/changeRules";
import { valueChanges } from "../../../../src/core/pipeline/valueChanges";

type Detail = ChangeSetChange["details"][number];

function change(resourceType: string, replacement: string, ...details: Omit<Detail, "attribute">[]): ChangeSetChange {
  const full = details.map((one) => ({ attribute: "Properties", ...one }));
  return { action: "Modify", logicalId: "One", physicalId: "one", resourceType, replacement, scope: ["Properties"], details: full };
}

const to = "AmazonopensearchserviceDestinationConfiguration";
const stream = "AWS::KinesisFirehose::DeliveryStream";
const domain = "AWS::OpenSearchService::Domain";

const cases: readonly (readonly [string, ChangeSetChange, "error" | "warning" | undefined, RegExp?])[] = [
  ["a buffer", change(stream, "False", { name: to, before: '{"BufferingHints":1}', after: '{"BufferingHints":2}' }), undefined],
  [
    "the backup mode",
    change(stream, "False", { name: to, before: '{"S3BackupMode":"FailedDocumentsOnly"}', after: '{"S3BackupMode":"AllDocuments"}' }),
    "error",
    /bucket .* cannot be changed.*another name/s,
  ],
  [
    "the kind of destination",
    change(stream, "False", { name: to, before: "{}" }, { name: "ExtendedS3DestinationConfiguration", after: "{}" }),
    "error",
    /another kind of destination/,
  ],
  ["the stream's name", change(stream, "True", { name: "DeliveryStreamName", requiresRecreation: "Always" }), "warning", /old name/],
  [
    "the type of a fleet under its name",
    change("AWS::AppStream::Fleet", "True", { name: "FleetType", requiresRecreation: "Always" }),
    "error",
    /replaced because of FleetType/,
  ],
  ["the instance type of a fleet", change("AWS::AppStream::Fleet", "False", { name: "InstanceType" }), "warning", /running sessions end/],
  ["the capacity of a fleet", change("AWS::AppStream::Fleet", "False", { name: "ComputeCapacity" }), undefined],
  ["nodes of a domain", change(domain, "False", { name: "ClusterConfig" }), "warning", /blue\/green/],
  ["the policy of a domain", change(domain, "False", { name: "AccessPolicies" }), undefined],
  ["the name of a domain", change(domain, "True", { name: "DomainName", requiresRecreation: "Always" }), "warning", /billed/],
  [
    "the group of a log stream",
    change("AWS::Logs::LogStream", "Conditional", { name: "LogGroupName", before: "/old" }),
    "error",
    /Keep the log group \/old/,
  ],
];

for (const [what, given, severity, text] of cases) {
  test(`a change of ${what} is ${severity === undefined ? "fine" : `answered with a ${severity}`}`, () => {
    const checks = changeChecks([given]);
    assert.deepEqual(
      checks.map((one) => one.severity),
      severity === undefined ? [] : [severity],
    );
    if (text !== undefined) {
      assert.match(checks.map((one) => `${one.text} ${one.remedy ?? ""}`).join(), text);
    }
  });
}

test("of structured values only the leaves that differ are shown", () => {
  const before = '{"BufferingHints":{"IntervalInSeconds":60,"SizeInMBs":1},"IndexName":"a"}';
  const after = '{"BufferingHints":{"IntervalInSeconds":120,"SizeInMBs":1},"IndexName":"a","RoleARN":"arn"}';
  assert.deepEqual(valueChanges("To", before, after), ["To.BufferingHints.IntervalInSeconds: 60 → 120", "To.RoleARN: ∅ → arn"]);
  assert.deepEqual(valueChanges("Name", "a", "{{changeSet:KNOWN_AFTER_APPLY}}"), ["Name: a → {{changeSet:KNOWN_AFTER_APPLY}}"]);
});
