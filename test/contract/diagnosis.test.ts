import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { checkTexts } from "../../src/core/diagnosis/checkTexts";
import { diagnose, verdictText, type Diagnosis, type DiagnosisOptions } from "../../src/core/diagnosis/diagnose";
import { diagnosisText } from "../../src/core/diagnosis/diagnosisText";
import type { Finding, Hop } from "../../src/core/diagnosis/finding";
import { diagnosisTarget } from "../../src/core/diagnosis/target";
import { Deployment } from "../../src/core/pipeline/deployment";
import type { ProjectTexts } from "../../src/core/pipeline/image/kit";
import { fileNames, projectFiles } from "../../src/core/pipeline/project";
import { definition, startAccount, type Account } from "./pipelineAccount";

const files = projectFiles({ preset: "recommended", name: "demo", region: "us-east-1" });
const sound: ProjectTexts = {
  agentConfig: files[fileNames.agentConfig] ?? "",
  agentTemplate: files[fileNames.agentTemplate] ?? "",
  sessionConfig: files[fileNames.sessionConfig] ?? "",
  sessionScript: files[fileNames.sessionScript] ?? "",
};

async function deployed(context: TestContext, texts = sound, pipeline = definition()): Promise<Account> {
  const account = await startAccount(context);
  const deployment = new Deployment(account.deps(), pipeline, texts);
  await deployment.execute(await deployment.preview(), { wait: true });
  return account;
}

function ask(account: Account, texts = sound, options: DiagnosisOptions = {}, pipeline = definition()): Promise<Diagnosis> {
  return diagnose(
    account.deps(),
    diagnosisTarget(pipeline, texts, (facts) => checkTexts(texts, facts)),
    options,
  );
}

/** Asks until the diagnosis is as expected: what happens in the account takes its time. */
async function until(account: Account, isSo: (diagnosis: Diagnosis) => boolean, texts = sound): Promise<Diagnosis> {
  for (const end = Date.now() + 30_000; ;) {
    const diagnosis = await ask(account, texts);
    if (isSo(diagnosis) || Date.now() > end) {
      assert.ok(isSo(diagnosis), diagnosisText(diagnosis));
      return diagnosis;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const at = (diagnosis: Diagnosis, hop: Hop): Finding | undefined => diagnosis.findings.find((one) => one.hop === hop);
const isFault = (hop: Hop) => (diagnosis: Diagnosis) => at(diagnosis, hop)?.state === "fault";

async function domainCall(account: Account, method: "PUT" | "DELETE", path: string, body = ""): Promise<void> {
  const { endpoint = "" } = await account.aws.domains.get("demo");
  const transport = account.aws.search({ endpoint, region: "us-east-1", access: { kind: "sigv4" } });
  const answer = await transport.send({ method, path, body, contentType: "application/json" });
  assert.ok(answer.status < 300, answer.body);
}

test("a healthy pipeline: events arrive, every step is healthy, and a test record comes through", async (context) => {
  const account = await deployed(context);
  await until(account, (one) => one.arrives && at(one, "sessions")?.state === "ok");
  const diagnosis = await ask(account, sound, { testRecord: true });
  assert.deepEqual(
    diagnosis.findings.filter((one) => one.state !== "ok"),
    [],
  );
  assert.equal(diagnosis.findings.length, 11);
  assert.match(verdictText(diagnosis), /no fault was found/);
});

test("a delivery role whose policy was removed: the rights that are missing are named", async (context) => {
  const account = await deployed(context);
  await account.invoke("iam", "DeleteRolePolicy", { RoleName: "demo-delivery-us-east-1", PolicyName: "deliver" });
  const diagnosis = await until(account, isFault("deliveryRole"));
  const role = at(diagnosis, "deliveryRole");
  assert.match(role?.evidence.join() ?? "", /es:ESHttpPost, arn:aws:es:us-east-1:\d+:domain\/demo\/_bulk: implicitDeny/);
  assert.match(role?.evidence.join() ?? "", /s3:PutObject/);
  assert.match(role?.remedy ?? "", /policy/);
});

test("a domain that refuses the delivery role: the evidence is in bucket and error log", async (context) => {
  const account = await deployed(context);
  const [name] = Object.keys(await account.aws.iam.inlinePolicies("demo-delivery-us-east-1"));
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["s3:*", "logs:*", "es:Describe*"], Resource: "*" },
      { Effect: "Deny", Action: "es:ESHttp*", Resource: "*" },
    ],
  });
  await account.invoke("iam", "PutRolePolicy", { RoleName: "demo-delivery-us-east-1", PolicyName: name, PolicyDocument });
  const diagnosis = await until(account, (one) => isFault("refused")(one) && isFault("errors")(one));
  assert.equal(diagnosis.cause?.hop, "refused");
  assert.match(diagnosis.cause.evidence.join(), /failed\/.*\.gz.* × 403: .*es:ESHttpPost/s);
  assert.match(diagnosis.cause.remedy ?? "", /es:ESHttpPost/);
  assert.match(at(diagnosis, "deliveryRole")?.evidence.join() ?? "", /explicitDeny/);
});

