import { describe, expect, it } from "vitest";
import { setSecurityHeaders } from "../../../worker/http/middleware/security-headers.ts";
import { apiWith } from "../accounts/other-config.ts";
import { newAccount, nobody } from "../stage/client.ts";

describe("every answer", () => {
  it.each(["/v1/health", "/v1/docs", "/v1/openapi.json", "/v1/nothing", "/v1/auth/error", "/v1/auth/get-session"])(
    "A response forbids framing, sniffing and scripts: %s",
    async (path) => {
      const answer = await nobody.request(path);
      await answer.body?.cancel();
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      });
      expect(answer.headers.has("Strict-Transport-Security"), "on loopback").toBe(false);
    },
  );

  it("A response forbids plain HTTP for two years, except on loopback", () => {
    const of = (isLocal: boolean) => {
      const headers = new Headers();
      setSecurityHeaders(headers, { isLocal });
      return headers.get("Strict-Transport-Security");
    };
    expect([of(false), of(true)]).toEqual(["max-age=63072000; includeSubDomains", null]);
  });

  it.each(["/v1/health", "/v1/nothing", "/v1/auth/error"])(
    "A response forbids plain HTTP when the app is not on loopback: %s",
    async (path) => {
      const elsewhere = {
        APP_URL: "https://edgesmith.example",
        PREVIEW_DOMAIN: "edgesmith-apps.example",
        IMPORT_HOSTS: "",
      };
      const answer = await apiWith(elsewhere).request(path);
      await answer.body?.cancel();
      expect(answer.headers.get("Strict-Transport-Security")).toBe("max-age=63072000; includeSubDomains");
    },
  );

  it.each(["/v1/auth/error", "/v1/auth/get-session"])(
    "A response of sign-in cannot be embedded by other origins, or share their window: %s",
    async (path) => {
      const answer = await nobody.request(path);
      await answer.body?.cancel();
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
      });
    },
  );

  it("The security headers leave the socket of a live feed intact", async () => {
    const ada = await newAccount();
    const { id } = await ada.expect<{ id: string }>(201, "/v1/projects", { body: { name: "Live" } });
    const { status, webSocket } = await ada.request(`/v1/projects/${id}/live`, { headers: { Upgrade: "websocket" } });
    webSocket?.accept();
    webSocket?.close();
    expect([status, webSocket === null]).toEqual([101, false]);
  });
});
