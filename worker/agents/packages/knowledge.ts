import chartsText from "./charts-and-maps.md";
import componentsText from "./components.md";
import editorsText from "./editors-and-documents.md";
import familiesText from "./families.md";
import formsText from "./forms-and-data.md";
import graphicsText from "./graphics-and-games.md";
import { type Family, type PackageEntry, parseEntries, parseFamilies } from "./parse-knowledge.ts";
import routingText from "./routing-and-tables.md";
import serversText from "./servers-and-services.md";

const files: Record<string, string> = {
  "charts-and-maps.md": chartsText,
  "components.md": componentsText,
  "editors-and-documents.md": editorsText,
  "forms-and-data.md": formsText,
  "graphics-and-games.md": graphicsText,
  "routing-and-tables.md": routingText,
  "servers-and-services.md": serversText,
};

type Knowledge = { entries: Map<string, PackageEntry>; families: Family[] };

let parsed: Knowledge | undefined;

/** Parses the files on first use, since most isolates need none of them. */
function knowledge(): Knowledge {
  parsed ??= {
    entries: new Map(
      Object.entries(files)
        .flatMap(([file, text]) => parseEntries(text, file))
        .map((entry) => [entry.name, entry]),
    ),
    families: parseFamilies(familiesText, "families.md"),
  };
  return parsed;
}

/**
 * Returns the entry of a package whose API has changed; undefined for all others, which work as models remember them.
 */
export const knownPackage = (name: string): PackageEntry | undefined => knowledge().entries.get(name);

/** Returns the family of a package: packages that only work at one version. */
export const familyOf = (name: string): Family | undefined =>
  knowledge().families.find((family) => isMember(family, name));

/** Whether a package belongs to a family. */
export const isMember = ({ members }: Family, name: string): boolean =>
  members.some((member) => (member.endsWith("*") ? name.startsWith(member.slice(0, -1)) : name === member));

/** Returns all entries and families, for tests. */
export const allKnowledge = (): { entries: PackageEntry[]; families: Family[] } => ({
  entries: [...knowledge().entries.values()],
  families: knowledge().families,
});
