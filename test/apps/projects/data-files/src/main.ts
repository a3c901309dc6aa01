import { title } from "./settings.toml";
import menu, { dishes } from "./menu.yaml";

const root = document.getElementById("root");
if (root) root.textContent = JSON.stringify({ title, open: menu.open, dishes });
