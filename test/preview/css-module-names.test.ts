import { describe, expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

// The first build fetches and bundles postcss-modules, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const SHEETS = {
  "src/card.module.css":
    '@value tint: rgb(1, 2, 3);\n.big-card { composes: soft from "./plain.css"; composes: base from "./base.module.css"; color: tint }',
  "src/base.module.css": ".base { margin: 3px }",
  "src/plain.css": ".soft { padding: 2px }",
};

const projectOf = (modules: string, main = "") => ({
  "index.html": '<!doctype html><script type="module" src="/src/main.ts"></script>',
  "vite.config.ts": `export default { css: { modules: ${modules} } };`,
  "src/main.ts": `import card, { bigCard } from "./card.module.css";\n${main}document.title = [card.bigCard, bigCard].join();`,
  "src/server.ts": 'import card from "./card.module.css";\nexport default { fetch: () => Response.json(card) };',
  ...SHEETS,
});

const PATTERN = "{ generateScopedName: '[name]__[local]___[hash:base64:5]', localsConvention: 'camelCase' }";
const NAMES = /card-module__big-card___[\w-]{5} plain__soft___[\w-]{5} base-module__base___[\w-]{5}/;

/** The texts of the files with this extension that a page loads. */
async function loadedBy(page: string, extension: string, text: (path: string) => Promise<string>): Promise<string> {
  const pattern = new RegExp(`(?:src|href)="(/__edgesmith/built/[^"]+\\.${extension})"`, "g");
  const addresses = [...page.matchAll(pattern)].map(([, address = ""]) => address);
  return (await Promise.all(addresses.map(text))).join("\n");
}

describe("css.modules.generateScopedName", () => {
  it("Preview, published app and server agree on the names that a pattern gives, and the sheets have them in order", async () => {
    const app = await preview(projectOf(PATTERN));
    expect(await app.prepare()).toMatchObject({ ok: true, diagnostics: [] });
    const names: Record<string, string> = JSON.parse(await app.text("/names"));
    expect(Object.keys(names)).toEqual(["tint", "big-card", "bigCard"]);
    expect(names.bigCard).toMatch(NAMES);
    const [own = "", soft = "", base = ""] = names.bigCard?.split(" ") ?? [];
    expect(await app.publish(1)).toMatchObject({ ok: true });
    const sides = [
      { page: await (await app.page("/")).text(), text: (path: string) => app.text(path) },
      { page: await app.publicText("/"), text: (path: string) => app.publicText(path) },
    ];
    for (const { page, text } of sides) {
      expect(await loadedBy(page, "js", text)).toContain(names.bigCard);
      const css = await loadedBy(page, "css", text);
      const places = [soft, base, own].map((name) => css.indexOf(`.${name}`));
      expect(places.includes(-1), css).toBe(false);
      expect(places.at(-1)).toBe(Math.max(...places));
      expect(css.replace(/\s/g, "")).toMatch(/color:(rgb\(1,2,3\)|#010203)/);
    }
  });

  it("A function of vite.config names classes, also through its own modules and Node's", async () => {
    const modules = "{ generateScopedName: nameOf }";
    const files = {
      ...projectOf(modules),
      "vite.config.ts": `import { nameOf } from "./names";\nexport default { css: { modules: ${modules} } };`,
      "names.ts":
        'import { createHash } from "node:crypto";\nimport path from "node:path";\nexport const nameOf = (name: string, file: string, css: string) => [path.basename(file, ".css"), name, createHash("md5").update(css).digest("hex").slice(0, 4)].join("-").replace(".", "_");',
    };
    const app = await preview({
      ...files,
      "src/main.ts": 'import card from "./card.module.css";\ndocument.title = card["big-card"];',
    });
    expect(await app.prepare()).toMatchObject({ ok: true, diagnostics: [] });
    const names: Record<string, string> = JSON.parse(await app.text("/names"));
    expect(names["big-card"]).toMatch(
      /^card_module-big-card-[\da-f]{4} plain-soft-[\da-f]{4} base_module-base-[\da-f]{4}$/,
    );
  });

  it("A function that throws is an error of its module with the reason, and a configuration without names is a warning", async () => {
    const app = await preview(projectOf("{ generateScopedName: () => { throw new Error('no name today') } }"));
    const { ok, diagnostics } = await app.prepare();
    expect(ok).toBe(false);
    expect(diagnostics[0]).toMatchObject({ path: "src/card.module.css", severity: "error" });
    expect(diagnostics[0]?.message).toContain("no name today");
  });
});
