import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backUpObjects } from "../../dev/backup/objects/back-up-objects.ts";
import { type Bucket, openBucket } from "../../dev/backup/objects/bucket.ts";
import { compareObjects } from "../../dev/backup/objects/compare-objects.ts";
import {
  indexPath,
  manifestPath,
  readCopied,
  readIndex,
  readObjectsManifest,
} from "../../dev/backup/objects/folder.ts";
import { parseListing } from "../../dev/backup/objects/listing.ts";
import { restoreObjects } from "../../dev/backup/objects/restore-objects.ts";
import { listOf, openTestBuckets, type TestBuckets } from "../stage/bucket.ts";

const NAMES = ["source", "names", "hostile", "interrupted", "restored", "target", "halved", "foreign", "corrupt"];
const KEYS = [
  "a",
  "a-b",
  "a/b",
  "a//c",
  "/lead",
  " sp ",
  "dir/",
  "q?x#y",
  "ä ö+&=%41.txt",
  "x(1)!*'.txt",
  "z\u{1F600}",
  "z\uFFFD",
];

const scratch = mkdtempSync(join(tmpdir(), "edgesmith-objects-"));
let buckets: TestBuckets;

beforeAll(async () => {
  buckets = await openTestBuckets(NAMES);
});

afterAll(async () => {
  await buckets.close();
  rmSync(scratch, { recursive: true, force: true });
});

const newFolder = () => mkdtempSync(join(scratch, "backup-"));
const opened = (name: string): Bucket => openBucket(buckets.address(name));

async function fill(name: string, keys: string[]): Promise<void> {
  const bucket = await buckets.bound(name);
  for (const key of keys) await bucket.put(key, `content of ${key}`, { httpMetadata: { contentType: "text/plain" } });
}

/** Returns objects with the content and metadata that an app sees. */
async function contentsOf(name: string): Promise<unknown[]> {
  const bucket = await buckets.bound(name);
  const { objects } = await bucket.list({ limit: 1_000 });
  return Promise.all(
    objects.map(async ({ key }) => {
      const object = (await bucket.get(key)) ?? expect.fail(`${key} is gone`);
      const { httpMetadata, customMetadata, etag, size } = object;
      return { key, text: await object.text(), httpMetadata, customMetadata, etag, size };
    }),
  );
}

async function differences(folder: string, name: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { kind, object } of compareObjects(readCopied(folder), opened(name)))
    found.push(`${kind} ${object.key}`);
  return found;
}

describe("A backup of objects", () => {
  it("A restored bucket has the bytes, HTTP headers and own metadata of every object", async () => {
    const source = await buckets.bound("source");
    await source.put("prj_a/preview/logo.png", new Uint8Array([0, 255, 13, 10]), {
      httpMetadata: {
        contentType: "image/png",
        contentLanguage: "de",
        contentDisposition: 'attachment; filename="logo.png"',
        cacheControl: "max-age=60",
        cacheExpiry: new Date("2030-01-02T03:04:05Z"),
      },
      customMetadata: { "uploaded-by": "ada", note: "=?UTF-8?B?w6Q=?=" },
    });
    await source.put("prj_a/preview/empty", "", { httpMetadata: { contentType: "text/plain" } });
    const folder = newFolder();
    expect(await backUpObjects(opened("source"), folder)).toMatchObject({ objects: 2, bytes: 4, skipped: 0 });
    await restoreObjects(folder, opened("restored"));
    expect(await contentsOf("restored")).toEqual(await contentsOf("source"));
    expect(await differences(folder, "restored")).toEqual([]);
  });

  it("A backup lists page after page and keeps every key, whatever its characters", async () => {
    await fill("names", KEYS);
    const folder = newFolder();
    const manifest = await backUpObjects(opened("names"), folder, 5);
    expect(manifest).toMatchObject({ objects: KEYS.length, skipped: 0 });
    await restoreObjects(folder, opened("target"));
    expect(await contentsOf("target")).toEqual(await contentsOf("names"));
  });

  it("A key with dot segments reaches no other app's file, and is counted as skipped", async () => {
    await fill("hostile", ["prj_a/../prj_b/secret", "prj_a/./x", "prj_b/secret"]);
    const folder = newFolder();
    expect(await backUpObjects(opened("hostile"), folder)).toMatchObject({ objects: 1, skipped: 2 });
    const lines = await listOf(readIndex(folder));
    expect(lines).toMatchObject([
      { key: "prj_a/../prj_b/secret", skipped: "the S3 API has no address for its key" },
      { key: "prj_a/./x", skipped: "the S3 API has no address for its key" },
      { key: "prj_b/secret" },
    ]);
  });

  it("An object whose bytes do not match its ETag is skipped, and the others are copied", async () => {
    const bucket = await buckets.bound("corrupt");
    // This server applies the content encoding to the bytes once more.
    await bucket.put("encoded", "bytes", { httpMetadata: { contentEncoding: "gzip" } });
    await bucket.put("plain", "bytes");
    const folder = newFolder();
    expect(await backUpObjects(opened("corrupt"), folder)).toMatchObject({ objects: 1, skipped: 1 });
  });

  it("A killed backup continues after the last complete line of its index", async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `file-${String(index).padStart(2, "0")}`);
    await fill("interrupted", keys);
    const folder = newFolder();
    const bucket = opened("interrupted");
    let copies = 0;
    const killed: Bucket = {
      ...bucket,
      copyTo: async (key, path) => {
        copies += 1;
        if (copies > 20) throw new Error("killed");
        return bucket.copyTo(key, path);
      },
    };
    await expect(backUpObjects(killed, folder, 10)).rejects.toThrow("killed");
    expect(() => readObjectsManifest(folder)).toThrow("are not complete");
    const copied = (await listOf(readIndex(folder))).length;
    expect(copied).toBeGreaterThan(0);
    appendFileSync(indexPath(folder), '{"key":"file-');
    const asked: string[] = [];
    const continuing: Bucket = {
      ...bucket,
      copyTo: (key, path) => {
        asked.push(key);
        return bucket.copyTo(key, path);
      },
    };
    expect(await backUpObjects(continuing, folder, 10)).toMatchObject({ objects: 40 });
    expect(asked).toEqual(keys.slice(copied));
    expect((await listOf(readIndex(folder))).map(({ key }) => key)).toEqual(keys);
    await expect(backUpObjects(bucket, folder)).rejects.toThrow("has all its objects already");
  });

  it("Wrong credentials and a missing bucket end a backup without a manifest", async () => {
    const folder = newFolder();
    const refused = openBucket({ ...buckets.address("source"), secretAccessKey: "another" });
    await expect(backUpObjects(refused, folder)).rejects.toThrow("The bucket source: 403");
    await expect(backUpObjects(opened("absent"), folder)).rejects.toThrow("The bucket absent: 404");
    expect(existsSync(manifestPath(folder))).toBe(false);
  });
});

