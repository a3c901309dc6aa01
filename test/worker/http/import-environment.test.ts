import { expect, it } from "vitest";
import type { FileContent, FileEntry, ImportedProject, Page, ProjectDetail } from "../../../worker/contract/index.ts";
import { makeZip } from "../../properties/zip-maker.ts";
import { newAccount } from "../stage/client.ts";

const canary = "sk_live_canary_value_4242";

async function imported(files: Record<string, string>) {
  const ada = await newAccount();
  const app = { "package.json": "{}", "index.html": "<p>x</p>", ...files };
  const entries = Object.entries(app).map(([name, content]) => ({ name, content }));
  const project = await ada.expect<ImportedProject>(201, "/v1/projects/import?name=App", {
    body: new Uint8Array(makeZip(entries)),
    headers: { "Content-Type": "application/zip" },
  });
  const at = `/v1/projects/${project.id}`;
  const { data } = await ada.expect<{ data: FileEntry[] }>(200, `${at}/files`);
  const read = async (path: string) => (await ada.expect<FileContent>(200, `${at}/files/${path}`)).content;
  return { ada, at, project, paths: data.map(({ path }) => path), read };
}

/** Runtimes return the variables of a file in different orders. */
const byName = ({ environment }: ImportedProject) =>
  environment.toSorted((one, other) => (one.name < other.name ? -1 : 1));

it("an imported .env becomes a proposal of variables and secrets, and only variables that visitors may read are stored", async () => {
  const { ada, at, project, read } = await imported({
    ".env": `# old: ${canary}
STRIPE_KEY=${canary}
DATABASE_URL="postgres://ada:secret@db.example.com/shop"
SHOP_NAME='Tea house'
db.port=5432
HOST=shop.example.com
VITE_API=https://\${HOST}/v1
VITE_TITLE="Ada's shop"
VITE_STRIPE_SECRET=${canary}
`,
  });
  expect(byName(project)).toEqual([
    { name: "DATABASE_URL", path: ".env", kind: "secret" },
    { name: "DB_PORT", path: ".env", kind: "variable", value: "5432" },
    { name: "SHOP_NAME", path: ".env", kind: "variable", value: "Tea house" },
    { name: "STRIPE_KEY", path: ".env", kind: "secret" },
    { name: "VITE_STRIPE_SECRET", path: ".env", kind: "refused", reason: expect.stringContaining("every visitor") },
  ]);
  expect(project.skipped).toContainEqual({ path: ".env", bytes: expect.any(Number), reason: "environment" });
  const stored = await read(".env");
  expect(stored).toContain('VITE_TITLE="Ada\'s shop"');
  expect(stored).toContain("HOST=shop.example.com");
  expect(stored).not.toMatch(/canary|STRIPE|DATABASE|SHOP/);
  const later = await ada.expect<ProjectDetail>(200, at);
  expect(later.import?.environment).toEqual(project.environment);
  expect(JSON.stringify([project, later])).not.toMatch(/canary|ada:secret/);
  expect((await ada.expect<Page<object>>(200, `${at}/secrets`)).data, "nothing is set without the owner").toEqual([]);
});

it("a .env with keys alone is left out, and so are those of other modes and of wrangler, but not an example", async () => {
  const { project, paths } = await imported({
    ".env.local": `API_KEY=${canary}`,
    "server/.env.production": `API_KEY=${canary}`,
    ".dev.vars": `API_KEY=${canary}`,
    ".env.example": "API_KEY=your-key",
  });
  expect(paths.filter((path) => path.includes(".env") || path.includes("vars"))).toEqual([".env.example"]);
  const left = project.skipped.filter(({ reason }) => reason === "environment").map(({ path }) => path);
  expect(left.sort()).toEqual([".dev.vars", ".env.local", "server/.env.production"]);
  expect(project.environment.map(({ name, kind }) => [name, kind])).toEqual([
    ["API_KEY", "secret"],
    ["API_KEY", "secret"],
    ["API_KEY", "secret"],
  ]);
});

it("a .env of nothing but public variables is stored as it is, with its comments", async () => {
  const text = "# for the page\nVITE_TITLE = Tea\n";
  const { project, read } = await imported({ ".env": text });
  expect(await read(".env")).toBe(text);
  expect(byName(project)).toEqual([]);
  expect(project.skipped).toEqual([]);
});

it("an imported .env keeps variables of the project's own envPrefix, unless the prefix fits every name", async () => {
  const { project, read } = await imported({
    "vite.config.ts": 'export default { envPrefix: ["APP_", "", "S", process.env.X] };',
    ".env": `APP_TITLE=Tea\nPUBLIC_NAME=Ada\nSHOP=one\nAPP_SECRET=${canary}\nAPI_KEY=${canary}\n`,
  });
  const stored = await read(".env");
  expect(stored).toContain("APP_TITLE=Tea\nPUBLIC_NAME=Ada\n");
  expect(stored).not.toMatch(/SHOP|KEY|canary/);
  expect(byName(project)).toEqual([
    { name: "API_KEY", path: ".env", kind: "secret" },
    { name: "APP_SECRET", path: ".env", kind: "refused", reason: expect.stringContaining("begin with APP_") },
    { name: "SHOP", path: ".env", kind: "variable", value: "one" },
  ]);
});
