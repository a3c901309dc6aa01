import "./card.css";

export const card = "card";
