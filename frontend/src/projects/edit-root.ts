/** Where a project keeps which of its folders is built. */
export const choiceFile = "edgesmith.json";

/** The folder that the text of `edgesmith.json` names, or null. */
export function rootIn(text: string): string | null {
  const { root } = settingsIn(text);
  return typeof root === "string" ? root : null;
}

/** The text of `edgesmith.json` with another folder in it; its other settings stay. */
export const withRoot = (text: string, root: string): string =>
  `${JSON.stringify({ ...settingsIn(text), root }, null, 2)}\n`;

function settingsIn(text: string): Record<string, unknown> {
  try {
    const settings: unknown = JSON.parse(text);
    return typeof settings === "object" && settings !== null && !Array.isArray(settings) ? { ...settings } : {};
  } catch {
    // Of a file that cannot be read nothing can be kept.
    return {};
  }
}
