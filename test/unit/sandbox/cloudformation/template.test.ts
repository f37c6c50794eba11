import assert from "node:assert/strict";
import { test } from "node:test";
import { isTrue, knownAfterApply, referencesIn, resolve, type Scope } from "../../../../src/sandbox/services/cloudformation/intrinsics";
import { toPlan } from "../../../../src/sandbox/services/cloudformation/plan";
import { parseTemplate, resolveParameters } from "../../../../src/sandbox/services/cloudformation/template";
import { World } from "../../../../src/sandbox/world";

const group = { Type: "AWS::Logs::LogGroup", Properties: {} };

function templateOf(more: Record<string, unknown>): string {
  return JSON.stringify({ Resources: { Group: group }, ...more });
}

const scope: Scope = {
  template: parseTemplate(
    templateOf({
      Parameters: { Name: { Type: "String" }, List: { Type: "CommaDelimitedList" } },
      Mappings: { Sizes: { small: { memory: "4" } } },
      Conditions: {
        Named: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "Name" }, ""] }] },
        Both: { "Fn::And": [{ Condition: "Named" }, { "Fn::Equals": ["a", "a"] }] },
        Either: { "Fn::Or": [{ "Fn::Equals": ["a", "b"] }, { Condition: "Named" }] },
      },
    }),
  ),
  parameters: { Name: "demo", List: "a, b" },
  region: "cn-north-1",
  account: "123456789012",
  stackId: "arn:stack",
  stackName: "demo-ingest",
  physicalId: (id) => (id === "Group" ? "group-1" : undefined),
  attribute: (id, name) => (id === "Group" ? `${name} of group-1` : undefined),
};

const values: readonly (readonly [string, unknown, unknown])[] = [
  ["a parameter", { Ref: "Name" }, "demo"],
  ["a list parameter", { Ref: "List" }, ["a", "b"]],
  ["a resource", { Ref: "Group" }, "group-1"],
  ["a resource that is not there yet", { Ref: "Later" }, knownAfterApply],
  ["the partition of the region", { Ref: "AWS::Partition" }, "aws-cn"],
  ["the URL suffix of the region", { Ref: "AWS::URLSuffix" }, "amazonaws.com.cn"],
  ["an attribute as list", { "Fn::GetAtt": ["Group", "Arn"] }, "Arn of group-1"],
  ["an attribute as text", { "Fn::GetAtt": "Group.Arn" }, "Arn of group-1"],
  [
    "a substitution",
    { "Fn::Sub": "${AWS::Region}/${Name}/${Group}/${Group.Arn}/${!literal}" },
    "cn-north-1/demo/group-1/Arn of group-1/${literal}",
  ],
  ["a substitution with its own variables", { "Fn::Sub": ["${A}-${Name}", { A: { Ref: "Group" } }] }, "group-1-demo"],
  ["a join", { "Fn::Join": ["-", ["a", { Ref: "Name" }]] }, "a-demo"],
  ["a split and selected text", { "Fn::Select": [1, { "Fn::Split": ["/", "x/y/z"] }] }, "y"],
  ["a mapped value", { "Fn::FindInMap": ["Sizes", "small", "memory"] }, "4"],
  ["a branch of a condition", { "Fn::If": ["Named", "yes", "no"] }, "yes"],
  ["a property without a value", { A: { Ref: "AWS::NoValue" }, B: 1 }, { B: 1 }],
  ["a list item without a value", ["a", { "Fn::If": ["Named", { Ref: "AWS::NoValue" }, "b"] }], ["a"]],
];

for (const [what, value, expected] of values) {
  test(`${what} is resolved`, () => {
    assert.deepEqual(resolve(value, scope), expected);
  });
}

test("conditions combine others", () => {
  assert.deepEqual(
    ["Named", "Both", "Either"].map((name) => isTrue(name, scope)),
    [true, true, true],
  );
});

test("references are found in Ref, GetAtt and Sub, and only in the branch of an If that holds", () => {
  const value = {
    a: { Ref: "X" },
    b: ["${Y.Arn} ${AWS::Region}"].map((text) => ({ "Fn::Sub": text })),
    c: { "Fn::If": ["Named", { Ref: "Z" }, { Ref: "W" }] },
  };
  assert.deepEqual(
    referencesIn(value, scope).map((found) => found.name),
    ["X", "Y", "Z"],
  );
});

const refused: readonly (readonly [string, string, RegExp])[] = [
  ["text that is no JSON", "{", /JSON not well-formed/],
  ["a template without resources", "{}", /At least one Resources member/],
  ["an unknown section", templateOf({ Resource: {} }), /Invalid template property or properties \[Resource\]/],
  ["a resource without a type", JSON.stringify({ Resources: { A: {} } }), /must contain a Type member/],
  ["a reference to nothing", templateOf({ Outputs: { A: { Value: { Ref: "Nobody" } } } }), /Unresolved resource dependencies \[Nobody\]/],
  [
    "an unknown type",
    JSON.stringify({ Resources: { A: { Type: "AWS::EC2::Instance" } } }),
    /Unrecognized resource types: \[AWS::EC2::Instance\]/,
  ],
  [
    "a circle",
    JSON.stringify({ Resources: { A: { ...group, DependsOn: "B" }, B: { ...group, DependsOn: ["A"] } } }),
    /Circular dependency between resources: \[A, B\]/,
  ],
  ["a template of more than 51,200 bytes", templateOf({ Description: "x".repeat(51_200) }), /length less than or equal to 51200/],
];

