/** How the use that models remember fails with today's version; `silent`: it builds, runs, and does something else. */
const kinds = ["install", "types", "build", "run", "silent"] as const;
type Failure = (typeof kinds)[number];

/** What is known of one package whose API has changed since models learnt it. */
export type PackageEntry = {
  name: string;
  /** The range that an agent gets which names none: the last that fits what models remember, or the newest where that is unsafe. */
  defaultRange: string;
  /** The newest version when this was measured. */
  newest: string;
  /** Whether that is the figure of another package under the same heading, of which only the major version holds. */
  isShared: boolean;
  /** When the newest was published, by the registry: `YYYY-MM-DD`. */
  published: string | null;
  /** The first version of which the note holds. */
  since: string;
  fails: Failure;
  /** What has changed and what to write instead, in a sentence or three. */
  note: string;
  /** How and when it was measured. */
  source: string;
  /** What the uses below need beside what they import, by name, with a range or `latest`. */
  needs: Record<string, string>;
  needsToday: Record<string, string>;
  /** A small module as a model writes it from memory, and as it is written for the newest version; null where there is none. */
  remembered: Use | null;
  today: Use | null;
  /** Where it is written down: the file and its heading. */
  from: string;
};

export type Use = { language: "ts" | "tsx"; code: string };

/** Packages that only work at one version, and why. A member that ends in `*` stands for all whose names begin like it. */
export type Family = { title: string; members: string[]; why: string };

type Section = { heading: string; fields: Map<string, string>; text: string; uses: Map<string, Use> };

const fence = /```(tsx?) (remembered|today)\n([\s\S]*?)\n```/g;
const field = /^- ([a-z ]+): (.+)$/gm;

/**
 * Reads a file of package knowledge: a heading names one or several packages, a list gives the facts, then come the note and
 * the uses. Facts of several packages that differ are given in the order of the names, with commas.
 * @param file what to call it in a complaint
 * @throws Error naming the file, the heading and what is missing
 */
export function parseEntries(text: string, file: string): PackageEntry[] {
  return sectionsOf(text).flatMap((section) => {
    const names = listOf(section.heading);
    return names.map((name, place) => entryOf(section, { name, place, names, from: `${file}: ${section.heading}` }));
  });
}

/** Reads the file of families. @throws Error naming the heading and what is missing */
export function parseFamilies(text: string, file: string): Family[] {
  return sectionsOf(text).map((section) => {
    const from = `${file}: ${section.heading}`;
    if (section.text === "") throw new Error(`${from} does not say why.`);
    return { title: section.heading, members: listOf(required(section, "members", from)), why: section.text };
  });
}

function sectionsOf(text: string): Section[] {
  return `\n${text}`
    .split(/\n# /)
    .slice(1)
    .map((part) => {
      const [heading = "", ...lines] = part.split("\n");
      const body = lines.join("\n");
      const uses = new Map<string, Use>();
      for (const [, language, kind, code] of body.matchAll(fence)) {
        uses.set(kind ?? "", { language: language === "ts" ? "ts" : "tsx", code: code ?? "" });
      }
      const prose = body.replace(fence, "");
      const fields = new Map([...prose.matchAll(field)].map(([, key, value]) => [key ?? "", (value ?? "").trim()]));
      return { heading: heading.trim(), fields, text: prose.replace(field, "").trim(), uses };
    });
}

type Named = { name: string; place: number; names: string[]; from: string };

function entryOf(section: Section, { name, place, names, from }: Named): PackageEntry {
  const value = (key: string): string => {
    const all = required(section, key, from);
    const values = listOf(all);
    // One value holds for all names; several are in their order.
    return (values.length === names.length ? values[place] : all) ?? all;
  };
  const fails = kinds.find((kind) => kind === section.fields.get("fails"));
  if (fails === undefined) throw new Error(`${from}: "fails" is none of ${kinds.join(", ")}.`);
  if (section.text === "") throw new Error(`${from} has no note.`);
  const needs = needsOf(section.fields.get("with") ?? "");
  const today = section.fields.get("with today");
  return {
    name,
    defaultRange: value("default"),
    newest: value("newest"),
    isShared: place > 0 && listOf(section.fields.get("newest") ?? "").length === 1,
    published: section.fields.get("published") ?? null,
    since: value("since"),
    fails,
    note: section.text.replaceAll("\n", " "),
    source: required(section, "source", from),
    needs,
    needsToday: today === undefined ? needs : needsOf(today),
    remembered: section.uses.get("remembered") ?? null,
    today: section.uses.get("today") ?? null,
    from,
  };
}

function required({ fields }: Section, key: string, from: string): string {
  const value = fields.get(key);
  if (value === undefined) throw new Error(`${from} has no "${key}".`);
  return value;
}

const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** `react, zod@^3` as names with ranges. */
const needsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    listOf(text).map((part) => {
      const at = part.indexOf("@", 1);
      return at < 0 ? [part, "latest"] : [part.slice(0, at), part.slice(at + 1)];
    }),
  );
