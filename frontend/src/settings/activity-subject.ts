/** The nouns of an entry's ids by prefix. Other ids, such as the account's own, need no noun. */
const nouns: Record<string, string> = { prj: "project", tok: "token", whk: "webhook" };

/** The names of the account's existing resources, by id. */
export type Names = ReadonlyMap<string, string>;

const prefixOf = (id: string): string => id.slice(0, id.indexOf("_"));

/** Returns a resource's name in quotation marks; null for a deleted resource. */
function nameOf(id: string, names: Names): string | null {
  const noun = nouns[prefixOf(id)];
  const name = names.get(id);
  if (name !== undefined) return `“${name}”`;
  return noun === undefined ? null : `a deleted ${noun}`;
}

/**
 * Describes the subject of an entry's action; null if the action alone says everything.
 * @param subject an id, or a project's id and a name within the project: `prj_…/reviewer`
 */
export function subjectWords(subject: string, names: Names): string | null {
  const [id = "", ...rest] = subject.split("/");
  const whole = nameOf(id, names);
  // The id of a member, an invitation or a grant means nothing to a reader.
  const isPlain = rest.length === 0 || /^(?:usr|inv|grt)_/.test(rest[0] ?? "");
  return isPlain || whole === null ? whole : `“${rest.join("/")}” in ${whole}`;
}

/** Returns the name of the token that performed an action. */
export const tokenWords = (id: string, names: Names): string => {
  const name = names.get(id);
  return name === undefined ? "a deleted token" : `token “${name}”`;
};
