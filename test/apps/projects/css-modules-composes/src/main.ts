import styles, { plain } from "./card.module.css";

const root = document.querySelector("#root")!;
root.innerHTML = `<p id="card" class="${styles.card}">card</p><p id="plain" class="${plain}">plain</p><p id="dashed" class="${styles["with-dash"]}">dashed</p>`;
