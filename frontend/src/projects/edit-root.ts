/** The file in which a project configures the folder to build. */
export const choiceFile = "edgesmith.json";

/** Returns the folder configured in the text of `edgesmith.json`, or null. */
export function rootIn(text: string): string | null {
  const { root } = settingsIn(text);
  return typeof root === "string" ? root : null;
}

/** Returns the text of `edgesmith.json` with another root and its other settings preserved. */
export const withRoot = (text: string, root: string): string =>
  `${JSON.stringify({ ...settingsIn(text), root }, null, 2)}\n`;

function settingsIn(text: string): Record<string, unknown> {
  try {
    const settings: unknown = JSON.parse(text);
    return typeof settings === "object" && settings !== null && !Array.isArray(settings) ? { ...settings } : {};
  } catch {
    // An invalid file has no settings to preserve.
    return {};
  }
}
