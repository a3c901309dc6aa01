/**
 * Returns the part of the hot script that reads the built scripts of packages in esbuild's output format: every
 * top-level statement begins in the first column, and declares one variable unless it destructures an object.
 * @returns JavaScript that declares `readChunk(text)`, `readChunks(addresses, read, isAll)` and `looseOf(code)`
 */
export function packageChunksPart(): string {
  return String.raw`
/** The variables that a statement declares. */
const declaredBy = (code) => {
  const [, one] = /^(?:(?:async )?function\*?|class) ([\w$]+)/.exec(code) || /^(?:var|let|const) ([\w$]+)(?: =|;|$)/.exec(code) || [];
  if (one) return [one];
  if (!/^(?:var|let|const|async function|function|class)\b/.test(code)) return [];
  const [, pattern] = /^(?:var|let|const) ([{[][\s\S]*?[}\]]) = /.exec(code) || [];
  if (!pattern) throw new Error("The declaration cannot be read: " + code.slice(0, 80));
  return pattern.match(IDENTIFIER) || [];
};

/** A statement without the numbers by which a bundle tells equal names apart. */
const looseOf = (code) => code.replace(/(?<=[A-Za-z_$])\d+(?![\w$])/g, "");

/** The imports, exports and statements of a script, each statement with the path of its module. */
const readChunk = (text) => {
  const imports = new Map();
  const exported = new Map();
  const from = [];
  const body = withoutAddedLines(text)
    .replace(IMPORT, (_, clause = "", address) => {
      from.push(address);
      for (const [name, local] of boundIn(clause)) imports.set(local, { address, name });
      return "";
    })
    .replace(EXPORT, (_, clause) => {
      for (const [local, name] of boundIn(clause)) exported.set(name, local);
      return "";
    });
  if (/^(?:import|export)\b(?!\s*[(.])/m.test(body)) throw new Error("An import or an export cannot be read.");
  const statements = [];
  let path = "";
  for (const line of body.split("\n")) {
    const section = SECTION.exec(line);
    if (section) path = section[1];
    else if (/^[^\s})\]]/.test(line)) statements.push({ path, code: line });
    else if (statements.length > 0) statements.at(-1).code += "\n" + line;
  }
  for (const statement of statements) Object.assign(statement, { key: statement.code.trimEnd(), names: declaredBy(statement.code) });
  const later = [...body.matchAll(/\bimport\(\s*"(\/[^"\n]+\.js)"\)/g)].map(([, address]) => address);
  return { imports, exported, from, later, statements };
};

/**
 * Reads scripts with those that they import, each before its importers.
 * @param isAll whether to read those that are imported later, too
 */
const readChunks = async (addresses, read, isAll) => {
  const chunks = new Map();
  const begun = new Set();
  const visit = async (address) => {
    if (begun.has(address)) return;
    begun.add(address);
    const chunk = readChunk(await read(address));
    for (const other of [...chunk.from, ...(isAll ? chunk.later : [])]) await visit(other);
    chunks.set(address, chunk);
  };
  for (const address of addresses) await visit(address);
  return chunks;
};
`;
}
