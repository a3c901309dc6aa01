// Uses of a KV namespace, run against one of miniflare and one of ours: each case stands alone, because
// its source becomes a part of an app's server.
import type { Attempt } from "./d1-cases.ts";

type KvCase = (kv: KVNamespace, attempt: Attempt) => Promise<unknown>;

export const kvCases: Record<string, KvCase> = {
  "returns values as text, JSON, bytes and a stream": async (kv, attempt) => {
    await kv.put("read:text", "ä☃");
    await kv.put("read:json", '{"a":[1]}');
    await kv.put("read:empty", "");
    const bytes = async (work: Promise<ArrayBuffer | null>) => [...new Uint8Array((await work) ?? new ArrayBuffer(0))];
    const stream = await kv.get("read:text", "stream");
    return [
      await kv.get("read:text"),
      await kv.get("read:text", "text"),
      await kv.get("read:text", { type: "text" }),
      await kv.get("read:text", {}),
      await kv.get("read:json", "json"),
      await kv.get("read:json", { type: "json", cacheTtl: 60 }),
      await bytes(kv.get("read:text", "arrayBuffer")),
      stream === null ? null : await new Response(stream).text(),
      await kv.get("read:empty"),
      await kv.get("read:none"),
      await kv.get("read:none", "json"),
      await kv.get("read:none", "stream"),
      await attempt(() => kv.get("read:text", "json")),
      await attempt(() => kv.get("read:empty", "json")),
      await attempt(() => kv.get("read:text", "xml" as "text")),
      await attempt(() => kv.get("read:text", { cacheTtl: 5 })),
    ];
  },
  "stores text, bytes and streams, and refuses other values": async (kv, attempt) => {
    const view = new Uint8Array([0, 1, 2, 255]).subarray(1);
    const stream = () => new Blob(["stream", "ed"]).stream();
    const values: unknown[] = [
      "text",
      view,
      view.buffer,
      new Uint16Array([1, 256]),
      stream(),
      "",
      new Uint8Array(0),
      5,
      true,
      null,
      undefined,
      {},
      [1],
      new Date(0),
      new Blob(["b"]),
    ];
    const stored: unknown[] = [];
    for (const [index, value] of values.entries()) {
      const key = `write:${index}`;
      stored.push([
        await attempt(() => kv.put(key, value as string)),
        [...new Uint8Array((await kv.get(key, "arrayBuffer")) ?? new ArrayBuffer(0))],
      ]);
    }
    return stored;
  },
  "keeps metadata beside a value": async (kv, attempt) => {
    await kv.put("meta:a", "1", { metadata: { user: "ä", n: [1, null] } });
    await kv.put("meta:b", "2", { metadata: "text" });
    await kv.put("meta:c", "3", { metadata: null });
    await kv.put("meta:d", "4");
    await kv.put("meta:a2", "{}", { metadata: { kept: true } });
    await kv.put("meta:a2", "{}");
    return [
      await kv.getWithMetadata("meta:a"),
      await kv.getWithMetadata("meta:b"),
      await kv.getWithMetadata("meta:c"),
      await kv.getWithMetadata("meta:d"),
      await kv.getWithMetadata("meta:a2", "json"),
      await kv.getWithMetadata("meta:none"),
      await kv.getWithMetadata("meta:a2", { type: "text" }),
      await attempt(() => kv.put("meta:e", "", { metadata: "x".repeat(1_022) })),
      await attempt(() => kv.put("meta:f", "", { metadata: "x".repeat(1_023) })),
      await attempt(() => kv.put("meta:g", "", { metadata: "ä".repeat(520) })),
      await kv.list({ prefix: "meta:" }),
    ];
  },
  "returns several keys at once": async (kv, attempt) => {
    await kv.put("many:b", "2", { metadata: { m: 1 } });
    await kv.put("many:a", '{"x":1}');
    await kv.put("many:text", "seven");
    const pairs = (map: unknown) => (map instanceof Map ? [...map] : ["not a map", map]);
    const twice = ["many:b", "many:a", "many:none", "many:b"];
    return [
      pairs(await kv.get(twice)),
      pairs(await kv.get(["many:a"], "json")),
      pairs(await kv.get(["many:a"], { type: "text" })),
      pairs(await kv.getWithMetadata(twice)),
      pairs(await kv.getWithMetadata(["many:a"], "json")),
      await attempt(() => kv.get(["many:text"], "json")),
      await attempt(() => kv.get([])),
      await attempt(() => kv.get(["many:a"], "stream" as "text")),
      await attempt(() => kv.get(["many:a"], "arrayBuffer" as "text")),
      pairs(await kv.get(Array.from({ length: 100 }, (_, n) => `many:${n}`))).length,
      await attempt(() => kv.get(Array.from({ length: 101 }, (_, n) => `many:${n}`))),
      await attempt(() => kv.get(["many:a", ""])),
      await attempt(() => kv.get(["x".repeat(513)])),
    ];
  },
  "lists keys in the order of their bytes, by prefix and page": async (kv, attempt) => {
    const keys = [
      "list:b",
      "list:a",
      "list:ä",
      "list:😀",
      "list:A",
      "list:a/1",
      "list:a/2",
      "list:%",
      "list:\uffff",
      "list: ",
    ];
    await Promise.all(keys.map((key) => kv.put(key, "x")));
    const names = async (options: KVNamespaceListOptions) => {
      const { keys: found, list_complete, ...more } = await kv.list(options);
      return [found.map(({ name }) => name), list_complete, "cursor" in more, more.cacheStatus];
    };
    const first = await kv.list({ prefix: "list:", limit: 4 });
    const cursor = first.list_complete ? "" : first.cursor;
    return [
      await names({ prefix: "list:" }),
      await names({ prefix: "list:a" }),
      await names({ prefix: "list:none" }),
      await names({ prefix: "list:", limit: 10 }),
      first.keys,
      typeof cursor,
      await names({ prefix: "list:", limit: 4, cursor }),
      await names({ prefix: "list:", cursor }),
      await names({ prefix: "list:", cursor: "" }),
      await names({ prefix: null, limit: 1 } as KVNamespaceListOptions),
      await attempt(() => names({ prefix: "list:", limit: 0 })),
      await attempt(() => names({ limit: 1_001 })),
      await attempt(() => names({ limit: -1 })),
      await attempt(() => names({ limit: Number.NaN })),
      await attempt(() => names({ prefix: "x".repeat(513) })),
    ];
  },
  "lets a value expire": async (kv, attempt) => {
    const now = Math.floor(Date.now() / 1_000);
    await kv.put("expire:at", "1", { expiration: now + 600 });
    await kv.put("expire:in", "2", { expirationTtl: 600 });
    await kv.put("expire:kept", "3", { expirationTtl: 60 });
    await kv.put("expire:kept", "3");
    const { keys } = await kv.list({ prefix: "expire:" });
    const tries: KVNamespacePutOptions[] = [
      { expirationTtl: 59 },
      { expirationTtl: 0 },
      { expirationTtl: -1 },
      { expirationTtl: Number.NaN },
      { expiration: now - 1 },
      { expiration: now + 30 },
      { expiration: 0 },
      { expirationTtl: 60.7 },
      { expirationTtl: 90, expiration: 1 },
      // Untyped code passes these.
      { expirationTtl: "600" as unknown as number },
      { expirationTtl: null as unknown as number },
      { expirationTtl: "soon" as unknown as number },
    ];
    const refused: unknown[] = [];
    for (const options of tries)
      refused.push(
        await attempt(async () => {
          await kv.put("expire:try", "x", options);
          return typeof (await kv.list({ prefix: "expire:try" })).keys[0]?.expiration;
        }),
      );
    return [
      keys.map(({ name, expiration }) => [
        name,
        expiration === undefined ? null : expiration - now >= 599 && expiration - now <= 610,
      ]),
      refused.map((answer) => JSON.stringify(answer).replaceAll(/ of 1\d{9}/g, " of THEN")),
    ];
  },
  "deletes keys, also one that is not there": async (kv, attempt) => {
    for (const key of ["delete:a", "delete:b", "delete:c", "delete:b,delete:c"]) await kv.put(key, "1");
    return [
      await kv.delete("delete:a"),
      await kv.delete("delete:a"),
      await kv.get("delete:a"),
      await attempt(() => kv.delete("")),
      // A list is no list of keys here, as it is for get: it is made one text.
      await attempt(() => kv.delete(["delete:b", "delete:c"] as unknown as string)),
      (await kv.list({ prefix: "delete:" })).keys.map(({ name }) => name),
    ];
  },
  "refuses keys and values beyond its limits": async (kv, attempt) => {
    const odd = [
      "",
      ".",
      "..",
      "...",
      "a b",
      "a/b",
      "?x=1#y",
      "%2F",
      "ä☃😀",
      "\n",
      "x".repeat(512),
      "x".repeat(513),
      "ä".repeat(256),
      "ä".repeat(257),
      "__proto__",
      "constructor",
    ];
    const answers: unknown[] = [];
    for (const key of odd) {
      answers.push([
        key.length > 40 ? key.length : key,
        await attempt(() => kv.put(key, `value of ${key.length}`)),
        await attempt(() => kv.get(key)),
        await attempt(() => kv.getWithMetadata(key)),
        await attempt(() => kv.delete(key)),
      ]);
    }
    for (const key of [5, null, undefined, {}, true])
      answers.push([
        await attempt(() => kv.put(key as unknown as string, "x")),
        await attempt(() => kv.get(key as unknown as string)),
        await attempt(() => kv.delete(key as unknown as string)),
      ]);
    return answers;
  },
  "stores values of up to 25 MiB": async (kv, attempt) => {
    const most = new Uint8Array(25 * 1024 * 1024);
    most[most.length - 1] = 7;
    await kv.put("large:most", most);
    const read = new Uint8Array((await kv.get("large:most", "arrayBuffer")) ?? new ArrayBuffer(0));
    const tooMany = await attempt(() => kv.put("large:more", new Uint8Array(25 * 1024 * 1024 + 1)));
    await kv.delete("large:most");
    return [read.length, read[read.length - 1], tooMany, await kv.get("large:more")];
  },
  "has KV's class and methods": async (kv) => [
    kv.constructor.name,
    ["get", "getWithMetadata", "put", "list", "delete"].map((name) => typeof kv[name as "get"]),
    Object.keys(kv),
  ],
};
