const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const endSize = 22;
const entrySize = 46;
/** The comment behind the directory has at most 65,535 bytes. */
const furthest = endSize + 65_535;

/** Names of the entries of a zip file, from its central directory; undefined when the bytes are no zip. */
export function zipEntryNames(bytes: Uint8Array): readonly string[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) {
    return undefined;
  }
  const names: string[] = [];
  let at = view.getUint32(end + 16, true);
  for (let count = view.getUint16(end + 10, true); count > 0; count--) {
    if (at + entrySize > end || view.getUint32(at, true) !== directoryEntry) {
      return undefined;
    }
    const nameLength = view.getUint16(at + 28, true);
    const start = at + entrySize;
    names.push(new TextDecoder().decode(bytes.subarray(start, start + nameLength)).replaceAll("\\", "/"));
    at = start + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return names;
}

function findEnd(view: DataView): number | undefined {
  for (let at = view.byteLength - endSize; at >= Math.max(0, view.byteLength - furthest); at--) {
    if (view.getUint32(at, true) === endOfDirectory) {
      return at;
    }
  }
  return undefined;
}
