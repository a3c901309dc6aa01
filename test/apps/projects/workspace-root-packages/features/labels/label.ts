import clsx from "clsx";

export const labelOf = (isOpen: boolean): string => clsx("label", { open: isOpen });
