import { builtBy } from "virtual:built-by";
import { pages, texts } from "@kit/found.ts";
import styles from "./main.module.css";

document.querySelector("#root")!.innerHTML =
  `<h1 class="${styles.title}">Pages: ${pages.join(", ")}</h1><p>Texts: ${texts.join(" ")}</p><p>Built by ${builtBy}</p>`;