for (const [what, text, message] of refused) {
  test(`${what} is refused`, () => {
    const world = new World({ speed: 1, seed: 1, person: "manual", log: assert.fail });
    assert.throws(() => toPlan(world, { id: "id", name: "demo", region: "us-east-1" }, parseTemplate(text), {}, []), message);
  });
}

test("resources come after those they need, without those whose condition does not hold", () => {
  const world = new World({ speed: 1, seed: 1, person: "manual", log: assert.fail });
  const text = JSON.stringify({
    Conditions: { Never: { "Fn::Equals": ["a", "b"] } },
    Resources: {
      Stream: { Type: "AWS::Logs::LogStream", Properties: { LogGroupName: { Ref: "Group" } } },
      Group: { ...group, DependsOn: ["Bucket"] },
      Bucket: { Type: "AWS::S3::Bucket" },
      Off: { ...group, Condition: "Never" },
    },
  });
  const plan = toPlan(world, { id: "id", name: "demo", region: "us-east-1" }, parseTemplate(text), {}, []);
  assert.deepEqual(plan.order, ["Bucket", "Group", "Stream"]);
});

const parameters: readonly (readonly [string, Record<string, unknown>, Record<string, string>, RegExp])[] = [
  ["a missing value", { Type: "String" }, {}, /Parameters: \[P\] must have values/],
  ["an unknown parameter", { Type: "String", Default: "x" }, { Q: "1" }, /Parameters: \[Q\] do not exist/],
  ["a short value", { Type: "String", MinLength: 3 }, { P: "ab" }, /at least 3 characters/],
  ["a value that is not allowed", { Type: "String", AllowedValues: ["a"] }, { P: "b" }, /AllowedValues/],
  ["a value against the pattern", { Type: "String", AllowedPattern: "[a-z]+" }, { P: "A" }, /must match pattern/],
  ["a number that is none", { Type: "Number" }, { P: "x" }, /must be a number/],
];

for (const [what, declared, given, message] of parameters) {
  test(`${what} is refused for a parameter`, () => {
    assert.throws(() => resolveParameters(parseTemplate(templateOf({ Parameters: { P: declared } })), given), message);
  });
}

test("a template in YAML is the same as in JSON, short forms of functions written out", () => {
  const text = `AWSTemplateFormatVersion: 2010-09-09
Description: >-
  Two lines
  become one.
Parameters:
  Name: {Type: String, Default: "yes"}
Conditions:
  Named: !Not [!Equals [!Ref Name, ""]]
  Both: !And
    - !Condition Named
    - Fn::Equals: [a, a]
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Condition: Named
    Properties:
      LogGroupName: !Sub "/demo/\${Name}"
      RetentionInDays: 30
      Tags:
        - Key: arn
          Value: !GetAtt Other.Nested.Arn
        - Key: joined
          Value: !Join ["-", [a, !Select [1, !Split [",", "b,c"]]]]
        - Key: subbed
          Value: !Sub ["\${A}", {A: !If [Named, x, !Ref AWS::NoValue]}]
Outputs:
  Arn: {Value: !GetAtt [Group, Arn], Export: {Name: !Sub "\${AWS::StackName}-arn"}}
`;
  const parsed = parseTemplate(text);
  assert.deepEqual(
    parsed,
    parseTemplate(
      JSON.stringify({
        AWSTemplateFormatVersion: "2010-09-09",
        Description: "Two lines become one.",
        Parameters: { Name: { Type: "String", Default: "yes" } },
        Conditions: {
          Named: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "Name" }, ""] }] },
          Both: { "Fn::And": [{ Condition: "Named" }, { "Fn::Equals": ["a", "a"] }] },
        },
        Resources: {
          Group: {
            ...{ Type: "AWS::Logs::LogGroup", Condition: "Named" },
            Properties: {
              LogGroupName: { "Fn::Sub": "/demo/${Name}" },
              RetentionInDays: 30,
              Tags: [
                { Key: "arn", Value: { "Fn::GetAtt": ["Other", "Nested.Arn"] } },
                { Key: "joined", Value: { "Fn::Join": ["-", ["a", { "Fn::Select": [1, { "Fn::Split": [",", "b,c"] }] }]] } },
                { Key: "subbed", Value: { "Fn::Sub": ["${A}", { A: { "Fn::If": ["Named", "x", { Ref: "AWS::NoValue" }] } }] } },
              ],
            },
          },
        },
        Outputs: { Arn: { Value: { "Fn::GetAtt": ["Group", "Arn"] }, Export: { Name: { "Fn::Sub": "${AWS::StackName}-arn" } } } },
      }),
    ),
  );
});

for (const [what, text, message] of [
  ["an alias", "Resources: {A: &a {Type: x}, B: *a}", /YAML aliases are not allowed/],
  ["an unknown tag", "Resources: {A: !Nonsense x}", /YAML not well-formed/],
  ["an unknown tag on a list", "Resources: {A: !Nonsense [x]}", /YAML not well-formed.*!Nonsense/],
  ["a broken indentation", "Resources:\n  A: 1\n B: 2\n", /YAML not well-formed.*line 3/],
  ["a list", "- a\n", /unsupported structure/],
  ["broken JSON", '{"Resources": }', /JSON not well-formed/],
] as const) {
  test(`${what} is no template`, () => {
    assert.throws(() => parseTemplate(text), message);
  });
}
