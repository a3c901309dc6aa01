import { describe, expect, inject, it } from "vitest";
import { isAppError } from "../../../worker/errors.ts";
import type { CdpSession } from "../../../worker/preview/viewer/cdp.ts";
import { type BrowserBinding, cloudflareViewer } from "../../../worker/preview/viewer/cloudflare-viewer.ts";
import { drivePage } from "../../../worker/preview/viewer/drive-page.ts";
import { loopbackViewer } from "../../../worker/preview/viewer/loopback-viewer.ts";
import { PageRecorder } from "../../../worker/preview/viewer/page-recorder.ts";
import type { PageViewer, PageVisit } from "../../../worker/preview/viewer/page-viewer.ts";

const { loopback, devtoolsUrl, origin, otherOrigin } = inject("viewerStage");

const acquired: unknown[] = [];
const closed: string[] = [];
/** The binding as Cloudflare documents it, with a Chromium of this machine behind it. */
const binding: BrowserBinding = {
  acquire: async (options) => {
    acquired.push(options);
    return { sessionId: "session" };
  },
  connectSession: async () => ({
    webSocket: {
      fetch: async (_url, init) => {
        const socket = await (await fetch(devtoolsUrl)).text();
        return fetch(socket.replace("ws:", "http:"), init);
      },
    },
  }),
  closeSession: async (id) => closed.push(id),
};

const visit = (path: string, more: Partial<PageVisit> = {}): PageVisit => ({
  link: `${origin}/${path}`,
  origin,
  width: 1_280,
  waitMs: 0,
  ...more,
});

const viewers: [string, PageViewer][] = [
  ["the viewer with this machine's Chromium", loopbackViewer(loopback)],
  ["the viewer with Cloudflare's binding", cloudflareViewer(binding)],
];

describe.each(viewers)("%s", (_name, viewer) => {
  it("A view has a picture, the accessibility tree, the title and the path of the page", async () => {
    const view = await viewer.view(visit("list"));
    expect(view).toMatchObject({ title: "A list", path: "/list", click: null, problem: null });
    expect(view.tree).toContain('- heading "Things to do" level 1');
    expect(view.tree).toMatch(/- textbox "Thing"/);
    expect(view.tree).toMatch(/- button "Add"/);
    expect(view.findings).toEqual([]);
    expect(view.screenshot).toMatchObject({ mediaType: "image/webp", width: 1_280, height: 900 });
    expect(atob(view.screenshot?.data.slice(0, 16) ?? "")).toMatch(/^RIFF[\s\S]{4}WEBP/);
  });

  it("A view acts on the control that its click names, and types into it", async () => {
    const view = await viewer.view(visit("list", { click: "thing", type: "Milk\n" }));
    expect(view.click).toContain("Clicked <");
    expect(view.tree).toMatch(/listitem[\s\S]*Milk/);
    expect(view.path).toBe("/list?added");
  });

  it("A click on a missing element reports that", async () => {
    const view = await viewer.view(visit("list", { click: "Remove" }));
    expect(view.click).toBe('There is no visible element "Remove", so nothing was clicked.');
  });

  it("A view finds a control that something covers, whose click does not reach it", async () => {
    const view = await viewer.view(visit("covered", { click: "Save" }));
    expect(view.findings).toEqual([
      expect.stringContaining('The control <button> "Save" is covered by <div class="veil">'),
    ]);
    expect(view.click).toBe('The click on <button> "Save" met <div class="veil">, which covers it.');
    expect(view.title).toBe("A list");
  });

  it("A view finds a text in the colour of its background, and no other text", async () => {
    const view = await viewer.view(visit("white"));
    expect(view.findings).toEqual([
      expect.stringMatching(/^The text "Nobody sees this" in <p class="note"> can hardly/),
    ]);
  });

  it("A view has the console's errors, dialogs, exceptions after a click and failed requests", async () => {
    const view = await viewer.view(visit("failing", { click: "Try" }));
    expect(view.console).toEqual(
      expect.arrayContaining([
        { level: "error", message: "it went wrong 7" },
        { level: "warn", message: "careful" },
        { level: "info", message: "The page opened a dialog (alert), which was accepted: Hello" },
        { level: "error", message: expect.stringMatching(/^ReferenceError: missing is not defined/) },
      ]),
    );
    expect(view.failedRequests).toEqual(["GET /none.json 404"]);
  });

  it("A viewed page reaches no other origin by any means", async () => {
    await fetch(`${otherOrigin}/forget`);
    const view = await viewer.view(visit("leaking", { waitMs: 1_000 }));
    expect(await (await fetch(`${otherOrigin}/reached`)).json()).toEqual([]);
    expect(view.tree).toContain("Leaks");
    expect(view.failedRequests).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^GET \S+\/image another origin, which this view does not request$/),
      ]),
    );
  });

  it("A view begins without cookies and storage of the previous view", async () => {
    expect((await viewer.view(visit("cookies"))).tree).toContain("Cookies: none");
    expect((await viewer.view(visit("cookies"))).tree).toContain("Cookies: none");
  });

  it("A view of a phone is as narrow as a phone, and reports the height of the page", async () => {
    const view = await viewer.view(visit("tall", { width: 390 }));
    expect(view.screenshot).toMatchObject({ width: 390, height: 844 });
    expect(view.pageHeight).toBeGreaterThanOrEqual(3_000);
  });
});

