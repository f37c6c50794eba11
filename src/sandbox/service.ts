import type { World } from "./world";

export type Input = Readonly<Record<string, unknown>>;
/** Undefined: the operation answers with an empty result. */
export type Output = Readonly<Record<string, unknown>> | undefined;

/** Who calls, as read from the signature's credential scope. */
export interface Call {
  readonly region: string;
  readonly accessKeyId: string | undefined;
  readonly callerArn: string;
  readonly requestId: string;
  /** Calls another service of the sandbox as the same caller. */
  invoke(service: string, operation: string, input: Input): Promise<Record<string, unknown>>;
}

export type Operation = (input: Input, call: Call) => Output | Promise<Output>;

/** One AWS service: operations by API name, taking and returning plain objects in the shape of the service's API. Dates are Date objects, maps of awsQuery services Map objects; protocols/ give them their wire form. */
export interface Service {
  /** SigV4 signing name: sts, cloudformation, iam, s3, logs, es, firehose, appstream, servicequotas, pricing, ec2. */
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Registers task handlers and starts what runs by itself. */
  start?(world: World): void;
  stop?(): void;
}

/** A refusal in the service's own terms; becomes a 4xx on the wire. `code` is the wire's name: IAM's has no "Exception" (NoSuchEntity), Firehose's has. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = "ServiceError";
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}