describe("A restore of objects", () => {
  it("A killed restore continues with the missing objects", async () => {
    const folder = newFolder();
    await backUpObjects(opened("names"), folder);
    const bucket = opened("halved");
    let puts = 0;
    const killed: Bucket = {
      ...bucket,
      putFrom: async (...args) => {
        puts += 1;
        if (puts > 5) throw new Error("killed");
        return bucket.putFrom(...args);
      },
    };
    await expect(restoreObjects(folder, killed)).rejects.toThrow("killed");
    expect((await differences(folder, "halved")).length).toBeGreaterThan(0);
    await restoreObjects(folder, bucket);
    expect(await contentsOf("halved")).toEqual(await contentsOf("names"));
  });

  it("A restore writes nothing into a bucket that has an object of somebody else", async () => {
    const folder = newFolder();
    await backUpObjects(opened("names"), folder);
    await fill("foreign", ["zz-foreign"]);
    await expect(restoreObjects(folder, opened("foreign"))).rejects.toThrow("The bucket foreign is not empty");
    await (await buckets.bound("foreign")).put("a", "another text");
    await expect(restoreObjects(folder, opened("foreign"))).rejects.toThrow("it has a.");
    expect((await contentsOf("foreign")).length).toBe(2);
  });

  it("A restore refuses damaged bytes, a damaged index and incomplete objects", async () => {
    const folder = newFolder();
    await backUpObjects(opened("source"), folder);
    const [shard] = readdirSync(join(folder, "objects")).filter((name) => name.length === 2 && !isEmpty(folder, name));
    const [file] = readdirSync(join(folder, "objects", shard ?? ""));
    const damaged = join(folder, "objects", shard ?? "", file ?? "");
    const whole = readFileSync(damaged);
    truncateSync(damaged, whole.length - 1);
    appendFileSync(damaged, "!");
    await (await buckets.bound("target")).delete(KEYS);
    await expect(restoreObjects(folder, opened("target"))).rejects.toThrow("x-amz-content-sha256");
    writeFileSync(damaged, whole);
    appendFileSync(indexPath(folder), "\n");
    await expect(restoreObjects(folder, opened("target"))).rejects.toThrow("The index of the objects is damaged.");
    rmSync(manifestPath(folder));
    await expect(restoreObjects(folder, opened("target"))).rejects.toThrow("are not complete");
  });
});

const isEmpty = (folder: string, shard: string): boolean =>
  readdirSync(join(folder, "objects", shard)).every(
    (file) => readFileSync(join(folder, "objects", shard, file)).length === 0,
  );

it("A text that is not the listing of a bucket is refused", () => {
  expect(() => parseListing("<html>Sign in to the network</html>")).toThrow("This is not the listing");
});
