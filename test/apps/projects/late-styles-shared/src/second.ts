import { card } from "./card.ts";
import "./second.css";

export const name = `second ${card}`;
