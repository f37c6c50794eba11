import { zipEntryNames } from "../core/text/zip";
import { readBytes, statOf } from "./files";

interface KnownZip {
  readonly size: number;
  readonly mtime: number;
  readonly entries: readonly string[] | undefined;
}

/** What zip files hold. A check asks after every keystroke: a zip is read again when its size or time has changed. */
export class ZipFiles {
  private readonly known = new Map<string, KnownZip>();

  /** Names of the entries; undefined when there is no such file, or it is no zip. */
  async entriesOf(path: string): Promise<readonly string[] | undefined> {
    const stat = await statOf(path);
    if (stat === undefined) {
      return undefined;
    }
    const { size, mtime } = stat;
    const known = this.known.get(path);
    if (known?.size === size && known.mtime === mtime) {
      return known.entries;
    }
    const bytes = await readBytes(path);
    const entries = bytes === undefined ? undefined : zipEntryNames(bytes);
    this.known.set(path, { size, mtime, entries });
    return entries;
  }
}