test("an index with a wrong mapping: the type that refuses the events is named", async (context) => {
  const account = await deployed(context);
  const today = `demo-${new Date().toISOString().slice(0, 10)}`;
  await until(account, (one) => one.arrives);
  await account.invoke("appstream", "StopFleet", { Name: "demo-fleet" });
  await until(account, (one) => /STOPPED/.test(at(one, "fleet")?.text ?? ""));
  await domainCall(account, "DELETE", `/${today}`);
  await domainCall(account, "DELETE", "/_template/demo");
  await domainCall(account, "PUT", `/${today}`, JSON.stringify({ mappings: { properties: { EventId: { type: "boolean" } } } }));
  await account.invoke("appstream", "StartFleet", { Name: "demo-fleet" });
  const diagnosis = await until(account, (one) => isFault("index")(one) && isFault("refused")(one));
  assert.match(at(diagnosis, "index")?.evidence.join() ?? "", /EventId is of type boolean, not long/);
  assert.match(at(diagnosis, "refused")?.evidence.join() ?? "", /× 400: .*EventId/);
  assert.equal(diagnosis.cause?.hop, "index");
});

test("a stream that was deleted by hand", async (context) => {
  const account = await deployed(context);
  await account.invoke("firehose", "DeleteDeliveryStream", { DeliveryStreamName: "demo-stream" });
  const diagnosis = await until(account, (one) => /no delivery stream demo-stream/.test(at(one, "stream")?.text ?? ""));
  assert.equal(diagnosis.cause?.hop, "stream");
  assert.equal(at(diagnosis, "index")?.state, "silent");
  assert.notEqual(at(diagnosis, "fleet")?.state, "fault");
});

test("a stream that was pointed to another index", async (context) => {
  const account = await deployed(context);
  const { DeliveryStreamDescription: described } = (await account.invoke("firehose", "DescribeDeliveryStream", {
    DeliveryStreamName: "demo-stream",
  })) as { DeliveryStreamDescription: { VersionId: string; Destinations: { DestinationId: string }[] } };
  await account.invoke("firehose", "UpdateDestination", {
    DeliveryStreamName: "demo-stream",
    CurrentDeliveryStreamVersionId: described.VersionId,
    DestinationId: described.Destinations[0]?.DestinationId,
    AmazonopensearchserviceDestinationUpdate: { IndexName: "elsewhere" },
  });
  const diagnosis = await until(account, isFault("stream"));
  assert.match(at(diagnosis, "stream")?.text ?? "", /index elsewhere instead of demo/);
});

test("a fleet without a role", async (context) => {
  const account = await deployed(context);
  await account.invoke("appstream", "StopFleet", { Name: "demo-fleet" });
  const stopped = await until(account, (one) => /STOPPED/.test(at(one, "fleet")?.text ?? ""));
  assert.match(at(stopped, "fleet")?.remedy ?? "", /Start it/);
  await account.invoke("appstream", "UpdateFleet", { Name: "demo-fleet", AttributesToDelete: ["IAM_ROLE_ARN"] });
  await account.invoke("appstream", "StartFleet", { Name: "demo-fleet" });
  const diagnosis = await until(account, (one) => isFault("machineRole")(one) && at(one, "fleet")?.state === "ok");
  assert.match(at(diagnosis, "machineRole")?.text ?? "", /no IAM role/);
  assert.match(at(diagnosis, "agentFiles")?.evidence.join() ?? "", /XF003/);
});

