type Environment = { ASSETS: Fetcher; SHELF: string };

export default {
  async fetch(request, env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/shelf") return new Response(`shelf ${env.SHELF}`);
    const page = await env.ASSETS.fetch(request);
    const response = new Response(page.body, page);
    response.headers.set("x-passed", "yes");
    return response;
  },
} satisfies ExportedHandler<Environment>;
