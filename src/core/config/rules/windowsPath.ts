/** The path as Windows takes it: separators once and of one kind, and .. leads out of its folder. */
export function normalizePath(path: string): string {
  const prefix = path.startsWith("\\\\") ? "\\\\" : "";
  const parts: string[] = [];
  for (const part of path.slice(prefix.length).split(/[\\/]+/)) {
    if (part === ".." && parts.length > 1) {
      parts.pop();
    } else if (part !== ".") {
      parts.push(part);
    }
  }
  return prefix + parts.join("\\");
}
