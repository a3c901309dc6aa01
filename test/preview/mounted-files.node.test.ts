// Contents of mounted packages are let go of and loaded again.
import { expect, it } from "vitest";
import { MemoryFs } from "../../preview/engine/memory-fs.ts";
import { type FileContent, MountedFiles } from "../../preview/engine/mounted-files.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const ONE = "/m1/node_modules/one";

/** A mounted package whose files are known, and how often it was loaded. */
async function mounted(packaged: Record<string, FileContent>): Promise<{ files: MountedFiles; loads: () => number }> {
  let loads = 0;
  const files = new MountedFiles("/m1");
  files.putFolder(ONE, async () => {
    loads += 1;
    return Object.entries(packaged);
  });
  await files.loading(`${ONE}/index.js`);
  return { files, loads: () => loads };
}

it("A content that was let go of is loaded again when it is read, and a needed one stays", async () => {
  const { files, loads } = await mounted({ "index.js": bytes("index"), "big.js": bytes("large code") });
  files.letGo((path) => path.endsWith("index.js"));
  expect(await files.readText(`${ONE}/index.js`)).toBe("index");
  expect(loads()).toBe(1);
  expect(files.stat(`${ONE}/big.js`)).not.toBeNull();
  expect(await Promise.all([files.readText(`${ONE}/big.js`), files.readText(`${ONE}/big.js`)])).toEqual([
    "large code",
    "large code",
  ]);
  expect(await files.readText(`${ONE}/big.js`)).toBe("large code");
  expect(loads()).toBe(2);
});

it("the need for a file is judged by its path and its size", async () => {
  const { files } = await mounted({ "a.css": bytes("short"), "b.css": bytes("much longer") });
  files.letGo((_, size) => size < 10);
  expect([files.stat(`${ONE}/a.css`), files.stat(`${ONE}/b.css`)]).toEqual([{ size: 5 }, { size: 1 }]);
});

it("a file that is made when it is read is made again after it was let go of", async () => {
  let made = 0;
  const makes = () => {
    made += 1;
    return bytes(`made ${made}`);
  };
  const { files } = await mounted({ "index.js": makes, "other.js": makes });
  expect(await files.readText(`${ONE}/index.js`)).toBe("made 1");
  files.letGo(() => false);
  expect(await files.readText(`${ONE}/index.js`)).toBe("made 2");
  expect(await files.readText(`${ONE}/other.js`)).toBe("made 3");
});

it("a folder of which many files are missed is held again as a whole", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `${index}.js`);
  const { files, loads } = await mounted(Object.fromEntries(names.map((name) => [name, bytes(name)])));
  files.letGo(() => false);
  for (const name of names) expect(await files.readText(`${ONE}/${name}`)).toBe(name);
  expect(loads()).toBeLessThan(6);
});

it("a changed file is not let go of, and has what its folder has when it is restored", async () => {
  const { files } = await mounted({ "index.js": bytes("original") });
  files.put(`${ONE}/index.js`, "changed");
  files.letGo(() => false);
  expect(await files.readText(`${ONE}/index.js`)).toBe("changed");
  files.restore(`${ONE}/index.js`);
  expect(await files.readText(`${ONE}/index.js`)).toBe("original");
});

it("the app's own files are never let go of, and a restored one has what is given", async () => {
  const { files } = await mounted({});
  files.put("/m1/app/main.ts", "mine");
  files.letGo(() => false);
  expect(await files.readText("/m1/app/main.ts")).toBe("mine");
  files.restore("/m1/app/main.ts");
  expect(await files.readText("/m1/app/main.ts")).toBe("mine");
  files.restore("/m1/app/main.ts", bytes("before"));
  expect(await files.readText("/m1/app/main.ts")).toBe("before");
});

it("a folder that cannot be loaded again is told as the reason for a file", async () => {
  let isThere = true;
  const files = new MountedFiles("/m1");
  files.putFolder(ONE, async () => {
    if (!isThere) throw new Error("the registry is away");
    return [["index.js", bytes("index")]];
  });
  await files.loading(`${ONE}/index.js`);
  files.letGo(() => false);
  isThere = false;
  await expect(files.readText(`${ONE}/index.js`)).rejects.toThrow("the registry is away");
  expect(files.failureOf(`${ONE}/index.js`)?.message).toBe("the registry is away");
  isThere = true;
  expect(await files.readText(`${ONE}/index.js`)).toBe("index");
});

it("A file that its folder does not have any more is an error, and no empty file", async () => {
  let contents: [string, Uint8Array][] = [["index.js", bytes("index")]];
  const files = new MountedFiles("/m1");
  files.putFolder(ONE, async () => contents);
  await files.loading(`${ONE}/index.js`);
  files.letGo(() => false);
  contents = [];
  await expect(files.readText(`${ONE}/index.js`)).rejects.toThrow(`${ONE}/index.js is not where it was loaded from`);
});

it("the functions of an ended program are not held: they hold its memory", () => {
  const fs = new MemoryFs();
  const called: string[] = [];
  fs.writeSync = () => called.push("written");
  fs.read = () => called.push("read");
  fs.detach();
  fs.write(1, new Uint8Array(1), 0, 1, null, () => undefined);
  fs.read(0, new Uint8Array(1), 0, 1, null, () => undefined);
  expect(called).toEqual([]);
});
