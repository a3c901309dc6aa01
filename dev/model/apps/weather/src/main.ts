import { places } from "./places.ts";

type Weather = { place: string; temperature: number; wind: number };

const find = <T extends HTMLElement>(selector: string): T => {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return element;
};

const place = find<HTMLSelectElement>("#place");
const error = find("#error");
const weather = find("#weather");

function show({ place: name, temperature, wind }: Weather) {
  find("#temperature").textContent = `${Math.round(temperature)} °C`;
  find("#wind").textContent = `${name}, wind ${Math.round(wind)} km/h`;
  weather.hidden = false;
}

/** Counts the questions, so that the answer to an older one never hides that to a newer one. */
let asked = 0;

async function look() {
  asked += 1;
  const number = asked;
  const response = await fetch(`/api/weather?place=${encodeURIComponent(place.value)}`);
  const answer = await response.json();
  if (number !== asked) return;
  weather.hidden = true;
  error.hidden = response.ok;
  if (response.ok) show(answer);
  else error.textContent = answer.error;
}

place.replaceChildren(...places.map(({ id, name }) => new Option(name, id)));
place.addEventListener("change", () => void look());
find("#form").addEventListener("submit", (event) => {
  event.preventDefault();
  void look();
});
void look();