test("a machine role that may not write to the stream", async (context) => {
  const account = await deployed(context);
  await account.invoke("iam", "DeleteRolePolicy", { RoleName: "demo-agent-us-east-1", PolicyName: "write-to-stream" });
  const diagnosis = await until(account, isFault("machineRole"));
  assert.match(at(diagnosis, "machineRole")?.evidence.join() ?? "", /firehose:PutRecordBatch, .*demo-stream: implicitDeny/);
});

test("another stream in the agent's configuration; a test record shows that the stream's half works", async (context) => {
  const wrong = (sound.agentConfig ?? "").replace("demo-stream", "other-stream");
  const texts = { ...sound, agentConfig: wrong, agentTemplate: wrong };
  const account = await deployed(context, texts);
  await until(account, (one) => at(one, "sessions")?.state === "ok", texts);
  const diagnosis = await ask(account, texts, { testRecord: true });
  assert.equal(diagnosis.arrives, false);
  assert.equal(diagnosis.cause?.hop, "agentFiles");
  assert.match(diagnosis.cause.evidence.join(), /appsettings\.json: XF004: .*demo-stream/);
  assert.match(at(diagnosis, "testRecord")?.text ?? "", /came through/);
  assert.deepEqual([at(diagnosis, "refused")?.state, at(diagnosis, "deliveryRole")?.state], ["ok", "ok"]);
});

test("a stream to a bucket: its objects are looked at instead of an index", async (context) => {
  const pipeline = definition({ stream: { destination: "s3", bufferSeconds: 1 } });
  const account = await deployed(context, sound, pipeline);
  assert.equal(at(await ask(account, sound, {}, pipeline), "index")?.state, "silent");
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200))) {
    if ((await ask(account, sound, {}, pipeline)).arrives) {
      break;
    }
  }
  const diagnosis = await ask(account, sound, {}, pipeline);
  assert.equal(diagnosis.arrives, true);
  assert.match(at(diagnosis, "index")?.evidence.join() ?? "", /s3:\/\/demo-ingest-bucket-\w+\/\d{4}\/.*ago/);
  assert.deepEqual(
    diagnosis.findings.filter((one) => one.state === "fault"),
    [],
  );
});

test("nobody has a session", async (context) => {
  const account = await deployed(context);
  await until(account, (one) => at(one, "sessions")?.state === "ok");
  const { items } = await account.aws.appstream.listSessions({ stackName: "demo-stack", fleetName: "demo-fleet" });
  for (const { id } of items) {
    await account.aws.appstream.expireSession(id);
  }
  const diagnosis = await ask(account);
  assert.deepEqual(
    diagnosis.findings.filter((one) => one.state === "fault").map((one) => one.hop),
    ["sessions"],
  );
  assert.match(`${diagnosis.cause?.text} ${diagnosis.cause?.remedy}`, /Nobody has a session.*Test Session/);
});

test("what may not be asked is said, and the rest is walked all the same", async (context) => {
  const account = await deployed(context);
  account.fault("accessDenied", "iam:*,s3:*,logs:*,appstream:DescribeSessions");
  const diagnosis = await ask(account);
  const unknown = diagnosis.findings.filter((one) => one.state === "unknown").map((one) => one.hop);
  assert.deepEqual(unknown, ["refused", "errors", "deliveryRole", "machineRole", "sessions"]);
  assert.notEqual(at(diagnosis, "fleet"), undefined);
  assert.match(at(diagnosis, "refused")?.text ?? "", /s3:List/);
});

test("a pipeline that was never deployed", async (context) => {
  const account = await startAccount(context);
  const diagnosis = await ask(account);
  assert.equal(diagnosis.cause?.hop, "stream");
  assert.match(diagnosisText(diagnosis), /no delivery stream demo-stream.*Deploy again/s);
});
