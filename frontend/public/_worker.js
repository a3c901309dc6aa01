/**
 * What Pages runs in front of the static files. Everything under /v1 is the API Worker's: passed on as it is over the service
 * binding, streams and sockets included. `_routes.json` keeps the rest from coming here at all in production.
 *
 * @typedef {{ fetch(request: Request): Promise<Response> }} Service
 */
export default {
  /** @type {(request: Request, env: { API: Service; ASSETS: Service }) => Promise<Response>} */
  fetch(request, { API, ASSETS }) {
    const { pathname } = new URL(request.url);
    return pathname === "/v1" || pathname.startsWith("/v1/") ? API.fetch(request) : ASSETS.fetch(request);
  },
};
