/** A file pattern as a regular expression over paths with `/`: `*`, `**`, `?`, `[abc]` and `{a,b}`. */
export function globToRegExp(pattern: string): RegExp {
  let source = "";
  let braces = 0;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === "*" && pattern.charAt(at + 1) === "*") {
      const folder = pattern.charAt(at + 2) === "/";
      source += folder ? "(?:[^/]*/)*" : ".*";
      at += folder ? 2 : 1;
    } else if (char === "*") {
      source += "[^/]*";
    } else if (char === "?") {
      source += "[^/]";
    } else if (char === "{") {
      source += "(?:";
      braces++;
    } else if (char === "}" && braces > 0) {
      source += ")";
      braces--;
    } else if (char === "," && braces > 0) {
      source += "|";
    } else if (char === "[" && /^\[[^\]/]+\]/.test(pattern.slice(at))) {
      const end = pattern.indexOf("]", at);
      source += `[${pattern
        .slice(at + 1, end)
        .replace(/^!/, "^")
        .replaceAll("\\", "\\\\")}]`;
      at = end;
    } else {
      source += char.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
    }
  }
  return new RegExp(`^${source}${")".repeat(braces)}$`, "i");
}

export function isGlob(path: string): boolean {
  return /[*?{[]/.test(path);
}
