/** Parses roles that are separated by commas or spaces. The API says what is wrong with one. */
export const rolesIn = (text: string): string[] => [
  ...new Set(
    text
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((role) => role !== ""),
  ),
];
