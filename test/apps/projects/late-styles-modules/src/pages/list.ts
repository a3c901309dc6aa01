import styles from "./list.module.css";

export const show = (root: Element) => root.insertAdjacentHTML("beforeend", `<p id="list" class="${styles.title}">list</p>`);
