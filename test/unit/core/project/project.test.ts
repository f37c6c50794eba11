import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkProject, factsOfDefinition, type Project, type ProjectFacts } from "../../../../src/core/project/checkProject";
import { checkFile } from "../../../../src/core/project/checkFile";
import { isGenerated, readProject } from "../../../../src/core/project/project";
import { checkAcross, projectRules } from "../../../../src/core/project/projectRules";
import { parseDefinition } from "../../../../src/core/pipeline/parse";
import { projectFiles } from "../../../../src/core/pipeline/project";

interface Vector {
  readonly given: string;
  readonly expected: readonly string[];
  readonly why: string;
  readonly context?: Record<string, unknown>;
}

const fixture = (...path: string[]): string => readFileSync(join("test", "fixtures", ...path), "utf8");
/** Rules of appsettings.json alone are tested elsewhere; their codes are words. */
const codes = (project: Project): string[] =>
  [...new Set(checkProject(project).map((problem) => problem.code))].filter((code) => /^[A-Z]/.test(code)).sort();

function projectOf(vector: Vector): Project {
  const context = vector.context ?? {};
  const fleet = (context["fleet"] ?? {}) as Record<string, string>;
  const pattern = context["indexPattern"] as { timeFieldName: string } | undefined;
  const facts: ProjectFacts = {
    region: fleet["Region"] ?? "",
    streamName: fleet["StreamName"] ?? "",
    machineRole: fleet["IamRoleArn"] ?? "",
    agentVersion: context["agentVersion"] as string,
    ...(context["destination"] === undefined ? {} : { destination: context["destination"] as string }),
    ...(context["rolePolicy"] === undefined ? {} : { rolePolicy: (context["rolePolicy"] as string[]).map((action) => ({ action })) }),
    ...(context["agentFiles"] === undefined ? {} : { agentFiles: context["agentFiles"] as string[] }),
    ...(pattern === undefined ? {} : { timeFieldName: pattern.timeFieldName }),
  };
  return {
    session: { file: "config.json", text: vector.given },
    agent: { file: "appsettings.json", text: JSON.stringify(context["appsettings"], null, 2) },
    scripts: [],
    facts,
  };
}

const vectors = (JSON.parse(fixture("session", "vectors.json")) as Vector[]).filter((one) => one.context?.["appsettings"] !== undefined);
for (const vector of vectors) {
  test(`project: ${vector.why} gives ${vector.expected.join(", ") || "nothing"}`, () => {
    assert.deepEqual(codes(projectOf(vector)), vector.expected);
  });
}

type Sink = Record<string, unknown>;
const session = (script = "start.ps1"): string =>
  JSON.stringify({
    SessionStart: {
      executables: [
        {
          context: "system",
          filename: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
          arguments: `-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "C:\\AppStream\\SessionScripts\\${script}"`,
        },
      ],
      waitingTime: 30,
    },
  });

function project(sink: Sink = {}, facts: ProjectFacts = {}, script?: string, extra: object = {}): Project {
  return {
    agent: {
      file: "appsettings.json",
      text: JSON.stringify({
        Sources: [{ Id: "A", SourceType: "WindowsEventLogSource", LogName: "Application" }],
        Sinks: [
          { Id: "F", SinkType: "KinesisFirehose", ProfileName: "appstream_machine_role", Region: "us-east-1", StreamName: "S", ...sink },
        ],
        Pipes: [{ Id: "P", SourceRef: "A", SinkRef: "F" }],
        ...extra,
      }),
    },
    session: { file: "config.json", text: session() },
    scripts: script === undefined ? [] : [{ file: "start.ps1", text: script }],
    facts: { region: "us-east-1", streamName: "S", machineRole: "r", agentVersion: "1.2.10.2", ...facts },
  };
}

const replacing = "$c = $c.Replace('{appstreamVariables}', \"AppStream_UserName=$($u)\")\n";
const mirroring = "[Environment]::SetEnvironmentVariable('AppStream_UserName', $u, 'Machine')\n";
const writing =
  "$f = 'C:\\Program Files\\Amazon\\AWSKinesisTap\\appsettings.json'\n$x = 'AppStream_UserName'\nSet-Content -Path $f -Value $c\n";

