import { answerJson, type LoopbackServer, startLoopbackServer } from "../../stage/loopback-server.ts";

/** Starts a stand-in for Open-Meteo's forecast on loopback. The temperature in degrees equals the place's latitude. */
export const startWeather = (): Promise<LoopbackServer> =>
  startLoopbackServer(({ address: { pathname, searchParams } }, response) => {
    const latitude = Number(searchParams.get("latitude") ?? Number.NaN);
    if (pathname !== "/v1/forecast" || Number.isNaN(latitude)) {
      return answerJson(response, 400, { error: true, reason: "Parameter 'latitude' must be set." });
    }
    answerJson(response, 200, {
      latitude,
      current_units: { temperature_2m: "°C", wind_speed_10m: "km/h" },
      current: { temperature_2m: latitude, wind_speed_10m: 12 },
    });
  });
