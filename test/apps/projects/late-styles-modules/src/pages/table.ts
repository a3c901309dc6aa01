import styles from "./table.module.less";

export const show = (root: Element) => root.insertAdjacentHTML("beforeend", `<p id="table" class="${styles.title}">table</p>`);
