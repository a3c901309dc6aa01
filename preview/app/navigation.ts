/** Whether a browser navigates to a page, rather than a script fetching data. */
export function isNavigation(request: Request): boolean {
  const mode = request.headers.get("Sec-Fetch-Mode");
  const asksForPage = (request.headers.get("Accept") ?? "").includes("text/html");
  return request.method === "GET" && asksForPage && (mode === null || mode === "navigate");
}
