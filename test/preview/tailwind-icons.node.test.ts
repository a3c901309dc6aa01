import { describe, expect, it } from "vitest";
import { InstalledPackages } from "../../preview/packages/installed-packages.ts";
import { tailwindIcons } from "../../preview/project/tailwind-icons.ts";

type Compiling = Parameters<typeof tailwindIcons>[0];

const SET = { prefix: "mdi", height: 24, icons: { home: { body: "<path/>" }, car: { body: "<circle/>" } } };
const bytes = new TextEncoder().encode(JSON.stringify(SET));
const packages = new InstalledPackages(new Map([["node_modules/@iconify-json/mdi", new Map([["icons.json", bytes]])]]));

async function iconsOf(content: string, dependencies: string[]): Promise<string[]> {
  const installation = { installed: async () => packages } as Partial<
    Compiling["installation"]
  > as Compiling["installation"];
  const versionOf = (name: string) => (dependencies.includes(name) ? "1.0.0" : null);
  const sets = await tailwindIcons({ files: new Map([["src/a.tsx", content]]), installation, versionOf });
  return Object.entries(sets).flatMap(([set, { icons }]) => Object.keys(icons).map((name) => `${set}:${name}`));
}

describe("tailwindIcons", () => {
  it("tailwindIcons reads the icons that classes of Iconify's plugins name, by both notations", async () => {
    const plugin = ["@iconify/tailwind4", "@iconify-json/mdi"];
    expect(await iconsOf('<i className="icon-[mdi--home] icon-[mdi:car]" />', plugin)).toEqual(["mdi:home", "mdi:car"]);
    expect(await iconsOf('<i className="icon--mdi mdi--home block--large" />', plugin)).toEqual(["mdi:home"]);
  });

  it("tailwindIcons reads no icon without a plugin of Iconify, and none of a set that the project lacks", async () => {
    const source = '<i className="icon-[mdi--home] icon-[other--home]" />';
    expect(await iconsOf(source, ["@iconify-json/mdi"])).toEqual([]);
    expect(await iconsOf(source, ["@iconify/tailwind"])).toEqual([]);
  });
});
