/** The configuration file in which a project names the folder to build. */
export const choiceFile = "edgesmith.json";

/** Returns the folder configured in the text of `edgesmith.json`; null if it names none. */
export function rootIn(text: string): string | null {
  const { root } = settingsIn(text);
  return typeof root === "string" ? root : null;
}

/** Returns the text of `edgesmith.json` with another root. Preserves its other settings. */
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
