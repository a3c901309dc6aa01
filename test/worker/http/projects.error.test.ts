import { describe, expect, it } from "vitest";
import { newAccount, newProject, type Page, type Project } from "../stage/client.ts";

const absent = "/v1/projects/prj_00000000000000000000000000";

describe("a project's input", () => {
  it.each([
    [{}, "/name"],
    [{ name: "" }, "/name"],
    [{ name: "   " }, "/name"],
    [{ name: 7 }, "/name"],
    [{ name: "x".repeat(101) }, "/name"],
    [{ name: "ok", description: "x".repeat(2_001) }, "/description"],
    [{ name: "ok", template: "rails" }, "/template"],
    [{ name: "ok", nmae: "typo" }, "/nmae"],
    [{ name: "a\0b" }, "/name"],
    [{ name: "a\ud800b" }, "/name"],
    [{ name: "ok", description: "a\0b" }, "/description"],
    [[], ""],
    ["text", ""],
    [null, ""],
  ])("POST /projects refuses %j with a pointer and stores nothing", async (body, pointer) => {
    const ada = await newAccount();
    const problem = await ada.problem(422, "/v1/projects", { body: JSON.stringify(body) });
    expect(problem.code).toBe("invalid_request");
    expect(problem.errors?.map((error) => error.pointer)).toEqual([pointer]);
    expect((await ada.expect<Page<Project>>(200, "/v1/projects")).data).toEqual([]);
  });

  it.each([
    [{}, "name is missing."],
    [{ name: 7 }, "name must be a text."],
    [{ name: " " }, "name must not be empty."],
    [{ name: "x".repeat(101) }, "name must have at most 100 characters."],
    [
      { name: "ok", template: "rails" },
      'template must be one of "blank", "static", "fullstack", "react-shadcn", "vue", "svelte", "hono-react", "dashboard", "landing", "booking", "kanban", "quiz", "recipes", "blog", "chat", "photo-wall", "newsletter".',
    ],
    [{ name: "ok", nmae: "typo" }, "Unknown field “nmae”."],
    [{ name: "a\0b" }, "name contains a NUL character or a lone surrogate, which cannot be stored."],
    ["text", "The body must be an object."],
  ])("POST /projects explains the fault of %j in a plain sentence: %s", async (body, detail) => {
    const ada = await newAccount();
    const problem = await ada.problem(422, "/v1/projects", { body: JSON.stringify(body) });
    expect(problem.detail).toBe(detail);
    expect(problem.errors?.map((error) => error.detail)).toEqual([detail]);
  });

  it.each(["two\nlines", "a\u202egnp.exe", "a\u2066b", "bell\u0007", "a\u2028b"])(
    "POST /projects refuses the name %j, which breaks a line",
    async (name) => {
      const ada = await newAccount();
      const { id } = await newProject(ada);
      const fault = { pointer: "/name", code: "control_character" };
      const write = (method: string, path: string, body: object) => ada.problem(422, path, { method, body });
      for (const problem of [
        await write("POST", "/v1/projects", { name }),
        await write("PATCH", `/v1/projects/${id}`, { name }),
        await write("PATCH", "/v1/me", { name }),
        await write("POST", "/v1/tokens", { name, scopes: ["projects:read"] }),
      ]) {
        expect(problem.errors).toMatchObject([fault]);
      }
      const hook = { url: "https://example.com/hook", events: ["run.failed"], description: name };
      expect((await write("POST", "/v1/webhooks", hook)).errors).toMatchObject([{ ...fault, pointer: "/description" }]);
    },
  );

  it("POST /projects reports a text in place of a list as one fault", async () => {
    const ada = await newAccount();
    const problem = await ada.problem(422, "/v1/tokens", { body: { name: "x", scopes: "projects:read" } });
    expect(problem.errors).toEqual([{ pointer: "/scopes", code: "invalid_type", detail: "scopes must be a list." }]);
    const empty = await ada.problem(422, "/v1/tokens", { body: { name: "x", scopes: [], expiresInDays: 0 } });
    expect(empty.errors?.map(({ detail }) => detail)).toEqual([
      "scopes must not be empty.",
      "expiresInDays must be at least 1.",
    ]);
  });

  it("POST /projects reports all faults at once", async () => {
    const ada = await newAccount();
    const problem = await ada.problem(422, "/v1/projects", { body: { name: "", description: 1, more: 1 } });
    expect(problem.errors?.map(({ pointer }) => pointer).sort()).toEqual(["/description", "/more", "/name"]);
  });
});

