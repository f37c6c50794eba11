import assert from "node:assert/strict";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

interface Pages {
  readonly template: string;
  close(): Promise<void>;
}

let pages: Pages;

before(async () => {
  const file = pathToFileURL(join(process.cwd(), "tools", "localPages.mjs")).href;
  pages = await ((await import(file)) as { localPages(): Promise<Pages> }).localPages();
});

after(() => pages.close());

/** As the web editor does: the port goes into the template, the path behind it. */
const linkTo = (port: number | string, path: string): string =>
  `${pages.template.replace("{{port}}", String(port)).replace(/\/$/, "")}${path}`;

function ask(address: string, method = "GET", host?: string): Promise<{ status: number | undefined; location: string | undefined }> {
  return new Promise((resolve, reject) => {
    const sent = request(address, { method, ...(host === undefined ? {} : { headers: { host } }) }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode, location: answer.headers.location });
    });
    sent.once("error", reject);
    sent.end();
  });
}

test("a link to a local page leads to that page, with its path and query", async () => {
  assert.deepEqual(await ask(linkTo(4711, "/_appstream/builder?token=a%2Fb&x=1")), {
    status: 302,
    location: "http://127.0.0.1:4711/_appstream/builder?token=a%2Fb&x=1",
  });
  assert.deepEqual(await ask(linkTo(4711, "")), { status: 302, location: "http://127.0.0.1:4711/" });
});

test("nothing but pages of this machine is led to, and nothing is sent on", async () => {
  const refused = { status: 404, location: undefined };
  for (const port of ["0", "65536", "99999", "x", "80@example.org", "80.example.org"]) {
    assert.deepEqual(await ask(linkTo(port, "/")), refused, port);
  }
  assert.deepEqual(await ask(linkTo(4711, "/"), "POST"), refused);
  assert.deepEqual(await ask(linkTo(4711, "/"), "GET", "example.org"), refused);
});

test("the template is an address as the editor demands it, and stays on this machine", () => {
  assert.equal(new URL(pages.template).hostname, "127.0.0.1");
});
