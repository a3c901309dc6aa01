export const title = "Second";
