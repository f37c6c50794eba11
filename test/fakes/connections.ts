import type { Connected, Connection, ConnectionSource } from "../../src/core/aws/connection";
import type { Aws } from "../../src/core/aws/ports";

/** A connection that a test makes, changes and drops. */
export class FakeConnections implements ConnectionSource {
  current: Connection | undefined;
  resolved = 0;
  private aws: Aws | undefined;
  private readonly listeners = new Set<(connection: Connection | undefined) => void>();

  get listening(): number {
    return this.listeners.size;
  }

  onDidChange(listener: (connection: Connection | undefined) => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  change(aws: Aws | undefined, connection: Partial<Connection> = {}): void {
    this.aws = aws;
    this.current =
      aws === undefined ? undefined : { kind: "sandbox", region: "us-east-1", epoch: (this.current?.epoch ?? 0) + 1, ...connection };
    for (const listener of this.listeners) {
      listener(this.current);
    }
  }

  async resolve(): Promise<Connected | undefined> {
    this.resolved++;
    return this.current === undefined || this.aws === undefined ? undefined : { connection: this.current, aws: this.aws };
  }

  async connect(): Promise<Connected> {
    const connected = await this.resolve();
    if (connected === undefined) {
      throw new Error("not connected");
    }
    return connected;
  }
}
