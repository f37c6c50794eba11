import assert from "node:assert/strict";
import { test } from "node:test";
import type { StackEvent, StackSummary } from "../../../../src/core/aws/ports";
import { remedyFor, rootCauses, stackFailure } from "../../../../src/core/pipeline/failure";

/** What the services say, as it stands in CloudFormation's events, and what the remedy must speak of. */
const remedies: readonly (readonly [string, RegExp])[] = [
  ["InvalidRoleException: AppStream encountered an error because your IAM role is not usable", /not visible yet: deploy again/],
  ["InvalidArgumentException: Firehose is unable to assume role arn:aws:iam::1:role/x. Please check the role provided.", /not visible yet/],
  ["ValidationException: The passed role has not propagated yet", /not visible yet/],
  ["InvalidTypeException: Error setting policy: [{...}]", /principal that does not exist/],
  ["ValidationException: Domain is still being deleted", /old domain is gone/],
  [
    "ValidationException: A change/update is in progress. Please wait for it to complete before requesting another change.",
    /busy|deploy again/i,
  ],
  ["RequestLimitExceededException: The request limit is exceeded", /passes: deploy again/],
  ["MalformedPolicyDocument: Invalid principal in policy: AWS: arn:aws:iam::1:role/x", /principal that does not exist/],
  ["NoSuchBucket: The specified bucket does not exist", /not there, or not yet/],
  ["ResourceNotFoundException: The image demo-image was not found", /not there, or not yet/],
  ["DeleteConflictException: Cannot delete entity, must detach all policies first", /passes: deploy again/],
  ["InvalidArgumentException: Access was denied. Please make sure the role has access", /rights that the preview shows/],
  ["InvalidArgumentException: Verify that the IAM role has access to the OpenSearch domain", /rights that the preview shows/],
  ["ConcurrentModificationException: The resource is being changed", /passes: deploy again/],
  ["OperationAbortedException: A conflicting operation is currently in progress", /passes: deploy again/],
  ["Rate exceeded (Service: Firehose; Status Code: 400; Error Code: Throttling)", /passes: deploy again/],
  ["ResourceNotAvailableException: there is not enough capacity", /no free capacity/],
  ["LimitExceededException: The limit of 10 fleets is reached", /Service Quotas/],
  ["AccessDeniedException: User: arn:aws:iam::1:user/x is not authorized to perform: es:CreateDomain", /Ask for the action/],
  ["ResourceAlreadyExistsException: A fleet with the name x already exists.", /name is taken/],
  ["IGW_NOT_ATTACHED The subnet has no internet gateway", /internet gateway/],
  ["SUBNET_HAS_INSUFFICIENT_IP_ADDRESSES", /free addresses/],
  ["SECURITY_GROUPS_NOT_FOUND", /security groups/],
  ["IAM_SERVICE_ROLE_IS_MISSING", /AppStream console/],
  ["MACHINE_ROLE_IS_MISSING", /role/],
  ["STS_DISABLED_IN_REGION", /STS/],
  ["IMAGE_NOT_FOUND", /AVAILABLE/],
  ["IncompatibleImageException: The image does not support the instance type", /fit the instance type/],
  ["DOMAIN_JOIN_ERROR_ACCESS_DENIED", /directory/],
  ["ValidationException: enable a service-linked role to give Amazon ES permissions to access your VPC", /service-linked role/],
  ["The bucket you tried to delete is not empty (BucketNotEmpty)", /[Ee]mpty/],
];
for (const [reason, remedy] of remedies) {
  test(`there is a remedy for: ${reason.slice(0, 60)}`, () => {
    assert.match(remedyFor(reason) ?? "", remedy);
  });
}

function event(logicalId: string, status: string, at: number, reason?: string, resourceType = "AWS::IAM::Role"): StackEvent {
  return {
    id: `${logicalId}-${at}`,
    stackId: "s",
    logicalId,
    resourceType,
    status,
    time: new Date(at),
    ...(reason === undefined ? {} : { reason }),
  };
}

const stack = { id: "s", name: "demo-ingest", status: "ROLLBACK_COMPLETE", tags: {}, outputs: {}, parameters: {} } satisfies StackSummary;

test("the causes are the first failures: not what was cancelled for them, nor what the rollback met", () => {
  const events = [
    event("demo-ingest", "CREATE_FAILED", 5, "The following resource(s) failed to create", "AWS::CloudFormation::Stack"),
    event("Stream", "CREATE_FAILED", 2, "Resource creation cancelled"),
    event("Domain", "CREATE_FAILED", 1, "LimitExceededException: too many"),
    event("Bucket", "CREATE_FAILED", 1, "AccessDenied: s3:CreateBucket"),
    event("demo-ingest", "ROLLBACK_IN_PROGRESS", 6, undefined, "AWS::CloudFormation::Stack"),
    event("Domain", "DELETE_FAILED", 7, "cannot be deleted"),
  ];
  assert.deepEqual(
    rootCauses(events, stack).map((one) => one.logicalId),
    ["Domain", "Bucket"],
  );
  const error = stackFailure(events, stack);
  assert.match(error.message, /Domain .*too many; Bucket .*s3:CreateBucket/);
  assert.match(error.next ?? "", /Service Quotas.*next deployment removes what is left/);
});
