import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AppSettings } from "../../preview/app/egress/app-settings.ts";
import type { Environment } from "../../preview/environment.ts";
import type { AppEnvironment } from "../../worker/contract/preview-rpc.ts";

const withGrant: AppEnvironment = {
  variables: { SHOP: "Tea" },
  secrets: {},
  grants: [{ host: "api.example.com", methods: null, pathPrefix: null, header: null, query: null }],
};

beforeEach(() => void vi.spyOn(console, "error").mockReturnValue(undefined));
afterEach(() => void vi.restoreAllMocks());

it("an announced change that cannot be read stops outbound requests, and leaves the variables as they were", async () => {
  const readAppEnvironment = vi.fn(async () => withGrant);
  const env = { API: { readAppEnvironment }, APP_URL: "https://app.invalid", PREVIEW_DOMAIN: "apps.invalid" };
  const settings = new AppSettings(env as unknown as Environment, "prj_1", "preview");
  const asked = () => settings.admit("https://api.example.com/x", "GET", false);
  expect(await asked()).toMatchObject({ url: "https://api.example.com/x" });
  readAppEnvironment.mockRejectedValue(new Error("the API Worker does not answer"));
  settings.changed();
  await expect(asked()).rejects.toThrow("The app's settings can't be read right now");
  expect((await settings.variables()).values).toEqual({ SHOP: "Tea" });
  readAppEnvironment.mockResolvedValue({ ...withGrant, grants: [] });
  expect(await asked()).toMatchObject({ logged: "refused (not granted)" });
});
