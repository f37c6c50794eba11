import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../src/core/errors";
import { definition, startAccount } from "./pipelineAccount";

/** What services say when a resource is made, and what the remedy must speak of. */
const failures: readonly (readonly [resource: string, code: string, message: string, remedy: RegExp])[] = [
  ["MachineRole", "MalformedPolicyDocumentException", "Invalid principal in policy", /principal that does not exist, or not yet/],
  [
    "DeliveryRole",
    "AccessDenied",
    "User: arn:aws:iam::123456789012:user/x is not authorized to perform: iam:CreateRole",
    /Ask for the action/,
  ],
  [
    "Bucket",
    "OperationAborted",
    "A conflicting conditional operation is currently in progress against this resource.",
    /passes: deploy again/,
  ],
  ["Bucket", "NoSuchBucket", "The specified bucket does not exist", /not there, or not yet: deploy again/],
  ["Bucket", "BucketAlreadyExists", "The requested bucket name is not available.", /name is taken/],
  [
    "LogGroup",
    "OperationAbortedException",
    "A conflicting operation is currently in progress against this resource.",
    /passes: deploy again/,
  ],
  ["LogGroup", "ResourceAlreadyExistsException", "The specified log group already exists", /name is taken/],
  ["Domain", "InvalidTypeException", "Error setting policy: [{}]", /principal that does not exist, or not yet/],
  ["Domain", "ValidationException", "Domain is still being deleted", /until the old domain is gone/],
  [
    "Domain",
    "ValidationException",
    "Before you can proceed, you must enable a service-linked role to give Amazon ES permissions",
    /service-linked role/,
  ],
  ["Domain", "ValidationException", "The passed role has not propagated yet", /not visible yet: deploy again/],
  ["Domain", "ValidationException", "Amazon OpenSearch Service must be allowed to use the passed role", /not visible yet: deploy again/],
  ["Domain", "ValidationException", "Authentication error", /not visible yet: deploy again/],
  ["Domain", "LimitExceededException", "You have reached the limit of domains", /Service Quotas/],
  ["Domain", "ValidationException", "Volume size must be between 10 and 35 for t2.medium.search", /change the definition/],
  ["Stream", "InvalidArgumentException", "Firehose is unable to assume role arn:aws:iam::1:role/x", /not visible yet: deploy again/],
  ["Stream", "InvalidArgumentException", "Access was denied when calling the destination", /deploy again; if it fails alike/],
  [
    "Stream",
    "InvalidArgumentException",
    "Please make sure the role specified in VpcConfiguration has permissions",
    /deploy again; if it fails alike/,
  ],
  ["Stream", "InvalidArgumentException", "Verify that the IAM role has access to the domain", /deploy again; if it fails alike/],
  ["Stream", "ThrottlingException", "Rate exceeded", /passes: deploy again/],
];
const sessionFailures: typeof failures = [
  [
    "Fleet",
    "InvalidRoleException",
    "AppStream encountered an error because your IAM role could not be used",
    /not visible yet: deploy again/,
  ],
  ["Fleet", "ResourceNotFoundException", "The image was not found", /not there, or not yet/],
  ["Fleet", "ConcurrentModificationException", "The resource is being changed", /passes: deploy again/],
  ["Fleet", "RequestLimitExceededException", "The request limit was exceeded", /passes: deploy again/],
  ["Fleet", "LimitExceededException", "The limit of 10 fleets is reached", /Service Quotas/],
  ["Fleet", "ResourceNotAvailableException", "There is not enough capacity", /no free capacity/],
  ["Fleet", "IncompatibleImageException", "The image does not support the instance type", /fit the instance type/],
  ["Fleet", "InvalidParameterCombinationException", "The values do not go together", /change the definition/],
  ["Stack", "ResourceAlreadyExistsException", "A stack with this name already exists", /name is taken/],
  ["Association", "ResourceNotFoundException", "The fleet was not found", /not there, or not yet/],
];

for (const [part, rows, more] of [
  ["where the events go", failures, {}],
  ["of the sessions", sessionFailures, { stream: { destination: "s3" } }],
] as const) {
  test(`whatever fails ${part} keeps the service's words, gets a remedy, and the next deployment works`, async (context) => {
    const account = await startAccount(context);
    const pipeline = definition(more);
    for (const [resource, code, message, remedy] of rows) {
      account.fault("resourceFailure", `${resource}=${code}: ${message}`);
      await assert.rejects(account.deploy(pipeline), (thrown) => {
        assert.ok(thrown instanceof AppError, `${code}: ${String(thrown)}`);
        assert.ok(thrown.message.includes(message) && thrown.message.includes(`${resource} (AWS::`), thrown.message);
        assert.match(thrown.next ?? "", remedy, `${code}: ${message}`);
        assert.match(thrown.next ?? "", /next deployment removes what is left/);
        return true;
      });
    }
    account.fault("resourceFailure", undefined);
    assert.equal((await account.deploy(pipeline)).state, "complete");
    const { stacks } = await account.inventory();
    assert.deepEqual(stacks, ["demo-ingest CREATE_COMPLETE", "demo-streaming CREATE_COMPLETE"]);
  });
}
