import { z } from "zod";
import type { PackageContents, PackageInfo } from "../../contract/index.ts";
import { defineTool, refusal, type Tool } from "./tool.ts";

const maxNames = 120;
const maxDeclarations = 8_000;
const maxReadme = 3_000;

const about = {
  name: "package_info",
  description:
    "Look an npm package up in the registry: its versions, peers and exports, the start of its README, what is known to have changed since models learnt it, and, where you name a `symbol`, the declarations of it at that version. Use it before you write against a package or a version whose API you are not sure of.",
  effect: "reads",
} as const;

const texts = {
  name: "The package's name, such as zod or @tanstack/react-table",
  version: "A version, a range or a tag; the newest by default",
  symbol: "A name that the package exports, such as useTable",
};

/**
 * The tool with its zod schema, created on first use, because each zod schema costs start-up time.
 */
let made: Tool | undefined;

/** Creates the tool from its zod schema; `packageInfo` stands for it until its first use. */
export const makePackageInfo = (): Tool =>
  defineTool({
    ...about,
    input: () =>
      z.strictObject({
        name: z.string().min(1).max(214).describe(texts.name),
        version: z.string().max(256).optional().describe(texts.version),
        symbol: z
          .string()
          .regex(/^[A-Za-z_$][\w$]*$/)
          .max(100)
          .optional()
          .describe(texts.symbol),
      }),
    async run({ name, version, symbol }, { workspace }) {
      const query = { name, detail: true, ...(version && { range: version }), ...(symbol && { symbol }) };
      const found = await workspace.packageInfo(query);
      if ("problem" in found) return refusal(found.problem);
      return { content: await report(found, symbol), isData: true };
    },
  });

/** The tool `package_info`, whose zod schema is created at its first use. */
export const packageInfo: Tool = {
  ...about,
  inputSchema: {
    type: "object",
    properties: {
      name: { type: "string", minLength: 1, maxLength: 214, description: texts.name },
      version: { type: "string", maxLength: 256, description: texts.version },
      symbol: { type: "string", maxLength: 100, pattern: "^[A-Za-z_$][\\w$]*$", description: texts.symbol },
    },
    required: ["name"],
    additionalProperties: false,
  },
  run(input, context) {
    made ??= makePackageInfo();
    return made.run(input, context);
  },
};

async function report(info: PackageInfo, symbol: string | undefined): Promise<string> {
  const { knownPackage } = await import("../packages/index.ts");
  const known = knownPackage(info.name);
  const peers = info.peers.map(({ name, range, optional }) => `${name} ${range}${optional ? " (optional)" : ""}`);
  const lines = [
    `${info.name} ${info.version}`,
    known && `Known here (${known.source}): from ${known.since} on: ${known.note} Default: ${known.defaultRange}.`,
    info.deprecated && `Deprecated: ${info.deprecated}`,
    `Tags: ${Object.entries(info.tags)
      .map(([tag, version]) => `${tag} ${version}`)
      .join(", ")}`,
    `Versions: ${info.versions.join(", ")}`,
    peers.length > 0 && `Peers: ${peers.join(", ")}`,
    info.node && `Node.js: ${info.node}`,
    ...(info.contents ? contentLines(info.contents, symbol) : []),
  ];
  return lines.filter((line) => typeof line === "string" && line !== "").join("\n");
}

function contentLines(contents: PackageContents, symbol: string | undefined): string[] {
  const { exports, typesFrom, names, declarations, exportsAgain, readme, left } = contents;
  const shown = declarations.map(({ path, text }) => `// ${path}\n${text}`).join("\n\n");
  return [
    `Exports: ${exports.join(", ")}`,
    typesFrom === null ? "It has no type declarations." : `Types: ${typesFrom}`,
    symbol === undefined ? `Names: ${names.slice(0, maxNames).join(", ")}` : "",
    symbol === undefined ? "" : declared(symbol, shown, names),
    exportsAgain.length === 0 ? "" : `It exports again all of: ${exportsAgain.join(", ")}`,
    left ?? "",
    symbol === undefined && readme !== "" ? `README:\n${readme.slice(0, maxReadme)}` : "",
  ];
}

function declared(symbol: string, shown: string, names: string[]): string {
  if (shown !== "") return `Declarations of ${symbol}:\n${shown.slice(0, maxDeclarations)}`;
  const near = names.filter((name) => name.toLowerCase().includes(symbol.toLowerCase())).slice(0, 20);
  const alike = near.length === 0 ? "" : ` Names like it: ${near.join(", ")}.`;
  return `${symbol} is not declared in this package.${alike}`;
}
