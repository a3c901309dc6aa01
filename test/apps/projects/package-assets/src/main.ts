import "leaflet/dist/leaflet.css";
import marker from "leaflet/dist/images/marker-icon.png";
import license from "leaflet/LICENSE?raw";
import "swiper/css";
import { Swiper } from "swiper";

const image = new Image();
image.src = marker;
await image.decode();
document.querySelector("#root")!.innerHTML = `<div class="leaflet-pane">pane</div><div class="swiper">s</div>`;
document.body.dataset.seen = `${image.naturalWidth} ${license.includes("BSD")} ${typeof Swiper}`;
