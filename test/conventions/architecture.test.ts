import { existsSync, globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** The maximum number of files in each journey of docs/architecture.md. */
const maxFiles = {
  "POST a batch": 30,
  "POST a run with its stream": 45,
  "a preview request": 17,
  "an inbound webhook": 20,
} as const;

/** Matches the path of a file or folder from the root, in backticks. */
const pathPattern = /`((?:worker|preview|frontend|drizzle|dev|test|bench|docs)\/[^`\s]*)`/g;

const text = readFileSync("docs/architecture.md", "utf8");

type Journey = { name: string; max: number; entries: { number: number; path: string }[] };

const journeys: Journey[] = text.split(/^## /m).flatMap((section) => {
  const heading = /^Journey: (.+) \(at most (\d+) files\)$/m.exec(section);
  if (!heading) return [];
  const lines = [...section.matchAll(/^(\d+)\. (.*)$/gm)];
  const entries = lines.map(([, number, line]) => ({
    number: Number(number),
    path: /^`([^`]+)`: \S/.exec(line ?? "")?.[1] ?? `no path: ${line}`,
  }));
  return [{ name: heading[1] ?? "", max: Number(heading[2]), entries }];
});

describe("docs/architecture.md", () => {
  it("Every file that docs/architecture.md names exists", () => {
    const named = [...text.matchAll(pathPattern)].map(([, path]) => path ?? "");
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });

  it("docs/architecture.md has the four journeys with their limits", () => {
    expect(Object.fromEntries(journeys.map(({ name, max }) => [name, max]))).toEqual(maxFiles);
  });

  it.each(journeys)("The journey $name has no more files than its limit, numbered from 1", ({ entries, max }) => {
    expect(entries.length).toBeGreaterThan(10);
    expect(entries.length).toBeLessThanOrEqual(max);
    expect(entries.map(({ number }) => number)).toEqual(entries.map((_, index) => index + 1));
  });

  it.each(journeys)("The journey $name names a file in each line, and none twice", ({ entries }) => {
    const paths = entries.map(({ path }) => path);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
  });

  it.each(journeys)(
    "Each TypeScript file of the journey $name has code that runs, not only types or exports",
    ({ entries }) => {
      const sources = entries.filter(({ path }) => path.endsWith(".ts"));
      const withoutCode = sources.filter(({ path }) => !/=>|\bfunction\b|\bclass\b/.test(readFileSync(path, "utf8")));
      expect(withoutCode).toEqual([]);
    },
  );
});

describe("docs/decisions", () => {
  const files = globSync("docs/decisions/[0-9]*.md").sort();

  it.each(files)("The decision %s is numbered, dated, and has its context and decision", (file) => {
    const decision = readFileSync(file, "utf8");
    const number = /^docs\/decisions\/(\d{3})-[a-z0-9-]+\.md$/.exec(file)?.[1];
    expect(decision).toMatch(new RegExp(`^# ${number}\\. \\S`));
    expect(decision).toMatch(/^Recorded \d{4}-\d{2}-\d{2}\./m);
    expect(decision).toMatch(/^## Context$/m);
    expect(decision).toMatch(/^## Decision$/m);
  });

  it("No two decisions have the same number", () => {
    const numbers = files.map((file) => file.slice("docs/decisions/".length).slice(0, 3));
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers).toEqual([...new Set(numbers)]);
  });

  it("Every file that a decision names exists", () => {
    const named = files.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(pathPattern)].map(([, path]) => path ?? ""),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });
});
