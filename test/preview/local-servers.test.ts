// Of which files a build warns that they call a server on the visitor's own machine.
import { expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

// The first build of a runtime starts the bundler, which takes a minute on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const call = 'fetch("http://localhost:3001/x");';

async function warned(files: Record<string, string>): Promise<string[]> {
  const { diagnostics } = await (await preview(files)).build();
  return diagnostics
    .filter(({ message }) => message.includes("localhost"))
    .map(({ path, message }) => `${path} ${/\d+ more files? calls? one too\./.exec(message)?.[0] ?? ""}`);
}

it("A build warns of calls in modules, workers and plain scripts that its pages reach, and in no others", async () => {
  const files = {
    "index.html": '<script src="/js/plain.js"></script><script type="module" src="/src/main.js"></script>',
    "js/plain.js": call,
    "js/old.js": call,
    "old.html": `<script>${call}</script>`,
    "src/main.js": `import "./late.js"; new Worker(new URL("./work.js", import.meta.url), { type: "module" }); ${call}`,
    "src/late.js": 'import("./deep.js");',
    "src/deep.js": call,
    "src/work.js": call,
    "src/unused.js": call,
    "legacy/App.jsx": call,
  };
  expect(await warned(files)).toEqual(["js/plain.js 3 more files call one too."]);
});

it("A build does not warn where only files that no page reaches call such a server", async () => {
  const files = {
    "index.html": '<script type="module" src="/src/main.js"></script>',
    "src/main.js": 'document.body.append("a");',
    "legacy/client.js": call,
  };
  expect(await warned(files)).toEqual([]);
});

it("A site of plain scripts is warned of each that its page names", async () => {
  const files = { "index.html": '<script src="app.js"></script>', "app.js": call, "old.js": call };
  expect(await warned(files)).toEqual(["app.js "]);
});
