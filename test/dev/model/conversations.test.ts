import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { conversations, worked } from "../../../dev/model/conversations/index.ts";
import { type ScriptedModel, startScriptedModel } from "../../../dev/model/index.ts";
import { all, drive, type Run, reading } from "./drive.ts";

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());

const used = (run: Run): string[] => run.steps.flatMap((step) => step.calls.map((call) => call.name));
const last = (run: Run): string => run.steps.at(-1)?.text ?? "";
const failures = (run: Run): string[] =>
  run.steps.flatMap((step) => step.calls.flatMap((call) => (call.isError ? [`${call.name}: ${call.result}`] : [])));

let todoFiles: Run["files"] | undefined;
async function todoProject(): Promise<Run["files"]> {
  todoFiles ??= (await drive(model.url, "Make a todo list with an API that remembers the todos")).files;
  return new Map(todoFiles);
}

describe("every worked conversation", () => {
  it.each(worked.map(({ name, example }) => [name, example]))(
    "%s: its own example starts the conversation, which ends",
    async (name, example) => {
      const run = await drive(model.url, example, { files: await todoProject() });
      expect(run.stopReason).toBe("end_turn");
      expect(failures(run)).toEqual([]);
      expect(run.steps[0]?.text).toMatch(/^\(scripted model\)/);
      expect(run.steps.filter((step) => step.text.includes("(scripted model)"))).toHaveLength(1);
      expect(model.requests.at(-1)?.conversation).toBe(name);
    },
  );

  it.each(worked.map(({ name, example }) => [name, example]))(
    "%s: the conversation calls only tools that the request offers",
    async (_, example) => {
      for (const tools of [
        [],
        ["read_files", "list_files"],
        ["write_files"],
        ["list_files", "write_files"],
        all.filter((tool) => tool !== "check"),
      ]) {
        const run = await drive(model.url, example, { tools, files: await todoProject() });
        expect(used(run).filter((tool) => !tools.includes(tool))).toEqual([]);
      }
    },
  );

  it.each(worked.map(({ name, example }) => [name, example]))(
    "%s: the conversation ends when every tool fails",
    async (_, example) => {
      const answers = Object.fromEntries(all.map((tool) => [tool, "ERROR it is broken"]));
      const run = await drive(model.url, example, { answers });
      expect(run.stopReason).toBe("end_turn");
      expect(last(run)).not.toBe("");
    },
  );

  it("The conversations together use every tool", async () => {
    const names = new Set<string>();
    for (const { example } of worked)
      for (const name of used(await drive(model.url, example, { files: await todoProject() }))) names.add(name);
    names.add(
      ...(used(
        await drive(model.url, "Delete the unused files", {
          files: new Map([...(await todoProject()), ["src/old.ts", "export {};"]]),
        }),
      ).filter((tool) => tool === "delete_files") as [string]),
    );
    expect([...names].sort()).toEqual([...all].sort());
  });

  it("The same conversation receives the same response, with new ids", async () => {
    const [one, two] = [await drive(model.url, "Make a small game"), await drive(model.url, "Make a small game")];
    expect(one.steps).toEqual(two.steps);
    const ids = (run: Run) => JSON.stringify(run.messages).match(/toolu_\w+/g);
    expect(ids(one)).not.toEqual(ids(two));
  });
});

