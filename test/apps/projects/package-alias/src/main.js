import "./look.less";
import { version } from "~leaflet";
import { Point } from "map";

document.querySelector("p").textContent = `${version} ${new Point(1, 2).x}`;
