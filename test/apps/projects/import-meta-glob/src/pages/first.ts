export const title = "First";
