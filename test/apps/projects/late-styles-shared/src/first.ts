import "./main.css";
import { card } from "./card.ts";
import "./first.css";

export const name = `first ${card}`;
