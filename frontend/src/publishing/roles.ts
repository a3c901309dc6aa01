/** Parses roles separated by commas or spaces. Leaves validation to the API, which explains a refused role. */
export const rolesIn = (text: string): string[] => [
  ...new Set(
    text
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((role) => role !== ""),
  ),
];
