import { afterEach, describe, expect, it, vi } from "vitest";
import { CompletionClient, type CompletionState } from "../../frontend/src/completion/completion-client.ts";
import type { Hover, Question, Reply, Request } from "../../frontend/src/completion/protocol.ts";

afterEach(() => vi.useRealTimers());

const hover = (offset: number): Question & { kind: "hover" } => ({ kind: "hover", path: "a.ts", offset });
const answer = (type: string): Hover => ({ from: 0, to: 1, type, documentation: "" });

/** Creates a client whose services the test controls. */
function newClient(unsaved = new Map<string, string>()) {
  const posted: Request[] = [];
  const states: CompletionState[] = [];
  const services: { reply: (reply: Reply) => void; isClosed: boolean }[] = [];
  const client = new CompletionClient({
    open(reply) {
      const service = { reply, isClosed: false };
      services.push(service);
      const close = () => {
        service.isClosed = true;
      };
      return { post: (request) => posted.push(request), close };
    },
    unsaved: () => unsaved,
    onState: (state) => states.push(state),
    patienceMs: 1_000,
  });
  const reply = (message: Reply) => services.at(-1)?.reply(message);
  const asked = () => posted.filter((one) => one.kind === "ask");
  const load = () => {
    client.load("/types/1");
    reply({ kind: "loaded", isComplete: true });
  };
  return { client, posted, asked, states, services, reply, load, unsaved };
}

describe("questions to the language service", () => {
  it("a question before the types are loaded has no answer at once", async () => {
    const { client, asked } = newClient();
    client.load("/types/1");
    expect(await client.ask(hover(0), "a")).toBeNull();
    expect(asked()).toEqual([]);
  });

  it("one question is asked at a time, and a newer one replaces an equal one that waits", async () => {
    const { client, asked, reply, load } = newClient();
    load();
    const [first, outdated, newest] = [1, 2, 3].map((offset) => client.ask(hover(offset), "a"));
    expect(asked()).toHaveLength(1);
    expect(await outdated).toBeNull();
    reply({ kind: "answer", id: asked()[0]?.id ?? 0, answer: answer("one") });
    expect(await first).toMatchObject({ type: "one" });
    expect(asked().map(({ question }) => question.offset)).toEqual([1, 3]);
    reply({ kind: "answer", id: asked()[1]?.id ?? 0, answer: answer("three") });
    expect(await newest).toMatchObject({ type: "three" });
  });

  it("Unsaved texts are sent once, and their end is told", () => {
    const { client, asked, reply, load, unsaved } = newClient(new Map([["b.ts", "b"]]));
    load();
    const askWith = (text: string) => {
      void client.ask(hover(0), text);
      reply({ kind: "answer", id: asked().at(-1)?.id ?? 0, answer: null });
      return asked().at(-1)?.texts;
    };
    expect(askWith("a")).toEqual([
      ["b.ts", "b"],
      ["a.ts", "a"],
    ]);
    expect(askWith("a")).toEqual([]);
    unsaved.delete("b.ts");
    expect(askWith("aa")).toEqual([
      ["b.ts", null],
      ["a.ts", "aa"],
    ]);
  });
});

describe("a language service that fails", () => {
  it("Types that cannot be loaded are told by the reason, and loading again opens another service", () => {
    const { client, states, services, reply } = newClient();
    client.load("/types/1");
    reply({ kind: "failed", status: 0 });
    client.load("/types/1");
    reply({ kind: "failed", status: 503 });
    client.load("/types/1");
    reply({ kind: "loaded", isComplete: false });
    expect(states).toEqual(["loading", "unreachable", "loading", "refused", "loading", "partial"]);
    expect(services.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
  });

  it("the types of an earlier revision go on answering while those of a later one cannot be loaded", async () => {
    const { client, states, reply, load, asked } = newClient();
    load();
    client.load("/types/2");
    reply({ kind: "failed", status: 0 });
    expect(states).toEqual(["loading", "ready"]);
    const answered = client.ask(hover(1), "a");
    reply({ kind: "answer", id: asked()[0]?.id ?? 0, answer: answer("still") });
    expect(await answered).toMatchObject({ type: "still" });
  });

  it("a service that a type keeps busy is replaced once, and then stopped", async () => {
    vi.useFakeTimers();
    const { client, states, services, reply, load } = newClient();
    load();
    const first = client.ask(hover(1), "a");
    vi.advanceTimersByTime(1_000);
    expect(await first).toBeNull();
    expect(services.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    reply({ kind: "loaded", isComplete: true });
    const second = client.ask(hover(1), "a");
    vi.advanceTimersByTime(1_000);
    expect(await second).toBeNull();
    client.load("/types/2");
    expect(services.map(({ isClosed }) => isClosed)).toEqual([true, true]);
    expect(states.at(-1)).toBe("stopped");
  });

  it("Closing the service answers what waits with nothing", async () => {
    const { client, load } = newClient();
    load();
    const waiting = [client.ask(hover(1), "a"), client.ask(hover(2), "a")];
    client.close();
    expect(await Promise.all(waiting)).toEqual([null, null]);
  });
});
