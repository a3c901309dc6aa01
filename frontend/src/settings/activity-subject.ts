/** The nouns of the ids that an entry may name; the others, such as the account's own, need no words. */
const nouns: Record<string, string> = { prj: "project", tok: "token", whk: "webhook" };

/** The names of the account's present resources, by id. */
export type Names = ReadonlyMap<string, string>;

const prefixOf = (id: string): string => id.slice(0, id.indexOf("_"));

/** Returns a resource's name in quotation marks; a deleted one has none any more. */
function nameOf(id: string, names: Names): string | null {
  const noun = nouns[prefixOf(id)];
  const name = names.get(id);
  if (name !== undefined) return `“${name}”`;
  return noun === undefined ? null : `a deleted ${noun}`;
}

/**
 * Returns the subject of an entry's action, in words; null when the action says it all.
 * @param subject an id, or a project's id and a name within it: `prj_…/reviewer`
 */
export function subjectWords(subject: string, names: Names): string | null {
  const [id = "", ...rest] = subject.split("/");
  const whole = nameOf(id, names);
  // The id of a member, an invitation or a grant would say nothing to a reader.
  const isPlain = rest.length === 0 || /^(?:usr|inv|grt)_/.test(rest[0] ?? "");
  return isPlain || whole === null ? whole : `“${rest.join("/")}” in ${whole}`;
}

/** Returns the name of the token that acted. */
export const tokenWords = (id: string, names: Names): string => {
  const name = names.get(id);
  return name === undefined ? "a deleted token" : `token “${name}”`;
};
