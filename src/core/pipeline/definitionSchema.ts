/** The JSON schema of a definition file, as data. media/appstream-pipeline.schema.json is its copy; a test keeps the two equal. */
export interface SchemaNode {
  readonly type?: "object" | "array" | "string" | "integer" | "boolean";
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly $schema?: string;
  readonly title?: string;
}

const text = (description: string, more: SchemaNode = {}): SchemaNode => ({ type: "string", description, ...more });
const whole = (description: string, minimum: number, maximum: number): SchemaNode => ({ type: "integer", description, minimum, maximum });
const flag = (description: string): SchemaNode => ({ type: "boolean", description });
const oneOf = (description: string, ...values: string[]): SchemaNode => ({ type: "string", description, enum: values });
const section = (description: string, properties: Readonly<Record<string, SchemaNode>>, required?: readonly string[]): SchemaNode => ({
  type: "object",
  description,
  properties,
  additionalProperties: false,
  ...(required === undefined ? {} : { required }),
});
const texts = (description: string, item: SchemaNode, more: SchemaNode = {}): SchemaNode => ({
  type: "array",
  description,
  items: item,
  ...more,
});

const subnets = texts("Subnets, by id.", text("Subnet id.", { pattern: "^subnet-[0-9a-f]{8,17}$" }));
const securityGroups = texts("Security groups, by id; at most five.", text("Security group id.", { pattern: "^sg-[0-9a-f]{8,17}$" }), {
  maxItems: 5,
});
const roleName = "^[A-Za-z0-9_+=,.@-]{1,64}$";
const appstreamName = "^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}$";
const streamName = "^[a-zA-Z0-9_.-]{1,64}$";
const domainName = "^[a-z][a-z0-9-]{2,27}$";
const relativePath = "^(?![A-Za-z]:|[\\\\/]).+$";

const domain = section("The domain that stores the events.", {
  name: text("Name of the domain: 3 to 28 characters, lower-case letters, digits and hyphens, beginning with a letter.", {
    pattern: domainName,
  }),
  engineVersion: text("Engine and version.", {
    pattern: "^(Elasticsearch_[0-9]\\.[0-9]{1,2}|OpenSearch_[0-9]{1,2}\\.[0-9]{1,2})$",
    examples: ["OpenSearch_2.19", "Elasticsearch_7.10", "Elasticsearch_7.1"],
  }),
  instanceType: text("Instance type of the data nodes, ending in .search.", {
    pattern: "^[a-z0-9]+\\.[a-z0-9]+\\.search$",
    examples: ["t3.small.search", "t3.medium.search", "m6g.large.search", "r6g.large.search"],
  }),
  instanceCount: whole("Number of data nodes.", 1, 80),
  zoneAwareness: flag("Spread the nodes over two availability zones; needs an even number of them."),
  volumeGb: whole("Size of each node's volume in GiB.", 10, 24_576),
  volumeType: oneOf("Type of the volumes; gp3 needs an instance type of the t3 family or later.", "standard", "gp2", "gp3"),
  encryptionAtRest: flag("Encrypt what is stored. Not possible with T2 instances; cannot be turned off later."),
  nodeToNodeEncryption: flag("Encrypt the traffic between the nodes. Cannot be turned off later."),
  enforceHttps: flag("Refuse requests without TLS."),
  tlsPolicy: oneOf(
    "Oldest TLS version that clients may use.",
    "Policy-Min-TLS-1-0-2019-07",
    "Policy-Min-TLS-1-2-2019-07",
    "Policy-Min-TLS-1-2-PFS-2023-10",
  ),
  subnetIds: {
    ...subnets,
    description:
      "Subnets of a domain inside a VPC, one for each zone; with none it has a public endpoint. Beside an existing domain inside a VPC: where the stream reaches it.",
  },
  securityGroupIds: securityGroups,
  masterUserArn: text("IAM master user: turns fine-grained access control on. Cannot be turned off later.", {
    pattern: "^(arn:[a-z-]+:iam::[0-9]{12}:.+)?$",
  }),
  onDelete: oneOf("Whether the domain and its data go when the pipeline is destroyed.", "delete", "retain"),
});