describe("the todo list", () => {
  it("The todo list is written in two batches and probed", async () => {
    const run = await drive(model.url, "Make a todo list with an API that remembers the todos");
    expect(used(run)).toEqual([
      "list_files",
      "write_files",
      "write_files",
      "check",
      "request_preview",
      "request_preview",
    ]);
    expect([...run.files.keys()].sort()).toEqual([
      "index.html",
      "src/api.ts",
      "src/main.ts",
      "src/server.ts",
      "src/style.css",
    ]);
    expect(run.files.get("src/server.ts")).toContain("export class App extends DurableObject");
  });

  it("The todo list reads existing files before it replaces them", async () => {
    const run = await drive(model.url, "Make a todo list", { files: new Map([["index.html", "<h1>Mine</h1>"]]) });
    expect(used(run).slice(0, 2)).toEqual(["list_files", "read_files"]);
  });

  it("The todo list can get every feature, in any order, by edits alone", async () => {
    let files = await todoProject();
    for (const prompt of ["Add priorities", "Add dark mode", "Add a filter", "Add due dates"]) {
      const run = await drive(model.url, prompt, { files });
      expect(failures(run)).toEqual([]);
      expect(used(run)).toContain("edit_file");
      expect(used(run)).not.toContain("write_files");
      files = run.files;
    }
    expect(files.get("src/server.ts")).toMatch(/ADD COLUMN priority[\s\S]+ADD COLUMN due[\s\S]+\];\n/);
    expect(files.get("src/main.ts")).toContain('priority: Number(data.get("priority"))');
    expect(files.get("src/style.css")).toContain("prefers-color-scheme: dark");
    expect(last(await drive(model.url, "Add due dates", { files }))).toContain("already");
  });

  it("The todo list is unchanged by an unknown change, and rebuilt only on request", async () => {
    const files = await todoProject();
    files.set("index.html", "<h1>Mine</h1>");
    const run = await drive(model.url, "Sort the todos by title", { files });
    expect(run.files).toEqual(files);
    expect((await drive(model.url, "Add a todo list")).files.size).toBeGreaterThan(4);
  });

  it("The todo list is not partially edited when a person has changed the code", async () => {
    const files = await todoProject();
    files.set("src/main.ts", "console.log('mine');\n");
    const run = await drive(model.url, "Add due dates", { files });
    expect(run.files).toEqual(files);
    expect(last(run)).toContain("src/main.ts");
  });
});

describe("what the platform has for apps", () => {
  const built = async (example: string) => (await drive(model.url, example)).files;

  it("The shop asks for Stripe's host with a secret by name, once the code that calls it stands", async () => {
    const run = await drive(model.url, "Build a tea shop that takes payments with Stripe");
    expect(used(run)).toEqual(["list_files", "write_files", "write_files", "check", "list_access", "request_access"]);
    expect(run.steps.at(-2)?.calls).toMatchObject([{ input: { host: "api.stripe.com", secret: "STRIPE_KEY" } }]);
    expect(last(run)).not.toContain("not granted");
  });

  it("An app whose owner refuses the host is left unchanged, and the agent names the missing grant", async () => {
    const answers = { request_access: "No. api.open-meteo.com is not granted." };
    const run = await drive(model.url, "Make a page with the weather of three cities", { answers });
    expect([...run.files.keys()]).toContain("src/server.ts");
    expect(last(run)).toContain("api.open-meteo.com is not granted");
  });

  it("The agent does not ask again for a granted host", async () => {
    const grants = [{ host: "api.open-meteo.com", methods: null, target: "both" }];
    const answers = { list_access: JSON.stringify({ variables: [], secrets: [], grants }) };
    const run = await drive(model.url, "Make a page with the weather of three cities", { answers });
    expect(used(run)).not.toContain("request_access");
  });

  it.each([
    ["files", "Make a photo wall where visitors upload pictures", "src/server.ts", "env.FILES.signedUrl("],
    ["people", "Make a chat room for people who sign in", "src/server.ts", 'from "edgesmith:auth"'],
    ["sockets", "Make a chat room for people who sign in", "src/server.ts", "this.ctx.acceptWebSocket("],
    ["a schedule", "Make a newsletter that is sent every morning", "edgesmith.json", '"crons"'],
    ["mail", "Make a newsletter that is sent every morning", "src/server.ts", "this.env.MAIL.send("],
    ["a model", "Make an assistant that answers questions about plants", "src/server.ts", "env.AI.messages("],
    [
      "data",
      "Build a tea shop that takes payments with Stripe",
      "src/server.ts",
      "CREATE TABLE IF NOT EXISTS purchase",
    ],
  ])("A conversation shows how an app uses %s", async (_, example, path, use) => {
    expect((await built(example)).get(path)).toContain(use);
  });
});