const cases: Readonly<Record<string, { readonly fires: Project; readonly near: Project }>> = {
  XF001: {
    fires: project({ ObjectDecoration: "{appstreamVariables};a=b" }),
    near: project({ ObjectDecoration: "{appstreamVariables};a=b" }, {}, replacing),
  },
  XF002: {
    fires: project({ ObjectDecoration: "{appstreamVariables};AppStream_UserName=x" }, {}, replacing),
    near: project({ ObjectDecoration: "{appstreamVariables};a=b;" }, {}, replacing),
  },
  XF003: { fires: project({}, { machineRole: "" }), near: project({}, { machineRole: "r" }) },
  XF004: { fires: project({ StreamName: "Other" }), near: project({ StreamName: "{env:STREAM}" }) },
  XF005: {
    fires: project({}, { rolePolicy: [{ action: "firehose:*", resource: "*" }] }),
    near: project({}, { rolePolicy: [{ action: "firehose:PutRecordBatch", resource: "arn:aws:firehose:us-east-1:1:deliverystream/S" }] }),
  },
  XF006: {
    fires: project({ CombineRecords: true }, { destination: "opensearch" }),
    near: project({ CombineRecords: true }, { destination: "s3" }),
  },
  XF007: {
    fires: project({}, {}, undefined, { Pipes: [{ Id: "P", SourceRef: "A", SinkRef: "G" }] }),
    near: project({}, {}, undefined, { Pipes: [{ Id: "P", SourceRef: "_KinesisTapMetricsSource", SinkRef: "F" }] }),
  },
  XF008: {
    fires: project({ ObjectDecoration: "u={env:AppStream_UserName}" }, {}, mirroring),
    near: project({ ObjectDecoration: "u={env:AppStream_UserName}" }, { agentVersion: "1.1.227.1" }, mirroring),
  },
  XF009: { fires: project({ ObjectDecoration: "a=é" }, {}, writing), near: project({ ObjectDecoration: "a=e" }, {}, writing) },
  XF010: { fires: project({}, { timeFieldName: "@timestamp" }), near: project({}, { timeFieldName: "TimeCreated" }) },
  XF011: {
    fires: project({ ObjectDecoration: "i={env:AppStream_Image_Arn}" }),
    near: project({ ObjectDecoration: "i={env:AppStream_Image_Arn}" }, { agentVersion: "1.1.227.1" }),
  },
  XF012: { fires: project({}, { agentFiles: ["configs/my.template.json"] }), near: project({}, { agentFiles: ["configs/iis.json"] }) },
  XF013: {
    fires: project({ ObjectDecoration: "c={env:APPSTREAM_SESSION_CONTEXT}" }),
    near: project({ ObjectDecoration: "c={env:APPSTREAM_SESSION_CONTEXT}" }, { agentVersion: "1.1.227.1" }),
  },
};

const across = (one: Project): string[] => checkAcross(readProject(one)).map((problem) => problem.code);

for (const [code, one] of Object.entries(cases)) {
  test(`${code} fires on its mistake and not on the near miss`, () => {
    assert.ok(across(one.fires).includes(code), across(one.fires).join(" "));
    assert.ok(!across(one.near).includes(code), across(one.near).join(" "));
  });
}

test("every rule across files has a case", () => {
  assert.deepEqual(
    projectRules.map((rule) => rule.code),
    Object.keys(cases),
  );
});

test("one mistake is one problem: the finding across files takes the place of the file's own", () => {
  const found = checkProject(project({ Format: "json", ObjectDecoration: "{appstreamVariables};a=b" }));
  assert.ok(
    checkFile("agent", '{"Sinks":[{"Id":"S","SinkType":"KinesisFirehose","Format":"json","ObjectDecoration":"{x};a=b"}]}').some(
      (one) => one.code === "object-decoration-missing-equals",
    ),
  );
  assert.deepEqual(
    found.filter((one) => one.file === "appsettings.json" && /equals|placeholder|XF/.test(one.code)).map((one) => one.code),
    ["XF001"],
  );
});

test("the waiting time is judged once, in config.json", () => {
  const found = codes(project({}, {}, "# AppStream_UserName AWSKinesisTap\nStart-Sleep -Seconds 40\n"));
  assert.ok(found.includes("SSC037"));
  assert.ok(!found.includes("SCR33"));
});

for (const preset of ["tutorial", "recommended"] as const) {
  test(`a new ${preset} project has no warning and no error`, () => {
    const files = projectFiles({ preset, name: "demo", region: "eu-west-1" });
    const file = (name: string): { file: string; text: string } => ({ file: name, text: files[name] ?? "" });
    const definition = parseDefinition(files["appstream-pipeline.json"] ?? "").definition;
    assert.ok(definition !== undefined);
    const facts = factsOfDefinition(definition);
    assert.equal(facts.region, "eu-west-1");
    const whole: Project = {
      definition: file("appstream-pipeline.json"),
      agent: file("appsettings.json"),
      session: file("config.json"),
      scripts: [file("system_session_start.ps1")],
      fileNames: Object.keys(files),
      facts,
    };
    assert.deepEqual(
      checkProject(whole).filter((problem) => problem.severity !== "information"),
      [],
    );
  });
}

test("a reference that the file's own rules report is not reported across files too", () => {
  const found = checkProject(project({}, {}, undefined, { Pipes: [{ Id: "P", SourceRef: "A", SinkRef: "G" }] }));
  assert.ok(found.some((one) => one.code === "dangling-sink-ref"));
  assert.ok(!found.some((one) => one.code === "XF007"));
});

test("the generated script is known by what it says of itself", () => {
  const files = projectFiles({ preset: "recommended", name: "demo", region: "eu-west-1" });
  assert.ok(isGenerated(files["system_session_start.ps1"] ?? ""));
  assert.ok(!isGenerated(fixture("script", "tutorial.ps1")));
});
