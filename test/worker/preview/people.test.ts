import { env } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import type { InvitedPerson, Page, Person } from "../../../worker/contract/index.ts";
import { newAccount, newProject } from "../stage/client.ts";

const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");

const SERVER = `import { user } from "edgesmith:auth";
export default { fetch: async (request) => Response.json(await user(request)) };`;

async function withApp() {
  const ada = await newAccount();
  const { id } = await newProject(ada, "Guest book");
  const at = `/v1/projects/${id}`;
  const operations = [{ op: "write", path: "src/server.ts", content: SERVER }];
  await ada.expect(201, `${at}/batches`, { body: { operations } });
  const { url } = await ada.expect<{ url: string }>(200, `${at}/publish`, { body: {} });
  const people = `${at}/people/public`;
  const invite = (body: unknown) => ada.expect<InvitedPerson>(201, people, { body });
  const list = async () => (await ada.expect<Page<Person>>(200, people)).data;
  return { ada, at, url, people, invite, list };
}

const unique = () => `${crypto.randomUUID().slice(0, 8)}@example.com`;

/** Presses the button of a sign-in link, and returns the session's cookie. */
async function follow(link: string): Promise<string> {
  const { origin, pathname, searchParams } = new URL(link);
  const body = new URLSearchParams(searchParams);
  const answer = await door.fetch(origin + pathname, {
    method: "POST",
    headers: { Origin: origin },
    body,
    redirect: "manual",
  });
  await answer.text();
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

const userAt = async (url: string, cookie: string) =>
  (await door.fetch(`${url}/api`, { headers: { Cookie: cookie } })).json<Record<string, unknown> | null>();

describe("POST /people/{target}", () => {
  it("POST /people/{target} invites a person, who signs in by the link and has the roles in the app", async () => {
    const { url, invite, list } = await withApp();
    const email = unique();
    const invited = await invite({ email: email.toUpperCase(), name: "Grace", roles: ["editor"] });
    expect(invited).toMatchObject({ email, name: "Grace", roles: ["editor"], status: "invited", mailed: true });
    expect(new URL(invited.invitationUrl).origin).toBe(url);
    const user = { id: invited.id, email, name: "Grace", roles: ["editor"] };
    expect(await userAt(url, await follow(invited.invitationUrl))).toEqual(user);
    expect(await list()).toMatchObject([{ email, status: "active", lastSeenAt: expect.any(String) }]);
  });

  it("POST /people/{target} mails the invitation, and the sign-in page a link", async () => {
    const said = vi.spyOn(console, "log").mockImplementation(() => {});
    const { url, invite } = await withApp();
    const email = unique();
    await invite({ email });
    const mails = () => said.mock.calls.map(([line]) => String(line)).filter((line) => line.includes(email));
    expect(mails()[0]).toContain("You're invited to Guest book");
    const body = new URLSearchParams({ action: "link", email });
    const answer = await door.fetch(`${url}/__edgesmith/sign-in`, { method: "POST", headers: { Origin: url }, body });
    await answer.text();
    await vi.waitUntil(() => mails().length === 2);
    const link = /http:\/\/[^\s"\\]+/.exec(mails()[1] ?? "")?.[0] ?? "";
    expect(await userAt(url, await follow(link))).toMatchObject({ email });
    said.mockRestore();
  });

  it("POST /people/{target} invites a person again under the same id, with the new roles", async () => {
    const { invite, list } = await withApp();
    const email = unique();
    const first = await invite({ email, roles: ["editor"] });
    const second = await invite({ email, roles: ["admin"] });
    expect([second.id, second.roles]).toEqual([first.id, ["admin"]]);
    expect(await list()).toHaveLength(1);
  });

  it("POST /people/{target} gives the preview and the published app people of their own", async () => {
    const { ada, at, list } = await withApp();
    await ada.expect(201, `${at}/people/preview`, { body: { email: unique() } });
    expect(await list()).toEqual([]);
    expect((await ada.expect<Page<Person>>(200, `${at}/people/preview`)).data).toHaveLength(1);
  });

  it.each([
    ["no address", { email: "grace" }, "/email"],
    ["a role in upper case", { email: "a@example.com", roles: ["Admin"] }, "/roles/0"],
    ["a role twice", { email: "a@example.com", roles: ["a", "a"] }, "/roles"],
    ["eleven roles", { email: "a@example.com", roles: [..."abcdefghijk"] }, "/roles"],
    ["a name of two lines", { email: "a@example.com", name: "a\nb" }, "/name"],
    ["an unknown field", { email: "a@example.com", admin: true }, "/admin"],
  ])("POST /people/{target} is 422 for %s", async (_, body, pointer) => {
    const { ada, people } = await withApp();
    expect((await ada.problem(422, people, { body })).errors).toMatchObject([{ pointer }]);
  });
});

describe("PATCH /people/{target}/{personId}", () => {
  it("PATCH /people/{target}/{personId} changes name and roles, each alone", async () => {
    const { ada, url, people, invite } = await withApp();
    const invited = await invite({ email: unique(), name: "Grace", roles: ["editor"] });
    const cookie = await follow(invited.invitationUrl);
    const patch = (body: unknown) => ada.expect<Person>(200, `${people}/${invited.id}`, { method: "PATCH", body });
    expect(await patch({ roles: ["admin"] })).toMatchObject({ name: "Grace", roles: ["admin"] });
    expect(await patch({ name: "Hopper" })).toMatchObject({ name: "Hopper", roles: ["admin"] });
    expect(await userAt(url, cookie)).toMatchObject({ name: "Hopper", roles: ["admin"] });
  });
});

describe("DELETE /people/{target}/{personId}", () => {
  it("DELETE /people/{target}/{personId} signs the person out, and is 404 the second time", async () => {
    const { ada, url, people, invite, list } = await withApp();
    const invited = await invite({ email: unique() });
    const cookie = await follow(invited.invitationUrl);
    await ada.expect(204, `${people}/${invited.id}`, { method: "DELETE" });
    expect(await userAt(url, cookie)).toBeNull();
    expect(await list()).toEqual([]);
    await ada.problem(404, `${people}/${invited.id}`, { method: "DELETE" });
  });
});

describe("GET /people/{target}", () => {
  it("GET /people/{target} pages through all people once, oldest first", async () => {
    const { ada, people, invite } = await withApp();
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push((await invite({ email: unique() })).id);
    const seen: string[] = [];
    let cursor = "";
    do {
      const page: Page<Person> = await ada.expect(200, `${people}?limit=2${cursor}`);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.pagination.nextCursor === null ? "" : `&cursor=${page.pagination.nextCursor}`;
    } while (cursor !== "");
    expect(seen).toEqual(ids);
  });
});

describe("PUT /publish/access", () => {
  it("PUT /publish/access closes the published app to everybody who is not invited, and opens it again", async () => {
    const { ada, at, url, invite } = await withApp();
    const put = (access: string) => ada.expect(200, `${at}/publish/access`, { method: "PUT", body: { access } });
    expect(await ada.expect(200, `${at}/publish/access`)).toEqual({ access: "everyone" });
    expect(await put("invited")).toEqual({ access: "invited" });
    const statusAt = async (cookie = "") => {
      const answer = await door.fetch(`${url}/api`, { headers: { Cookie: cookie } });
      await answer.text();
      return answer.status;
    };
    expect(await statusAt()).toBe(401);
    const invited = await invite({ email: unique() });
    expect(await statusAt(await follow(invited.invitationUrl))).toBe(200);
    expect(await put("everyone")).toEqual({ access: "everyone" });
    expect(await statusAt()).toBe(200);
  });

  it("PUT /publish/access may come before the first publication, so that the app is never open to everyone", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const body = { access: "invited" };
    await ada.expect(200, `/v1/projects/${id}/publish/access`, { method: "PUT", body });
    const operations = [{ op: "write", path: "index.html", content: "<!doctype html><h1>Members</h1>" }];
    await ada.expect(201, `/v1/projects/${id}/batches`, { body: { operations } });
    const { url } = await ada.expect<{ url: string }>(200, `/v1/projects/${id}/publish`, { body: {} });
    const answer = await door.fetch(url, { redirect: "manual" });
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain("Members");
  });
});
