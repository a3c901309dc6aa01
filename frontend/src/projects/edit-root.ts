/** The file in which a project names the folder to build. */
export const choiceFile = "edgesmith.json";

/** The folder that the text of `edgesmith.json` names, or null. */
export function rootIn(text: string): string | null {
  const { root } = settingsIn(text);
  return typeof root === "string" ? root : null;
}

/** The text of `edgesmith.json` with another root; its other settings are preserved. */
export const withRoot = (text: string, root: string): string =>
  `${JSON.stringify({ ...settingsIn(text), root }, null, 2)}\n`;

function settingsIn(text: string): Record<string, unknown> {
  try {
    const settings: unknown = JSON.parse(text);
    return typeof settings === "object" && settings !== null && !Array.isArray(settings) ? { ...settings } : {};
  } catch {
    // Nothing of an invalid file can be preserved.
    return {};
  }
}