describe("a missing project", () => {
  it("A missing project and another account's are the same 404 on every route", async () => {
    const [ada, eve] = [await newAccount(), await newAccount()];
    const { id } = await newProject(ada);
    const tries: [string, string, unknown?][] = [
      ["GET", ""],
      ["PATCH", "", { name: "Mine" }],
      ["DELETE", ""],
      ["GET", "/files"],
      ["GET", "/files/a.txt"],
      ["GET", "/revisions"],
      ["GET", "/revisions/0"],
      ["GET", "/messages"],
      ["GET", "/runs"],
      ["GET", "/preview/logs"],
      ["GET", "/builds/0"],
      ["GET", "/schedules"],
      ["GET", `/blobs/${"0".repeat(64)}`],
      ["POST", "/revisions/0/restore"],
      ["POST", "/preview", {}],
      ["DELETE", "/preview/data"],
    ];
    for (const [method, below, body] of tries) {
      const init = { method, ...(body !== undefined && { body }) };
      const theirs = await eve.problem(404, `/v1/projects/${id}${below}`, init);
      const none = await eve.problem(404, `${absent}${below}`, init);
      expect({ ...theirs, requestId: "", instance: "" }).toEqual({ ...none, requestId: "", instance: "" });
    }
    expect(await ada.expect(200, `/v1/projects/${id}`)).toMatchObject({ name: "Test", head: 0 });
    const batch = { operations: [{ op: "write", path: "a.txt", content: "" }] };
    for (const [method, below, body] of [
      ["DELETE", "", undefined],
      ["POST", "/batches", batch],
      ["POST", "/revisions/0/restore", undefined],
      ["POST", "/fork", {}],
    ] as const) {
      const problem = await ada.problem(404, `${absent}${below}`, { method, ...(body !== undefined && { body }) });
      expect(problem.detail).toBe("Project not found.");
    }
    const later = await ada.problem(404, `/v1/projects/${id}/revisions/7/restore`, { method: "POST" });
    expect(later.detail).toBe("Revision not found.");
  });
});

describe("the ETag of a project", () => {
  it("GET of a project with its ETag returns 304 until it changes", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const path = `/v1/projects/${id}`;
    const etag = (await ada.request(path)).headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const answer = await ada.request(path, { headers: { "If-None-Match": known } });
      expect(answer.status).toBe(304);
      expect(answer.headers.get("etag")).toBe(etag);
      expect(await answer.text()).toBe("");
    }
    await ada.expect(200, path, { method: "PATCH", body: { name: "New" } });
    const changed = await ada.request(path, { headers: { "If-None-Match": etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get("etag")).not.toBe(etag);
  });

  it("If-Match guards an update and a deletion of a project: 412 when it does not match", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const path = `/v1/projects/${id}`;
    const etag = (await ada.request(path)).headers.get("etag") ?? "";
    const change = (name: string, match: string) => ({
      method: "PATCH",
      body: { name },
      headers: { "If-Match": match },
    });
    await ada.expect(200, path, change("First", etag));
    expect((await ada.problem(412, path, change("Second", etag))).code).toBe("precondition_failed");
    await ada.problem(412, path, { method: "DELETE", headers: { "If-Match": etag } });
    expect(await ada.expect(200, path)).toMatchObject({ name: "First" });
    const now = (await ada.request(path)).headers.get("etag") ?? "";
    await ada.expect(200, path, change("Third", now));
    await ada.expect(200, path, change("Fourth", "*"));
    await ada.problem(404, absent, change("None", etag));
    const last = (await ada.request(path)).headers.get("etag") ?? "";
    await ada.expect(204, path, { method: "DELETE", headers: { "If-Match": last } });
  });

  it("If-Match accepts several tags, and refuses one without quotes", async () => {
    const ada = await newAccount();
    const path = `/v1/projects/${(await newProject(ada)).id}`;
    const etag = async () => (await ada.request(path)).headers.get("etag") ?? "";
    const change = (name: string, match: string) => ({
      method: "PATCH",
      body: { name },
      headers: { "If-Match": match },
    });
    const first = await etag();
    await ada.expect(200, path, change("First", `"a,b", ${first}`));
    await ada.problem(412, path, change("Second", `"a", ${first}`));
    await ada.expect(200, path, change("Third", `${first} , ${await etag()},"z"`));
    // A weak ETag never matches a precondition.
    await ada.problem(412, path, change("Fourth", `W/${await etag()}`));
    for (const malformed of [(await etag()).slice(1, -1), `${await etag()} "a"`, "*, *", `"a`]) {
      const problem = await ada.problem(400, path, change("Fifth", malformed));
      expect(problem).toMatchObject({ code: "malformed_request", detail: expect.stringContaining("double quotes") });
    }
    const operations = [{ op: "write", path: "a.txt", content: "a" }];
    const headers = { "If-Match": `"a", ${await etag()}` };
    await ada.expect(201, `${path}/batches`, { body: { operations }, headers });
    await ada.problem(412, path, { method: "DELETE", headers });
    await ada.expect(204, path, { method: "DELETE", headers: { "If-Match": `"a", ${await etag()}` } });
  });

  it("The ETag of a project stays, and no event is emitted, when an update changes nothing", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const path = `/v1/projects/${id}`;
    const hook = { url: "https://127.0.0.1:8443/hook", events: ["project.updated"], projectId: id };
    const webhook = await ada.expect<{ id: string }>(201, "/v1/webhooks", { body: hook });
    const told = async () =>
      (await ada.expect<Page<unknown>>(200, `/v1/webhooks/${webhook.id}/deliveries`)).data.length;
    const before = await ada.request(path);
    const etag = before.headers.get("etag") ?? "";
    const project = await before.json();
    for (const body of [{}, { name: "Test" }, { name: "Test", description: "" }]) {
      const answer = await ada.request(path, { method: "PATCH", body, headers: { "If-Match": etag } });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("etag")).toBe(etag);
      expect(await answer.json()).toEqual(project);
      await ada.problem(412, path, { method: "PATCH", body, headers: { "If-Match": '"0-0"' } });
      await ada.problem(404, absent, { method: "PATCH", body });
    }
    expect(await told()).toBe(0);
    await ada.expect(200, path, { method: "PATCH", body: { name: "Test", description: "Mine" } });
    expect(await told()).toBe(1);
  });
});
