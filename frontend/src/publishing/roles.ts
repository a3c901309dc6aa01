/** Parses roles that are separated by commas or spaces. The API refuses a wrong one with its reason. */
export const rolesIn = (text: string): string[] => [
  ...new Set(
    text
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((role) => role !== ""),
  ),
];
