import { places } from "./places.ts";

const problem = (status: number, detail: string) => Response.json({ error: detail }, { status });
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** The present weather of an answer of Open-Meteo; undefined for an answer that is not one. */
function currentOf(body: unknown): { temperature: number; wind: number } | undefined {
  const current = typeof body === "object" && body !== null && "current" in body ? body.current : null;
  if (typeof current !== "object" || current === null) return undefined;
  const temperature = Reflect.get(current, "temperature_2m");
  const wind = Reflect.get(current, "wind_speed_10m");
  return isNumber(temperature) && isNumber(wind) ? { temperature, wind } : undefined;
}

/** The app's server. It asks Open-Meteo, whose host the owner grants; WEATHER_API is a variable, for a stand-in of it. */
export default {
  async fetch(request: Request, env: Cloudflare.Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/api/weather") return problem(404, "There is nothing here.");
    const place = places.find(({ id }) => id === searchParams.get("place"));
    if (place === undefined) return problem(422, "Choose one of the places.");
    const api = typeof env.WEATHER_API === "string" ? env.WEATHER_API : "https://api.open-meteo.com";
    const query = new URLSearchParams({
      latitude: String(place.latitude),
      longitude: String(place.longitude),
      current: "temperature_2m,wind_speed_10m",
    });
    try {
      const answer = await fetch(`${api}/v1/forecast?${query}`, { signal: AbortSignal.timeout(10_000) });
      const current = answer.ok ? currentOf(await answer.json()) : undefined;
      if (current === undefined) return problem(502, `The weather service answered ${answer.status}.`);
      return Response.json({ place: place.name, ...current });
    } catch (failure) {
      // A host that is not granted, and one that cannot be reached: the message says which.
      return problem(502, failure instanceof Error ? failure.message : "The weather service cannot be reached.");
    }
  },
};