describe("a viewer without a browser", () => {
  const failureOf = (viewer: PageViewer) => viewer.view(visit("list")).catch((error: unknown) => error);

  it("A service that refuses the secret makes the view unavailable", async () => {
    const error = await failureOf(loopbackViewer({ ...loopback, secret: "another" }));
    expect(isAppError(error, "dependency_down") && error.detail).toBe(
      "No browser is available: The secret is missing.",
    );
  });

  it("A binding without a browser to spare makes the view unavailable", async () => {
    const busy: BrowserBinding = { ...binding, acquire: () => Promise.reject(new Error("429: too many browsers")) };
    const error = await failureOf(cloudflareViewer(busy));
    expect(isAppError(error, "dependency_down") && error.detail).toBe(
      "No browser is available: 429: too many browsers",
    );
  });

  it("A browser that closes its connection makes the view unavailable, and its session is closed", async () => {
    closed.length = 0;
    const closing: BrowserBinding = {
      ...binding,
      connectSession: async () => ({
        webSocket: {
          fetch: async () => {
            const [client, server] = Object.values(new WebSocketPair());
            server?.accept();
            server?.close();
            return new Response(null, { status: 101, webSocket: client ?? null });
          },
        },
      }),
    };
    expect(isAppError(await failureOf(cloudflareViewer(closing)), "dependency_down")).toBe(true);
    expect(closed).toEqual(["session"]);
  });
});

describe("the guardrails of Cloudflare's browsers", () => {
  it("A browser is acquired for the preview's host alone", async () => {
    acquired.length = 0;
    await cloudflareViewer(binding).view(visit("list"));
    expect(acquired).toEqual([{ keepAlive: 10_000, guardrails: { allowedDomains: ["page.localhost"] } }]);
  });
});

describe("the deadline of a view", () => {
  it("A view reports a page that does not respond", async () => {
    const session = { send: () => new Promise<unknown>(() => undefined), on: () => undefined };
    const view = await drivePage(session, visit("list"), 20);
    expect(view).toMatchObject({
      screenshot: null,
      problem: expect.stringContaining("did not answer within 0.02 seconds"),
    });
  });
});

describe("a document whose body the browser does not give", () => {
  /** The commands to a browser that pauses one response of the status, and gives no body. */
  async function answersTo(status: number): Promise<string[]> {
    const commands: string[] = [];
    const listeners = new Map<string, (params: unknown) => void>();
    const session: CdpSession = {
      send: async (method) => {
        commands.push(method);
        if (method === "Fetch.getResponseBody") throw new Error("No body.");
        return {};
      },
      on: (event, listener) => void listeners.set(event, listener),
    };
    new PageRecorder(session, origin);
    const paused = { requestId: "1", resourceType: "Document", request: { url: `${origin}/list` } };
    listeners.get("Fetch.requestPaused")?.({ ...paused, responseStatusCode: status, responseHeaders: [] });
    await expect.poll(() => commands.filter((one) => one !== "Fetch.getResponseBody")).toHaveLength(1);
    return commands;
  }

  it("A page that cannot get the viewer's policy is not shown without it", async () => {
    expect(await answersTo(200)).toEqual(["Fetch.getResponseBody", "Fetch.failRequest"]);
  });

  it("A redirect, which has no body, is followed", async () => {
    expect(await answersTo(303)).toEqual(["Fetch.continueRequest"]);
  });
});
