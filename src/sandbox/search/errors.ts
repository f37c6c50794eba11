type Json = Record<string, unknown>;

/** A refusal as the engines state it: type, reason, HTTP status and what else belongs to it. */
export class EngineError extends Error {
  readonly type: string;
  readonly status: number;
  readonly fields: Readonly<Json>;
  readonly causedBy: Json | undefined;
  readonly rootCause: readonly Json[] | undefined;
  /** The request itself was refused, before any shard saw it. */
  readonly ofRequest: boolean;

  constructor(
    type: string,
    reason: string,
    status = 400,
    more: { fields?: Readonly<Json>; causedBy?: Json; rootCause?: readonly Json[]; ofRequest?: boolean } = {},
  ) {
    super(reason);
    this.name = "EngineError";
    this.type = type;
    this.status = status;
    this.fields = more.fields ?? {};
    this.causedBy = more.causedBy;
    this.rootCause = more.rootCause;
    this.ofRequest = more.ofRequest ?? false;
  }

  /** The exception as it stands inside `error`, `root_cause` or a bulk item. */
  toJson(): Json {
    return {
      type: this.type,
      reason: this.message,
      ...this.fields,
      ...(this.causedBy === undefined ? {} : { caused_by: this.causedBy }),
    };
  }

  toBody(): Json {
    const root = this.rootCause ?? [{ type: this.type, reason: this.message, ...this.fields }];
    return { error: { root_cause: root, ...this.toJson() }, status: this.status };
  }
}

/** A refusal by the parser of requests; `causedBy` says what it met. */
export function contentError(reason: string, causedBy?: Json): EngineError {
  return new EngineError("x_content_parse_exception", `[1:1] ${reason}`, 400, {
    ofRequest: true,
    ...(causedBy === undefined ? {} : { causedBy }),
  });
}

/** The short way for the engines' most frequent refusal. */
export function illegalArgument(reason: string): EngineError {
  return new EngineError("illegal_argument_exception", reason);
}

export function indexNotFound(index: string, resource: "index_or_alias" | "index_expression" = "index_or_alias"): EngineError {
  return new EngineError("index_not_found_exception", `no such index [${index}]`, 404, {
    fields: { "resource.type": resource, "resource.id": index, index_uuid: "_na_", index },
  });
}
