/** A Markdown table whose columns stand below each other; the last one is as long as it is. `right`: columns of numbers. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const cells = [header, ...rows].map((row) => row.map((text) => text.replaceAll("|", "\\|").replaceAll("\n", " ")));
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => widthOf(row[column] ?? ""))));
  const isLast = (column: number): boolean => column === header.length - 1;
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => (isLast(column) ? text : padded(text, widths[column] ?? 0, right.includes(column)))).join(" | ")} |`;
  const rule = header.map((_, column) => {
    const dashes = "-".repeat(isLast(column) ? 3 : (widths[column] ?? 3));
    return right.includes(column) ? `${dashes.slice(1)}:` : dashes;
  });
  const [head = [], ...body] = cells;
  return [line(head), `| ${rule.join(" | ")} |`, ...body.map(line)];
}

function padded(text: string, width: number, atRight: boolean): string {
  const space = " ".repeat(Math.max(0, width - widthOf(text)));
  return atRight ? space + text : text + space;
}

/** Letters of East Asia take two columns of a fixed-width font. */
function widthOf(text: string): number {
  return [...text].reduce(
    (sum, letter) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(letter) ? 2 : 1),
    0,
  );
}
