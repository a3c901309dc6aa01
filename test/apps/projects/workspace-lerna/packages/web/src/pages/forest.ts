export const title = "Forest";