const stream = section("The delivery stream that the sessions write to.", {
  name: text("Name of the stream, unique in the account and Region.", { pattern: streamName }),
  destination: oneOf("Where the stream delivers to.", "opensearch", "s3", "redshift", "splunk", "httpEndpoint"),
  index: text('Name of the index, in lower case. With rotation a date is added: "example" becomes "example-2026-01-31".', {
    minLength: 1,
    maxLength: 80,
  }),
  indexRotation: oneOf("How often a new index begins (UTC).", "NoRotation", "OneHour", "OneDay", "OneWeek", "OneMonth"),
  bufferMegabytes: whole("Deliver when this many MiB have arrived …", 1, 128),
  bufferSeconds: whole("… or after this many seconds, whichever comes first.", 0, 900),
  retrySeconds: whole("For how long a failed delivery is tried again before the documents go to the bucket.", 0, 7200),
  backup: oneOf("What the bucket receives. Cannot be changed later.", "FailedDocumentsOnly", "AllDocuments"),
  compression: oneOf("Compression of the objects in the bucket.", "UNCOMPRESSED", "GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY"),
  errorLogging: flag("Write delivery errors to the log group."),
  url: text("HTTPS address of a Splunk collector or HTTP endpoint; JDBC address of a Redshift cluster."),
  secretArn: text("Secrets Manager secret with the destination's credentials.", {
    pattern: "^(arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+)?$",
  }),
  table: text("Redshift table that the records are copied into."),
});

const application = section(
  "An application that users of a session can start.",
  {
    name: text("Name without white space, unique in the image.", { pattern: "^\\S{1,256}$" }),
    displayName: text("Name that users see.", { maxLength: 256 }),
    path: text("Full path of an .exe or .bat file inside the image.", { pattern: "^[A-Za-z]:\\\\.+\\.([eE][xX][eE]|[bB][aA][tT])$" }),
    workingDirectory: text("Full path of the folder it starts in.", { pattern: "^[A-Za-z]:\\\\.*$" }),
  },
  ["name", "path"],
);

const image = section("The image of the sessions, and the builder it is made in.", {
  name: text("Name of the image; not beginning with aws, appstream or amazon.", { pattern: appstreamName }),
  displayName: text("Name shown for the image.", { maxLength: 256 }),
  baseImage: text("Name, or beginning of the name, of a public base image; of several the newest is taken.", {
    examples: ["AppStream-WinServer2019-", "AppStream-WinServer2022-"],
    minLength: 1,
  }),
  builderName: text("Name of the image builder.", { pattern: appstreamName }),
  builderInstanceType: text("Instance type of the image builder.", {
    pattern: "^stream\\.[a-z0-9.-]+$",
    examples: ["stream.standard.medium", "stream.standard.large"],
  }),
  agentVersion: text("Version of the Kinesis Agent for Windows.", { pattern: "^[0-9]+(\\.[0-9]+){2,3}$" }),
  agentSha256: text("SHA-256 of the agent's MSI; when empty only the signer is checked.", { pattern: "^([0-9a-fA-F]{64})?$" }),
  applications: texts("Applications of the image, at most 50.", application, { maxItems: 50 }),
});

const fleet = section("The fleet that runs the sessions.", {
  name: text("Name of the fleet.", { pattern: appstreamName }),
  type: oneOf(
    "ON_DEMAND bills instances while they are used, ALWAYS_ON always; it cannot be changed later.",
    "ON_DEMAND",
    "ALWAYS_ON",
    "ELASTIC",
  ),
  instanceType: text("Instance type of the fleet; its family must match the image.", {
    pattern: "^stream\\.[a-z0-9.-]+$",
    examples: ["stream.standard.medium", "stream.standard.large"],
  }),
  desiredInstances: whole(
    "Number of instances. 0: the fleet is made and left stopped, costs nothing, and has room for one when you start it.",
    0,
    1000,
  ),
  maxSessionsPerInstance: whole("Users who share one instance; above 1 the events of a session cannot be told apart.", 1, 50),
  maxUserDurationSeconds: whole("Longest session in seconds.", 600, 360_000),
  disconnectTimeoutSeconds: whole("How long a disconnected session is kept, in seconds.", 60, 36_000),
  idleDisconnectTimeoutSeconds: whole("After how many seconds without input a user is disconnected; 0: never.", 0, 3600),
  streamView: oneOf("Whether users see single applications or a desktop.", "APP", "DESKTOP"),
  defaultInternetAccess: flag("Give the instances a public address (at most 100 instances)."),
  subnetIds: subnets,
  securityGroupIds: securityGroups,
});

