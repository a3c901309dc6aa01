import styles from "./page.module.scss";

document.querySelector("h1").className = styles.title;
document.querySelector("p").className = styles.length;
