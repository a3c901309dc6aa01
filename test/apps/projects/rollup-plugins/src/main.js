import { here } from "here";
import { one } from "part-1";
import { made } from "made";
import rows from "./data.csv";
const log = { debug(text) { document.body.dataset.debug = text; } };
log.debug("noisy");
document.querySelector("#app").textContent = [__NAME__, process.env.MODE_X, here, one, made, JSON.stringify(rows), String(document.body.dataset.debug)].join(" | ");
