import type { Clock } from "../clock";
import type { Checkpoints } from "./checkpoints";
import type { Outlet } from "./outlet";
import type { PageSize } from "./pageSize";
import type { RequestSender } from "./requestSender";
import type { SearchExchange } from "./searchExchange";
import type { SettleTime } from "./settleTime";

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

/** Now, by the domain's clock. */
export function domainNow({ clock, sender }: Pick<TailParts, "clock" | "sender">): number {
  return clock.now() + sender.clockOffset;
}
