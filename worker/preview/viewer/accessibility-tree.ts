import { z } from "zod";

const maxLines = 300;
const maxNameLength = 120;
const maxTreeLength = 12_000;

const text = z.object({ value: z.unknown().optional() }).optional();
const node = z.object({
  nodeId: z.string(),
  ignored: z.boolean(),
  role: text,
  name: text,
  value: text,
  properties: z.array(z.object({ name: z.string(), value: z.object({ value: z.unknown().optional() }) })).optional(),
  childIds: z.array(z.string()).optional(),
});
const tree = z.object({ nodes: z.array(node) });
type Node = z.infer<typeof node>;

/** Roles without a meaning of their own; their children are listed in their place. */
const silent = new Set(["generic", "none", "InlineTextBox", "RootWebArea", "LineBreak", "paragraph", "ListMarker"]);
const shownProperties = new Set([
  "disabled",
  "checked",
  "expanded",
  "pressed",
  "selected",
  "level",
  "invalid",
  "focused",
]);

/**
 * Formats the result of `Accessibility.getFullAXTree` as an indented list, one line per node, without nodes that only
 * group others.
 * @throws ZodError for another result
 */
export function outlineOf(result: unknown): string {
  const { nodes } = tree.parse(result);
  const byId = new Map(nodes.map((one) => [one.nodeId, one]));
  const [root] = nodes;
  const lines: string[] = [];
  const left: { id: string; depth: number; within: string }[] = root ? [{ id: root.nodeId, depth: 0, within: "" }] : [];
  while (left.length > 0 && lines.length < maxLines) {
    const next = left.pop();
    const one = next && byId.get(next.id);
    if (!next || !one) continue;
    const line = lineOf(one, next.within);
    if (line !== null) lines.push(`${"  ".repeat(next.depth)}- ${line}`);
    const depth = next.depth + (line === null ? 0 : 1);
    const within = line === null ? next.within : nameOf(one);
    for (const id of (one.childIds ?? []).toReversed()) left.push({ id, depth, within });
  }
  const whole = lines.join("\n");
  if (left.length === 0 && whole.length <= maxTreeLength) return whole;
  return `${whole.slice(0, maxTreeLength)}\n(The rest of the page is left out.)`;
}

/** Returns a node's line; null for a node without information, or one that only repeats its parent's name. */
function lineOf(one: Node, within: string): string | null {
  const role = String(one.role?.value ?? "");
  const name = nameOf(one);
  if (one.ignored || silent.has(role)) return null;
  if (role === "StaticText") return name === "" || within.includes(name) ? null : `text ${JSON.stringify(name)}`;
  const value =
    one.value?.value === undefined ? "" : ` value ${JSON.stringify(String(one.value.value).slice(0, maxNameLength))}`;
  const properties = (one.properties ?? [])
    .filter((property) => shownProperties.has(property.name) && property.value.value !== false)
    .filter((property) => property.value.value !== "false")
    .map((property) => ` ${property.name}${property.value.value === true ? "" : ` ${String(property.value.value)}`}`);
  return `${role}${name === "" ? "" : ` ${JSON.stringify(name)}`}${value}${properties.join("")}`;
}

const nameOf = (one: Node): string =>
  String(one.name?.value ?? "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, maxNameLength);
