/** A zip file with stored entries; checksums are left out, since nothing here reads them. */
export function zipOf(entries: Readonly<Record<string, string>>, comment = ""): Uint8Array {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const nameBytes = encoder.encode(name);
    const data = encoder.encode(content);
    const sizes = [data.length, data.length];
    const local = record(30, nameBytes, [
      [0, 0x04034b50, 4],
      [18, sizes[0] ?? 0, 4],
      [22, sizes[1] ?? 0, 4],
      [26, nameBytes.length, 2],
    ]);
    chunks.push(local, data);
    directory.push(
      record(46, nameBytes, [
        [0, 0x02014b50, 4],
        [20, sizes[0] ?? 0, 4],
        [24, sizes[1] ?? 0, 4],
        [28, nameBytes.length, 2],
        [42, offset, 4],
      ]),
    );
    offset += local.length + data.length;
  }
  const size = directory.reduce((sum, one) => sum + one.length, 0);
  const count = directory.length;
  const commentBytes = encoder.encode(comment);
  const end = record(22, commentBytes, [
    [0, 0x06054b50, 4],
    [8, count, 2],
    [10, count, 2],
    [12, size, 4],
    [16, offset, 4],
    [20, commentBytes.length, 2],
  ]);
  return Buffer.concat([...chunks, ...directory, end]);
}

type Field = readonly [at: number, value: number, width: 2 | 4];

function record(length: number, tail: Uint8Array, fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(length + tail.length);
  const view = new DataView(bytes.buffer);
  for (const [at, value, width] of fields) {
    if (width === 2) {
      view.setUint16(at, value, true);
    } else {
      view.setUint32(at, value, true);
    }
  }
  bytes.set(tail, length);
  return bytes;
}
