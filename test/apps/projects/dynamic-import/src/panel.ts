import "./panel.css";
import { shared } from "./shared";

export const panel = (): string => `panel ${shared()}`;
