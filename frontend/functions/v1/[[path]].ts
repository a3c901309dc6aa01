type Environment = { API: { fetch(request: Request): Promise<Response> } };

/** Everything under /v1 is the API Worker's: passed on as it is over the service binding, streams and sockets included. */
export const onRequest = ({ request, env }: { request: Request; env: Environment }): Promise<Response> =>
  env.API.fetch(request);
