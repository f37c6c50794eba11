const style = `
:root { color-scheme: light dark; --line: #767676; --accent: #0b6bcb; --onaccent: #fff; --window: #f3f3f3; --text: #1b1b1b; --back: #fff; }
@media (prefers-color-scheme: dark) { :root { --line: #8b8b8b; --accent: #4aa3ff; --onaccent: #06121f; --window: #1e1e1e; --text: #e6e6e6; --back: #121212; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 58rem; padding: 1.5rem; background: var(--back); color: var(--text); }
h1 { font-size: 1.35rem; margin: 0 0 .25rem; }
.note { border-inline-start: 4px solid var(--accent); padding: .25rem .75rem; margin: 1rem 0; }
.window { border: 1px solid var(--line); border-radius: 6px; background: var(--window); padding: .75rem; }
label { display: block; font-weight: 600; margin-bottom: .35rem; }
textarea { width: 100%; box-sizing: border-box; font: 13px/1.45 ui-monospace, Consolas, monospace; background: var(--back); color: var(--text); border: 1px solid var(--line); border-radius: 4px; padding: .5rem; }
button { font: inherit; font-weight: 600; margin-top: .6rem; padding: .4rem 1.2rem; border: 0; border-radius: 4px; background: var(--accent); color: var(--onaccent); cursor: pointer; }
button:disabled { opacity: .6; cursor: default; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.45 ui-monospace, Consolas, monospace; margin: .75rem 0 0; }
dt { font-weight: 600; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .75rem 0; } dd { margin: 0; }
`;

const runScript = `
const form = document.querySelector("form");
const output = document.querySelector("#output");
const button = document.querySelector("button");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  output.textContent = "Running…";
  try {
    const response = await fetch(form.action, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ line: form.line.value }) });
    const answer = await response.json();
    output.textContent = [...answer.output, ...(answer.done ? ["", "You can close this page: the deployment goes on by itself."] : [])].join("\\n");
    button.disabled = answer.done;
  } catch (error) {
    output.textContent = "The sandbox does not answer: " + error.message;
    button.disabled = false;
  }
});
`;

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(title: string, body: string, script = ""): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main>${body}</main>${script === "" ? "" : `<script>${script}</script>`}</body>
</html>
`;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

const facts = (list: readonly Fact[]): string =>
  `<dl>${list.map(({ name, value }) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join("")}</dl>`;

/** Stands for the streaming session of an image builder: a window to paste the one line into. */
export function builderPage(name: string, state: string, action: string, list: readonly Fact[]): string {
  return page(
    `Image builder ${name} (sandbox)`,
    `<h1>Image builder ${escapeHtml(name)}</h1>
<p>Sandbox page: it stands for the streaming session that AWS would open here. State: <strong>${escapeHtml(state)}</strong>.</p>
${facts(list)}
<p class="note">Paste the one line that the deployment has put on the clipboard, then press <strong>Run</strong>. Nothing is run on your computer.</p>
<form class="window" method="post" action="${escapeHtml(action)}">
<label for="line">Administrator: Windows PowerShell</label>
<textarea id="line" name="line" rows="6" spellcheck="false" autocomplete="off" required autofocus placeholder="PS C:\\Windows\\system32&gt;"></textarea>
<button type="submit">Run</button>
<pre id="output" role="status" aria-live="polite"></pre>
</form>`,
    runScript,
  );
}

export function messagePage(title: string, text: string, list: readonly Fact[] = []): string {
  return page(title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${list.length === 0 ? "" : facts(list)}`);
}

/** What a visit printed, for browsers without scripts. */
export function outputPage(title: string, output: readonly string[]): string {
  return page(title, `<h1>${escapeHtml(title)}</h1><pre class="window">${escapeHtml(output.join("\n"))}</pre>`);
}
