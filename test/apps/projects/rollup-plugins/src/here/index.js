export const here = "index";
