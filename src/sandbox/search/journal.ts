import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** One append-only file of lines. Lines are written when `flush` is called: at the end of each request, before it is answered. */
export class Journal {
  private readonly path: string;
  private fd: number | undefined;
  private pending: string[] = [];

  constructor(path: string) {
    this.path = path;
  }

  append(line: string): void {
    this.pending.push(line, "\n");
  }

  flush(): void {
    if (this.pending.length === 0) {
      return;
    }
    const text = Buffer.from(this.pending.join(""));
    this.pending = [];
    this.fd ??= this.open();
    for (let at = 0; at < text.length;) {
      at += writeSync(this.fd, text, at);
    }
  }

  /** Replaces the whole content. */
  rewrite(lines: Iterable<string>): void {
    this.close();
    const part = new Journal(`${this.path}.part`);
    rmSync(part.path, { force: true });
    let count = 0;
    for (const line of lines) {
      part.append(line);
      count += 1;
      if (count % 5000 === 0) {
        part.flush();
      }
    }
    part.flush();
    part.close();
    renameSync(part.path, this.path);
  }

  /** Every complete line; a half-written last one (a crash) is cut off. */
  *lines(): Generator<string> {
    if (!existsSync(this.path)) {
      return;
    }
    const fd = openSync(this.path, "r+");
    try {
      const chunk = Buffer.allocUnsafe(4 * 1024 * 1024);
      let rest: Buffer = Buffer.alloc(0);
      let complete = 0;
      for (let size = readSync(fd, chunk); size > 0; size = readSync(fd, chunk)) {
        const data = rest.length === 0 ? Buffer.from(chunk.subarray(0, size)) : Buffer.concat([rest, chunk.subarray(0, size)]);
        let start = 0;
        for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
          yield data.toString("utf8", start, end);
          complete += end + 1 - start;
          start = end + 1;
        }
        rest = data.subarray(start);
      }
      if (rest.length > 0) {
        ftruncateSync(fd, complete);
      }
    } finally {
      closeSync(fd);
    }
  }

  close(): void {
    this.flush();
    if (this.fd !== undefined) {
      closeSync(this.fd);
      this.fd = undefined;
    }
  }

  remove(): void {
    this.pending = [];
    this.close();
    rmSync(this.path, { force: true });
  }

  private open(): number {
    mkdirSync(dirname(this.path), { recursive: true });
    return openSync(this.path, "a", 0o600);
  }
}
