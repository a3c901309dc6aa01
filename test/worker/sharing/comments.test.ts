import { describe, expect, inject, it } from "vitest";
import type { Comment, LiveFrame, Message, NewWebhook, Page } from "../../../worker/contract/index.ts";
import { script } from "../runs/start.ts";
import { type Account, newAccount, newProject, runToEnd } from "../stage/client.ts";
import { idOf, share } from "./share.ts";

async function conversation() {
  const [ada, bob] = await Promise.all([newAccount(), newAccount()]);
  const { id: projectId } = await newProject(ada, "Shop");
  await share(ada, projectId, bob, "editor");
  await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }) });
  const at = `/v1/projects/${projectId}`;
  const { data } = await ada.expect<Page<Message>>(200, `${at}/messages`);
  const [first, second] = data.map(({ id }) => `${at}/messages/${id}/comments`);
  if (first === undefined || second === undefined) throw new Error("There are no two messages.");
  return { ada, bob, projectId, at, first, second };
}

const list = async (caller: Account, path: string): Promise<string[]> =>
  (await caller.expect<Page<Comment>>(200, path)).data.map(({ text }) => text);

const say = (caller: Account, path: string, text: string, headers: Record<string, string> = {}): Promise<Comment> =>
  caller.expect<Comment>(201, path, { body: { text }, headers });

/** Opens a live feed. @returns a function that waits for the next frame of a type */
async function framesOf(caller: Account, projectId: string) {
  const { webSocket } = await caller.request(`/v1/projects/${projectId}/live?after=0`, {
    headers: { Upgrade: "websocket" },
  });
  if (!webSocket) throw new Error("no live feed");
  const frames: LiveFrame[] = [];
  const waiting = new Set<() => void>();
  webSocket.addEventListener("message", ({ data }) => {
    frames.push(JSON.parse(String(data)));
    for (const wake of waiting) wake();
  });
  webSocket.accept();
  return async (type: LiveFrame["type"]): Promise<LiveFrame> => {
    for (;;) {
      const found = frames.find((frame) => frame.type === type);
      if (found) return found;
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
}

describe("comments on a message", () => {
  it("Members list a message's comments oldest first, and a project's comments newest first", async () => {
    const { ada, bob, at, first, second } = await conversation();
    const one = await say(bob, first, "Why so?");
    expect(one).toMatchObject({ text: "Why so?", author: { id: await idOf(bob), name: "Ada" } });
    await say(ada, first, "Because.");
    await say(ada, second, "Fine.");
    expect(await list(bob, first)).toEqual(["Why so?", "Because."]);
    expect(await list(ada, second)).toEqual(["Fine."]);
    expect(await list(bob, `${at}/comments`)).toEqual(["Fine.", "Because.", "Why so?"]);
    const page = await bob.expect<Page<Comment>>(200, `${first}?limit=1`);
    expect(await list(bob, `${first}?limit=1&cursor=${page.pagination.nextCursor}`)).toEqual(["Because."]);
  });

  it("A comment that is repeated under its key is created once", async () => {
    const { bob, first } = await conversation();
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    expect(await say(bob, first, "Why so?", headers)).toEqual(await say(bob, first, "Why so?", headers));
    expect(await list(bob, first)).toEqual(["Why so?"]);
  });

  it("An author deletes their own comments, and the owner any", async () => {
    const { ada, bob, first } = await conversation();
    const [owners, editors] = [await say(ada, first, "Mine."), await say(bob, first, "Bob's.")];
    await bob.problem(404, `${first}/${owners.id}`, { method: "DELETE" });
    await ada.expect(204, `${first}/${editors.id}`, { method: "DELETE" });
    const again = await say(bob, first, "Again.");
    await bob.expect(204, `${first}/${again.id}`, { method: "DELETE" });
    expect(await list(bob, first)).toEqual(["Mine."]);
  });

  it("A viewer reads comments and writes none, and a stranger finds none", async () => {
    const { ada, projectId, first } = await conversation();
    const [viewer, eve] = await Promise.all([newAccount(), newAccount()]);
    await share(ada, projectId, viewer, "viewer");
    await say(ada, first, "Mine.");
    expect(await list(viewer, first)).toEqual(["Mine."]);
    expect((await viewer.problem(403, first, { body: { text: "No" } })).code).toBe("insufficient_role");
    await eve.problem(404, first);
  });

  it("A comment on a message of another project is refused, even in the caller's own project", async () => {
    const { first } = await conversation();
    const eve = await newAccount();
    const own = await newProject(eve);
    const messageId = first.split("/").at(-2);
    await eve.problem(404, `/v1/projects/${own.id}/messages/${messageId}/comments`, { body: { text: "Hi" } });
    await eve.problem(404, `/v1/projects/${own.id}/messages/${messageId}/comments`);
  });

  it("The live feed has a comment and its deletion as events", async () => {
    const { ada, bob, projectId, first } = await conversation();
    const next = await framesOf(ada, projectId);
    const comment = await say(bob, first, "Why so?");
    expect(await next("comment.created")).toMatchObject({ comment, pos: expect.any(Number) });
    await bob.expect(204, `${first}/${comment.id}`, { method: "DELETE" });
    expect(await next("comment.deleted")).toMatchObject({ commentId: comment.id, messageId: comment.messageId });
  });

  it("Comments are in no request to a model", async () => {
    const { ada, bob, projectId, first } = await conversation();
    const [word, canary] = [crypto.randomUUID(), crypto.randomUUID()];
    await say(bob, first, canary);
    await runToEnd(ada, projectId, { prompt: `${word} What did the others say?`, agent: "explainer" });
    const answer = await fetch(`${inject("stage").modelUrl}/control/requests`);
    const { requests }: { requests: { body: object }[] } = await answer.json();
    const sent = requests.map(({ body }) => JSON.stringify(body)).filter((body) => body.includes(word));
    expect(sent).not.toEqual([]);
    expect(sent.filter((body) => body.includes(canary))).toEqual([]);
  });
});

describe("webhook events of members", () => {
  it("The owner's webhooks receive member.added, member.updated and member.removed", async () => {
    const [ada, bob] = await Promise.all([newAccount(), newAccount()]);
    const { id: projectId } = await newProject(ada);
    const url = `${inject("receiverUrl")}/200/${crypto.randomUUID()}`;
    const events = ["member.added", "member.updated", "member.removed"];
    await ada.expect<NewWebhook>(201, "/v1/webhooks", { body: { url, events } });
    await share(ada, projectId, bob, "viewer");
    const userId = await idOf(bob);
    const path = `/v1/projects/${projectId}/members/${userId}`;
    await ada.expect(200, path, { method: "PATCH", body: { role: "editor" } });
    await bob.expect(204, path, { method: "DELETE" });
    const heard = async () => {
      const received: { body: string }[] = await (await fetch(url)).json();
      return received
        .map(({ body }) => JSON.parse(body))
        .map(({ type, data }) => `${type} ${data.userId} ${data.role}`);
    };
    await expect
      .poll(async () => (await heard()).sort(), { timeout: 20_000 })
      .toEqual([
        `member.added ${userId} viewer`,
        `member.removed ${userId} undefined`,
        `member.updated ${userId} editor`,
      ]);
  });
});
