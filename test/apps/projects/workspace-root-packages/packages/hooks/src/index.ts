import { nanoid } from "nanoid";

export const idLength = (): number => nanoid().length;
export const onceOf = (name: string): string => `${name} once`;
