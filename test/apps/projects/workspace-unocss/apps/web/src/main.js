import "virtual:uno.css";
import { badge } from "@our/ui";

document.body.append(badge());
