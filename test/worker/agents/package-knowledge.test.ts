import { intersects, minVersion, validRange } from "semver";
import { describe, expect, it } from "vitest";
import { allKnowledge, familyOf, knownPackage } from "../../../worker/agents/packages/knowledge.ts";
import { parseEntries, parseFamilies } from "../../../worker/agents/packages/parse-knowledge.ts";
import { isPackageName } from "../../../worker/contract/index.ts";

// The measurement of 2026-11-28: with their newest version, the first packages fail loudly, the others silently.
const loud =
  "@tanstack/react-table react-window maplibre-gl animejs @fullcalendar/react @chakra-ui/react lucide-react qrcode.react react-resizable-panels jotai apexcharts lightweight-charts react-quill jspdf-autotable html2canvas lexical hono openai better-auth @neondatabase/serverless cron-parser";
const silent =
  "@mui/material @mantine/core antd react-day-picker react-player react-markdown zod @hookform/resolvers phaser @tiptap/react fabric marked preact htmx.org ai react-router @react-three/fiber react-to-print";
const typesOnly = "recharts pdfjs-dist stripe @anthropic-ai/sdk react-datepicker";

describe("the table of package knowledge", () => {
  const { entries, families } = allKnowledge();

  it("the package table has every package whose remembered use was measured to break or misbehave", () => {
    const measured = `${loud} ${silent} ${typesOnly}`.split(" ");
    expect(measured.filter((name) => knownPackage(name) === undefined)).toEqual([]);
  });

  it("the package table names each package once, with valid ranges and versions", () => {
    const names = entries.map(({ name }) => name);
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
    for (const entry of entries) {
      expect(isPackageName(entry.name), entry.from).toBe(true);
      expect(validRange(entry.defaultRange), entry.from).not.toBeNull();
      for (const version of [entry.newest, entry.since]) expect(version, entry.from).toMatch(/^\d+\.\d+\.\d+$/);
      expect(entry.published ?? "2026-01-01", entry.from).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(entry.source, entry.from).toMatch(/, 20\d\d-\d\d-\d\d$/);
    }
  });

  it("the package table explains each difference in a few sentences, and shows the use of the newest version", () => {
    for (const entry of entries) {
      expect(entry.note.length, entry.from).toBeGreaterThan(40);
      expect(entry.note.length, entry.from).toBeLessThan(450);
      expect(entry.remembered ?? entry.today ?? entry.note.includes("Use"), entry.from).toBeTruthy();
    }
  });

  it("the package table's defaults are older than the change, or say what is different", () => {
    for (const { from, defaultRange, since, remembered, today } of entries) {
      const isBefore = !intersects(defaultRange, `>=${since}`);
      // A default that includes the change must not show the use that it breaks, unless nothing else can be used.
      if (!isBefore && today !== null && minVersion(defaultRange)?.compare(since) !== -1) {
        expect(remembered === null || from.includes("antd"), from).toBe(true);
      }
    }
  });

  it("the package families have names or prefixes as members, and a reason each", () => {
    for (const { members, why } of families) {
      expect(members.filter((member) => !isPackageName(member.replace("*", "x")))).toEqual([]);
      expect(why.length).toBeGreaterThan(20);
    }
    expect(familyOf("@mantine/hooks")?.title).toBe("Mantine");
    expect(familyOf("react-dom")?.title).toBe("react");
    expect(familyOf("reactive")).toBeUndefined();
  });
});

describe("a file of package knowledge", () => {
  const entry =
    "# a, b\n\n- default: ^1.0.0, ^2.0.0\n- newest: 3.0.0\n- since: 2.0.0\n- fails: run\n- source: by hand\n";

  it("a file of package knowledge assigns facts in the order of the names, and a single fact to all", () => {
    const parsed = parseEntries(`${entry}\nWrite it otherwise.\n`, "x.md");
    expect(parsed.map(({ name, defaultRange, newest }) => [name, defaultRange, newest])).toEqual([
      ["a", "^1.0.0", "3.0.0"],
      ["b", "^2.0.0", "3.0.0"],
    ]);
  });

  it("an incomplete file of package knowledge is refused with the missing field", () => {
    expect(() => parseEntries(entry, "x.md")).toThrow("x.md: a, b has no note.");
    expect(() => parseEntries(entry.replace("run", "maybe"), "x.md")).toThrow('x.md: a, b: "fails" is none of');
    expect(() => parseEntries(entry.replace("- newest: 3.0.0\n", ""), "x.md")).toThrow("x.md: a, b has no");
    expect(() => parseFamilies("# F\n\n- members: a\n", "f.md")).toThrow("f.md: F does not say why.");
  });
});
