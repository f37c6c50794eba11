import type { SearchTransport } from "../aws/ports";
import type { Clock } from "../clock";
import { Checkpoints } from "./checkpoints";
import { Outlet, type OutletOptions } from "./outlet";
import { PageSize } from "./pageSize";
import { RequestSender } from "./requestSender";
import { SearchExchange } from "./searchExchange";
import { SettleTime } from "./settleTime";

/** What the parts of one tail share. */
export interface TailParts {
  readonly clock: Clock;
  readonly sender: RequestSender;
  readonly exchange: SearchExchange;
  readonly outlet: Outlet;
  readonly settle: SettleTime;
  readonly pageSize: PageSize;
  readonly checkpoints: Checkpoints;
}

export interface TailPartsOptions extends OutletOptions {
  readonly transport: SearchTransport;
  /** From 0 to 1, for the spread of waiting times. */
  readonly random?: (() => number) | undefined;
}

export function tailParts(options: TailPartsOptions): TailParts {
  const { transport, clock, signal, random = Math.random } = options;
  const outlet = new Outlet(options);
  const sender = new RequestSender(transport, clock, outlet, random, signal);
  const pageSize = new PageSize();
  const exchange = new SearchExchange(sender, pageSize);
  const settle = new SettleTime();
  return { clock, sender, exchange, outlet, settle, pageSize, checkpoints: new Checkpoints(exchange, clock, settle) };
}

/** Now, by the domain's clock. */
export function domainNow({ clock, sender }: Pick<TailParts, "clock" | "sender">): number {
  return clock.now() + sender.clockOffset;
}
