import { basename } from "node:path";

export const scopedName = (name, file) => `${name}-of-${basename(file).split(".")[0]}`;