describe("repairing", () => {
  const files = new Map([
    ["index.html", '<script type="module" src="/src/main.ts"></script>\n'],
    ["src/main.ts", 'import { name } from "./nmae";\nconst list = [name];\nconsole.log(list.lenght);\n'],
    ["src/nmae.test.ts", "export {};\n"],
  ]);

  it("The bug fix finds a mistake by searching and edits only that line", async () => {
    const run = await drive(model.url, "Fix the bug: the page stays empty", { files });
    expect(used(run)).toEqual(["read_logs", "check", "search_files", "list_files", "read_files", "edit_file", "check"]);
    expect(run.files.get("src/main.ts")).toContain("list.length");
  });

  it.each([
    ["text", "src/main.ts:3:18: error: Property 'lenght' does not exist on type 'string[]'. Did you mean 'length'?"],
    [
      "JSON",
      JSON.stringify({
        ok: false,
        diagnostics: [
          {
            path: "src/main.ts",
            line: 3,
            column: 18,
            severity: "error",
            message: "Property 'lenght' does not exist. Did you mean 'length'?",
          },
        ],
      }),
    ],
  ])("The bug fix follows a check's diagnostics given as %s", async (_, check) => {
    const run = await drive(model.url, "Fix the error", { files, answers: { check } });
    expect(used(run)).toContain("edit_file");
    expect(run.files.get("src/main.ts")).toContain("list.length");
  });

  it("The bug fix reports when it finds no mistake", async () => {
    const run = await drive(model.url, "Fix the bug", { files: await todoProject() });
    expect(last(run)).toContain("found nothing");
  });

  it("A build reports the errors that its check still finds", async () => {
    const run = await drive(model.url, "Make a counter", {
      answers: { check: "src/main.ts:1:1: error: It is wrong." },
    });
    expect(last(run)).toContain("src/main.ts:1");
  });
});

describe("moving and deleting", () => {
  it("A move updates every reference to the file, including the file's own imports", async () => {
    const run = await drive(model.url, "Move src/main.ts to src/pages/", { files: await todoProject() });
    expect(run.files.has("src/main.ts")).toBe(false);
    expect(run.files.get("index.html")).toContain('src="/src/pages/main.ts"');
    expect(run.files.get("src/pages/main.ts")).toContain('from "../api.ts"');
  });

  it("A rename updates the imports of the module", async () => {
    const run = await drive(model.url, "Please rename `src/api.ts` to client.ts", { files: await todoProject() });
    expect(run.files.get("src/main.ts")).toContain('from "./client.ts"');
  });

  it("A move rejects a missing source and an existing destination", async () => {
    const files = await todoProject();
    expect((await drive(model.url, "Rename src/x.ts to src/y.ts", { files })).files).toEqual(files);
    expect((await drive(model.url, "Rename src/api.ts to src/main.ts", { files })).files).toEqual(files);
  });

  it("A deletion removes exactly the files that nothing imports", async () => {
    const files = await todoProject();
    const extra = [...files, ["src/old.ts", 'import "./older.ts";\n'], ["src/older.ts", "export {};\n"]] as [
      string,
      string,
    ][];
    const run = await drive(model.url, "Delete the unused files", { files: new Map(extra) });
    expect(run.files).toEqual(files);
  });
});

describe("asking, planning, explaining", () => {
  it("The colour scheme asks for the colours and applies the answer", async () => {
    const run = await drive(model.url, "Let me choose a colour scheme", {
      files: await todoProject(),
      answers: { ask_user: "Sunset, please" },
    });
    expect(used(run)).toEqual(["ask_user", "list_files", "read_files", "edit_file"]);
    expect(run.files.get("src/style.css")).toContain("--accent: #c2410c;");
  });

  it("A plan changes no file, in plan mode and on request", async () => {
    const files = await todoProject();
    const inMode = await drive(model.url, "Make a todo list", {
      files,
      tools: reading,
      system: "# This run only plans",
    });
    expect(last(inMode)).toContain("**Plan for:** Make a todo list");
    expect((await drive(model.url, "Plan a todo list", { files })).files).toEqual(files);
  });

  it("An explanation is based on the files that it read", async () => {
    const run = await drive(model.url, "Explain this project", { files: await todoProject() });
    expect(last(run)).toContain("/api/todos");
    expect(last(run)).toContain("`App`");
  });
});

describe("any other prompt", () => {
  it("An unknown prompt gets a page with its own text escaped, and the list of known prompts", async () => {
    const run = await drive(model.url, "Sing about <b>rain</b> & snow");
    expect(run.files.get("index.html")).not.toContain("<b>");
    expect(run.files.get("index.html")).toContain("rain");
    expect(last(run)).toContain("ANTHROPIC_API_KEY");
    for (const { example } of worked) expect(last(run)).toContain(example);
  });

  it("An unknown prompt never replaces an existing app", async () => {
    const files = await todoProject();
    expect((await drive(model.url, "Sing", { files })).files).toEqual(files);
  });

  it("The fallback is the last conversation", () => {
    expect(conversations.at(-1)?.name).toBe("anything else");
  });
});
