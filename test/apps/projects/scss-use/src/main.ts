import "./main.scss";
import styles from "./card.module.scss";

document.querySelector("#root")!.innerHTML = `<h1>sass</h1><p class="${styles.card}"><em>nested</em></p>`;
