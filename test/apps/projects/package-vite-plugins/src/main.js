import unit from "virtual:unit";
import rivers from "./rivers.json5";

document.querySelector("#app").textContent = `${__LONGEST__} ${rivers.Elbe} ${unit}`;
