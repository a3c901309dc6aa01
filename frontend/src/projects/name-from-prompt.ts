/** Derives a project's initial name from the prompt's first words, without phrases such as "Make a". */
export function nameFromPrompt(prompt: string): string {
  const words = prompt
    .trim()
    .replace(/^(?:please\s+)?(?:make|build|create|write|design|code)\s+(?:me\s+)?(?:an?|the|some)?\s*/i, "")
    .split(/[\s,.;:!?]+/)
    .filter((word) => word !== "");
  const stop = words.findIndex((word, index) => index > 1 && /^(?:with|that|which|where|and|for|so)$/i.test(word));
  const name = words
    .slice(0, stop === -1 ? 5 : Math.min(stop, 5))
    .join(" ")
    .slice(0, 60);
  return name === "" ? "Untitled app" : name.charAt(0).toUpperCase() + name.slice(1);
}
