import everything, { city, spots } from "./data.json";
import { version } from "../package.json";
import * as all from "./data.json";

document.querySelector("#root")!.textContent = `${city} ${spots.length} ${everything.city} ${version} ${all.city}`;
