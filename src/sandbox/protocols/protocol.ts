import type { ServiceError, Input, Output } from "../service";
import type { WireRequest, WireResponse } from "../http";

/** A request understood: which operation of which service, with what. */
export interface Decoded {
  readonly service: string;
  readonly operation: string;
  readonly input: Input;
}

/** One wire form: shapes in, plain objects out. `decode` throws ServiceError for what it cannot read. */
export interface Protocol {
  decode(request: WireRequest): Decoded;
  encode(decoded: Decoded, output: Output, request: WireRequest): WireResponse;
  /** `decoded` is absent when decoding itself failed. */
  encodeError(error: ServiceError, request: WireRequest, decoded: Decoded | undefined): WireResponse;
}
