import { invoke, isTauri } from "@tauri-apps/api/core";

const greeting = isTauri() ? await invoke<string>("greet") : "no window of Tauri's";
(document.querySelector("#greeting") as HTMLElement).textContent = greeting;
