import { eq } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { projectInvitation } from "../../../drizzle/schema/index.ts";
import type {
  NewInvitation,
  OfferedInvitation,
  Page,
  Project,
  ProjectInvitation,
} from "../../../worker/contract/index.ts";
import { invitationMail } from "../../../worker/sharing/invitation-mail.ts";
import { database } from "../database/direct.ts";
import { type Account, newAccount, newProject } from "../stage/client.ts";
import { accept, idOf, invite, membersOf, share } from "./share.ts";

async function shared() {
  const [ada, bob] = await Promise.all([newAccount(), newAccount()]);
  return { ada, bob, projectId: (await newProject(ada, "Shop")).id };
}

const eqId = (projectId: string) => eq(projectInvitation.projectId, projectId);

const open = async (ada: Account, projectId: string): Promise<ProjectInvitation[]> =>
  (await ada.expect<Page<ProjectInvitation>>(200, `/v1/projects/${projectId}/invitations`)).data;

describe("an invitation", () => {
  it("An invitation names the project, its owner and the role, and accepting it makes the caller a member", async () => {
    const { ada, bob, projectId } = await shared();
    const { token, url, mailed, ...shown } = await invite(ada, projectId, { role: "editor" });
    expect(url).toBe(`http://localhost:8787/invitation#${token}`);
    expect(mailed).toBe(false);
    expect(await open(ada, projectId)).toEqual([shown]);
    expect(await bob.expect<OfferedInvitation>(200, `/v1/invitations/${token}`)).toMatchObject({
      project: { id: projectId, name: "Shop" },
      invitedBy: "Ada",
      role: "editor",
    });
    await bob.problem(404, `/v1/projects/${projectId}`);
    expect(await accept(bob, token)).toEqual({ projectId, role: "editor" });
    expect(await bob.expect<Project>(200, `/v1/projects/${projectId}`)).toMatchObject({ name: "Shop", role: "editor" });
    expect(await membersOf(ada, projectId)).toMatchObject([
      { userId: await idOf(ada), role: "owner", email: ada.email },
      { userId: await idOf(bob), role: "editor", email: bob.email },
    ]);
  });

  it("An invitation is looked up and accepted with its token in the body, as with the token in the path", async () => {
    const { ada, bob, projectId } = await shared();
    const { token } = await invite(ada, projectId, { role: "viewer" });
    const body = { token };
    const offer = await bob.expect<OfferedInvitation>(200, "/v1/invitations/look-up", { body });
    expect(offer).toEqual(await bob.expect(200, `/v1/invitations/${token}`));
    expect(await bob.expect(200, "/v1/invitations/accept", { body })).toEqual({ projectId, role: "viewer" });
    expect(await membersOf(ada, projectId)).toMatchObject([{ role: "owner" }, { userId: await idOf(bob) }]);
    const eve = await newAccount();
    for (const path of ["/v1/invitations/look-up", "/v1/invitations/accept"]) {
      expect((await eve.problem(404, path, { body })).code).toBe("not_found");
      expect((await eve.problem(422, path, { body: { token: "esi_short" } })).errors).toMatchObject([
        { pointer: "/token" },
      ]);
    }
  });

  it("Only one of two accounts that accept a single-use invitation at once becomes a member", async () => {
    const { ada, bob, projectId } = await shared();
    const eve = await newAccount();
    const { token } = await invite(ada, projectId, { role: "viewer" });
    const answers = await Promise.all(
      [bob, eve].map((account) => account.request(`/v1/invitations/${token}/accept`, { method: "POST" })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
    expect(await membersOf(ada, projectId)).toHaveLength(2);
    expect(await open(ada, projectId)).toEqual([]);
  });

  it("A reusable invitation serves several people until it is revoked", async () => {
    const { ada, bob, projectId } = await shared();
    const [eve, late] = await Promise.all([newAccount(), newAccount()]);
    const { token, id } = await invite(ada, projectId, { role: "viewer", reusable: true });
    await accept(bob, token);
    await accept(eve, token);
    await ada.expect(204, `/v1/projects/${projectId}/invitations/${id}`, { method: "DELETE" });
    await late.problem(404, `/v1/invitations/${token}`);
    await late.problem(404, `/v1/invitations/${token}/accept`, { method: "POST" });
    expect(await membersOf(ada, projectId)).toHaveLength(3);
  });

  it("An invitation that has expired is gone for everybody", async () => {
    const { ada, bob, projectId } = await shared();
    const { token } = await invite(ada, projectId, { role: "viewer" });
    await database
      .update(projectInvitation)
      .set({ expiresAt: new Date(Date.now() - 1) })
      .where(eqId(projectId));
    await bob.problem(404, `/v1/invitations/${token}`);
    await bob.problem(404, `/v1/invitations/${token}/accept`, { method: "POST" });
    expect(await open(ada, projectId)).toEqual([]);
  });

  it("An invitation to an address is for the account with this address alone, in any case", async () => {
    const { ada, bob, projectId } = await shared();
    const eve = await newAccount();
    const { token } = await invite(ada, projectId, { role: "editor", email: bob.email.toUpperCase() });
    const refused = await eve.problem(403, `/v1/invitations/${token}/accept`, { method: "POST" });
    expect(refused.code).toBe("forbidden");
    await eve.problem(404, `/v1/projects/${projectId}`);
    expect(await accept(bob, token)).toMatchObject({ role: "editor" });
  });

  it("The owner and a member whose role is as high keep their roles, and do not use up the invitation", async () => {
    const { ada, bob, projectId } = await shared();
    await share(ada, projectId, bob, "editor");
    const { token } = await invite(ada, projectId, { role: "viewer" });
    expect(await accept(ada, token)).toEqual({ projectId, role: "owner" });
    expect(await accept(bob, token)).toEqual({ projectId, role: "editor" });
    expect(await open(ada, projectId)).toHaveLength(1);
  });

  it("An invitation says which role its reader has already, and null to a stranger", async () => {
    const { ada, bob, projectId } = await shared();
    const eve = await newAccount();
    await share(ada, projectId, bob, "viewer");
    const { token } = await invite(ada, projectId, { role: "editor" });
    const currentRoleOf = async (account: Account) =>
      (await account.expect<OfferedInvitation>(200, "/v1/invitations/look-up", { body: { token } })).currentRole;
    expect(await currentRoleOf(ada)).toBe("owner");
    expect(await currentRoleOf(bob)).toBe("viewer");
    expect(await currentRoleOf(eve)).toBeNull();
  });

  it("A viewer who accepts an invitation of an editor becomes one", async () => {
    const { ada, bob, projectId } = await shared();
    await share(ada, projectId, bob, "viewer");
    await share(ada, projectId, bob, "editor");
    expect(await membersOf(ada, projectId)).toMatchObject([{ role: "owner" }, { role: "editor" }]);
  });

  it("The database has the hash of a token, and never the token", async () => {
    const { ada, projectId } = await shared();
    const { token } = await invite(ada, projectId, { role: "viewer" });
    const rows = await database.select().from(projectInvitation).where(eqId(projectId));
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token.slice(4));
  });

  it("A token of the API accepts no invitation", async () => {
    const { ada, bob, projectId } = await shared();
    const { token } = await invite(ada, projectId, { role: "editor" });
    const program = await bob.token(["projects:read", "projects:write"]);
    expect((await program.problem(403, `/v1/invitations/${token}/accept`, { method: "POST" })).code).toBe("forbidden");
  });

  it("A project has at most 50 open invitations", async () => {
    const { ada, projectId } = await shared();
    const past = new Date(Date.now() + 60_000);
    await database.insert(projectInvitation).values(
      Array.from({ length: 50 }, () => {
        const id = crypto.randomUUID();
        return { id, projectId, role: "viewer" as const, sha256: id, isReusable: true, expiresAt: past };
      }),
    );
    const refused = await ada.problem(409, `/v1/projects/${projectId}/invitations`, { body: { role: "viewer" } });
    expect(refused.code).toBe("limit_reached");
  });

  it("An invitation that is repeated under its key is the same invitation with the same token", async () => {
    const { ada, projectId } = await shared();
    const once = { body: { role: "viewer" }, headers: { "Idempotency-Key": crypto.randomUUID() } };
    const first = await ada.expect<NewInvitation>(201, `/v1/projects/${projectId}/invitations`, once);
    expect(await ada.expect<NewInvitation>(201, `/v1/projects/${projectId}/invitations`, once)).toEqual(first);
    expect(await open(ada, projectId)).toHaveLength(1);
  });
});

describe("a mailed invitation", () => {
  const mailsTo = (said: { mock: { calls: unknown[][] } }, address: string): { subject: string; text: string }[] =>
    said.mock.calls
      .map(([line]) => String(line))
      .filter((line) => line.includes('"event":"mail"') && line.includes(address))
      .map((line) => JSON.parse(line));
  const mailing = (email: string) => ({ body: { role: "editor", email, mail: true } });
  const unique = () => `${crypto.randomUUID()}@example.com`;

  it("The link is mailed to the address on request, with the names of the owner and the project, and stays in the answer", async () => {
    const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const { ada, bob, projectId } = await shared();
    const path = `/v1/projects/${projectId}/invitations`;
    const { token, url, mailed } = await ada.expect<NewInvitation>(201, path, mailing(bob.email));
    expect(mailed).toBe(true);
    const [mail, ...more] = mailsTo(said, bob.email);
    expect(mail).toMatchObject({ subject: "Ada invites you to “Shop”" });
    // The log of a developer's machine, where the mail goes, shows no token.
    expect(mail?.text).toContain("/invitation#esi_[redacted]");
    const named = { ownerName: "Ada\n", projectName: "Shop", role: "editor", days: 7 } as const;
    const { text } = invitationMail({ to: bob.email, link: url, ...named });
    expect(text.replace(token, "esi_[redacted]")).toBe(mail?.text);
    expect(more).toEqual([]);
    expect(await accept(bob, token)).toEqual({ projectId, role: "editor" });
    const silent = unique();
    await invite(ada, projectId, { role: "viewer", email: silent });
    expect(mailsTo(said, silent)).toEqual([]);
    said.mockRestore();
  });

  it("An invitation without an address sends no mail", async () => {
    const { ada, projectId } = await shared();
    const body = { role: "viewer", mail: true };
    const problem = await ada.problem(422, `/v1/projects/${projectId}/invitations`, { body });
    expect(problem.errors).toMatchObject([{ pointer: "/mail", code: "required" }]);
  });

  it("An address gets 5 invitations a day, whoever sends them, and no further invitation is created", async () => {
    const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const [one, two] = [await shared(), await shared()];
    const victim = unique();
    const send = ({ ada, projectId }: typeof one, status: number) =>
      ada.expect(status, `/v1/projects/${projectId}/invitations`, mailing(victim));
    for (const sender of [one, two, one, two, one]) await send(sender, 201);
    await send(two, 429);
    await send(one, 429);
    expect(mailsTo(said, victim)).toHaveLength(5);
    expect(await open(two.ada, two.projectId)).toHaveLength(2);
    said.mockRestore();
  });

  it("An account can mail 20 invitations a day, and still create links", async () => {
    const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const { ada, projectId } = await shared();
    const path = `/v1/projects/${projectId}/invitations`;
    for (let sent = 0; sent < 20; sent += 1) await ada.expect(201, path, mailing(unique()));
    const refused = await ada.request(path, mailing(unique()));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(60);
    await ada.expect(201, path, { body: { role: "editor", email: unique() } });
    said.mockRestore();
  });
});