const existing = section("What exists already and is used by its name instead of being created. Nothing in it is changed or deleted.", {
  domain: text("Domain to deliver to.", { pattern: domainName }),
  stream: text("Delivery stream to write to.", { pattern: streamName }),
  bucket: text("Bucket for failed documents.", { pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$" }),
  deliveryRole: text("Role that the stream delivers with.", { pattern: roleName }),
  machineRole: text("Role of the fleet's instances.", { pattern: roleName }),
  image: text("Image of the fleet: no image builder is started.", { pattern: appstreamName }),
  fleet: text("Fleet to associate.", { pattern: appstreamName }),
  appstreamStack: text("AppStream stack of the fleet that exists.", { pattern: appstreamName }),
});

export const definitionSchema: SchemaNode = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "AppStream Monitor pipeline",
  ...section(
    "One pipeline from AppStream sessions to searchable logs. Version, name, region and preset are complete; every other key overrides the preset.",
    {
      $schema: text("Address of the schema; ignored."),
      version: { type: "integer", description: "Version of this format.", enum: [1] },
      name: text("Name of the pipeline: letters, digits and hyphens, beginning with a letter.", {
        pattern: "^[a-zA-Z][a-zA-Z0-9-]{0,27}$",
      }),
      region: text("AWS Region that everything is created in.", {
        pattern: "^[a-z]{2,4}(-[a-z]+)+-[0-9]+$",
        examples: ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1"],
      }),
      preset: {
        ...oneOf("Where the other values come from.", "recommended", "tutorial"),
      },
      account: text("Account that the pipeline belongs to: it is deployed to no other one.", { pattern: "^[0-9]{12}$" }),
      agentConfig: text("The agent's appsettings.json, relative to this file.", { pattern: relativePath, examples: ["appsettings.json"] }),
      sessionConfig: text("The session scripts' config.json, relative to this file.", { pattern: relativePath, examples: ["config.json"] }),
      sessionScript: text("The script that SessionStart runs, relative to this file.", {
        pattern: relativePath,
        examples: ["system_session_start.ps1"],
      }),
      allowedAddresses: texts(
        "Addresses (CIDR) that may reach the domain without signing; the tutorial's domain needs at least one.",
        text("Address block, for example 203.0.113.7/32."),
      ),
      allowedPrincipals: texts(
        'IAM principals that may reach the domain, by ARN; "account" stands for every identity of the account that its own policies allow.',
        text("ARN, or account.", { pattern: "^(account|arn:[a-z-]+:(iam|sts)::[0-9]{12}:.+)$" }),
      ),
      domain,
      stream,
      bucket: section("The bucket for documents that could not be delivered.", {
        name: text("Name of the bucket; when empty CloudFormation chooses a free one.", {
          pattern: "^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$",
        }),
        prefix: text("Beginning of the object keys.", { maxLength: 512 }),
        expirationDays: whole("After how many days objects are removed.", 1, 3650),
      }),
      logs: section("The log group for delivery errors.", {
        group: text("Name of the log group.", { pattern: "^[.\\-_/#A-Za-z0-9]{1,512}$" }),
        retentionDays: {
          type: "integer",
          description: "After how many days log events are removed.",
          enum: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
        },
      }),
      roles: section("Names of the two roles, unique in the account.", {
        delivery: text("Role that the stream delivers with.", { pattern: roleName }),
        machine: text("Role of the fleet's instances.", { pattern: roleName }),
      }),
      image,
      fleet,
      appstreamStack: section("The AppStream stack that users open.", {
        name: text("Name of the stack.", { pattern: appstreamName }),
        displayName: text("Name that users see.", { maxLength: 100 }),
      }),
      existing,
      tags: {
        type: "object",
        description: "Further tags for everything that is created; at most four.",
        additionalProperties: text("Value of the tag.", { maxLength: 256 }),
      },
    },
    ["version", "name", "region", "preset"],
  ),
};
