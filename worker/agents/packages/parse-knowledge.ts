/** How code for the remembered version fails with today's; `silent`: it builds and runs, but behaves differently. */
const kinds = ["install", "types", "build", "run", "silent"] as const;
type Failure = (typeof kinds)[number];

/** The knowledge about one package whose API has changed since models were trained. */
export type PackageEntry = {
  name: string;
  /**
   * The default range for an agent that names none: the last version that matches the models' memory, or the newest
   * version when the older is unsafe.
   */
  defaultRange: string;
  /** The newest version at the time of the measurement. */
  newest: string;
  /** Whether `newest` belongs to another package under the same heading, so that only its major version holds. */
  isShared: boolean;
  /** When the newest version was published, by the registry: `YYYY-MM-DD`. */
  published: string | null;
  /** The first version that the note applies to. */
  since: string;
  fails: Failure;
  /** The change and the code to write instead, in one to three sentences. */
  note: string;
  /** The method and date of the measurement. */
  source: string;
  /** The packages that the examples below need besides their imports, by name, with a range or `latest`. */
  needs: Record<string, string>;
  needsToday: Record<string, string>;
  /** A small module as a model writes it from memory, and as written for the newest version; null when missing. */
  remembered: Use | null;
  today: Use | null;
  /** The file and heading of the entry. */
  from: string;
};

/** An example module. */
export type Use = { language: "ts" | "tsx"; code: string };

/** Packages that only work at one version, and why. A member that ends in `*` matches every name with that prefix. */
export type Family = { title: string; members: string[]; why: string };

type Section = { heading: string; fields: Map<string, string>; text: string; uses: Map<string, Use> };

const fence = /```(tsx?) (remembered|today)\n([\s\S]*?)\n```/g;
const field = /^- ([a-z ]+): (.+)$/gm;

/**
 * Parses a file of package knowledge: a heading with one or several packages, a list of facts, the note, and the
 * examples. Facts that differ between the packages of a heading are comma-separated, in the order of the names.
 * @param file the file's name in error messages
 * @throws Error naming the file, the heading and the missing field
 */
export function parseEntries(text: string, file: string): PackageEntry[] {
  return sectionsOf(text).flatMap((section) => {
    const names = listOf(section.heading);
    return names.map((name, place) => entryOf(section, { name, place, names, from: `${file}: ${section.heading}` }));
  });
}

/**
 * Parses the file of families.
 * @throws Error naming the heading and the missing field
 */
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
    // One value applies to all names; several are in their order.
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

/** Parses `react, zod@^3` into ranges by name; `latest` when a name has none. */
const needsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    listOf(text).map((part) => {
      const at = part.indexOf("@", 1);
      return at < 0 ? [part, "latest"] : [part.slice(0, at), part.slice(at + 1)];
    }),
  );
