import { env } from "cloudflare:test";
import { describe, expect, inject, it } from "vitest";
import type { InvitedPerson, Page, Person, SignInSettings } from "../../../worker/contract/index.ts";
import { newAccount, newProject } from "../stage/client.ts";

const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");
const providers = inject("providersUrl");
const SIGN_IN = "/__edgesmith/sign-in";
const callback = "http://signin.localhost:8788/callback";

const SERVER = `import { user } from "edgesmith:auth";
export default { async fetch(request, env) {
  if (new URL(request.url).pathname === "/env") return Response.json({ env, headers: [...request.headers] });
  return Response.json(await user(request));
} };`;

type Provider = "github" | "google";
type Signed = { subject: number; email: string; verified: boolean; name: string; fault?: string };

let last = 1_000;
const someone = (more: Partial<Signed> = {}): Signed => {
  last += 1;
  return {
    subject: last,
    email: `${crypto.randomUUID().slice(0, 8)}@example.com`,
    verified: true,
    name: "Grace",
    ...more,
  };
};

/** A published app whose owner has set a client of both providers, and who is signed in there. */
async function withApp() {
  const ada = await newAccount();
  const { id } = await newProject(ada, "Members");
  const at = `/v1/projects/${id}`;
  const operations = [{ op: "write", path: "src/server.ts", content: SERVER }];
  await ada.expect(201, `${at}/batches`, { body: { operations } });
  const { url: origin } = await ada.expect<{ url: string }>(200, `${at}/publish`, { body: {} });
  const [clientId, secret] = [crypto.randomUUID(), crypto.randomUUID()];
  const put = (name: string, value: string, target = "both") =>
    ada.expect(200, `${at}/secrets/${name}`, { method: "PUT", body: { value, target } });
  for (const provider of ["GITHUB", "GOOGLE"]) {
    await put(`${provider}_CLIENT_ID`, clientId);
    await put(`${provider}_CLIENT_SECRET`, secret);
  }
  const register = async (person: Signed, more: object = {}) => {
    await (
      await fetch(`${providers}/${clientId}`, { method: "PUT", body: JSON.stringify({ secret, person, ...more }) })
    ).text();
  };
  const people = async () => (await ada.expect<Page<Person>>(200, `${at}/people/public`)).data;
  return { ada, at, id, origin, clientId, secret, put, register, people };
}

/** A browser that keeps an app's cookies and follows no redirect by itself. */
class Browser {
  readonly #cookies = new Map<string, string>();

  async open(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("Cookie", [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const answer = await door.fetch(url, { ...init, headers, redirect: "manual" });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const [name = "", value = ""] = pair.split("=");
      if (cookie.includes("Max-Age=0")) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }

  /** Presses the button of a provider. Returns the provider's address. */
  async begin(origin: string, provider: Provider, to = "/"): Promise<string> {
    const body = new URLSearchParams({ provider, to });
    const answer = await this.open(`${origin}${SIGN_IN}/with`, { method: "POST", headers: { Origin: origin }, body });
    expect(answer.status).toBe(303);
    return answer.headers.get("Location") ?? "";
  }

  /** Goes to the provider, where the person agrees. Returns the address with the code. */
  async agree(address: string): Promise<string> {
    const answer = await fetch(address, { redirect: "manual" });
    return answer.headers.get("Location") ?? "";
  }

  /** Follows the redirects of our own hosts to the last page. */
  async follow(address: string): Promise<{ url: URL; answer: Response }> {
    const answer = await this.open(address);
    const next = answer.headers.get("Location");
    if (next === null) return { url: new URL(address), answer };
    await answer.body?.cancel();
    return this.follow(new URL(next, address).href);
  }

  async signIn(origin: string, provider: Provider, to = "/"): Promise<{ url: URL; answer: Response }> {
    return this.follow(await this.agree(await this.begin(origin, provider, to)));
  }

  async user(origin: string): Promise<Record<string, unknown> | null> {
    return (await this.open(`${origin}/api`)).json();
  }
}

const both: Provider[] = ["github", "google"];

describe("sign-in with a provider", () => {
  it.each(both)(
    "sign-in with %s makes the person known to the app's server, at the page that asked for it",
    async (provider) => {
      const { origin, register, people } = await withApp();
      const person = someone();
      await register(person);
      const browser = new Browser();
      const { url, answer } = await browser.signIn(origin, provider, "/cart?item=1");
      expect([url.href, answer.status]).toEqual([`${origin}/cart?item=1`, 200]);
      expect(await browser.user(origin)).toMatchObject({ email: person.email, name: "Grace", roles: [] });
      expect(await people()).toMatchObject([{ email: person.email, status: "active" }]);
    },
  );

  it.each(both)(
    "sign-in with %s a second time is the same person, also when the address has changed there",
    async (provider) => {
      const { origin, register, people } = await withApp();
      const person = someone();
      await register(person);
      const [one, two] = [new Browser(), new Browser()];
      await one.signIn(origin, provider);
      await register({ ...person, email: someone().email });
      await two.signIn(origin, provider);
      expect((await two.user(origin))?.id).toBe((await one.user(origin))?.id);
      expect(await people()).toHaveLength(1);
    },
  );

  it("Sign-in with a provider works in the preview, which has people of its own", async () => {
    const { ada, at, register, people } = await withApp();
    const person = someone();
    await register(person);
    const { url } = await ada.expect<{ url: string }>(201, `${at}/preview`, { body: {} });
    const browser = new Browser();
    const { origin } = (await browser.follow(url)).url;
    expect((await browser.signIn(origin, "github")).url.href).toBe(`${origin}/`);
    expect(await browser.user(origin)).toMatchObject({ email: person.email });
    expect(await people()).toEqual([]);
  });

  it("sign-in with a provider asks for a code with PKCE, a nonce and one address for all apps", async () => {
    const { origin, clientId, register } = await withApp();
    await register(someone());
    const asked = new URL(await new Browser().begin(origin, "google")).searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      response_type: "code",
      client_id: clientId,
      redirect_uri: callback,
      scope: "openid email profile",
      state: expect.any(String),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
  });

  it("sign-in with a provider is offered where both of its secrets are set for the app, and leaves a frame", async () => {
    const { ada, at, origin } = await withApp();
    const page = async (headers: Record<string, string> = {}) =>
      (await door.fetch(origin + SIGN_IN, { headers })).text();
    expect(await page()).toMatch(/Continue with GitHub.*Continue with Google/s);
    expect(await page({ "Sec-Fetch-Dest": "iframe" })).toContain("open the app in a tab of its own");
    await ada.expect(204, `${at}/secrets/GOOGLE_CLIENT_SECRET`, { method: "DELETE" });
    expect(await page()).not.toContain("Google");
  });

  it("sign-in with a provider hands neither the client's secret nor the provider's code to the app", async () => {
    const { origin, clientId, secret, register } = await withApp();
    await register(someone());
    const browser = new Browser();
    const back = await browser.agree(await browser.begin(origin, "github"));
    await browser.follow(back);
    const seen = await (await browser.open(`${origin}/env`)).text();
    expect(JSON.parse(seen)).toMatchObject({ env: {}, headers: expect.any(Array) });
    for (const text of [secret, clientId, new URL(back).searchParams.get("code") ?? "", "signing-in"])
      expect(seen).not.toContain(text);
  });
});

describe("the accounts that a sign-in with a provider joins", () => {
  it.each(both)("the accounts of %s join the person who has the verified address, with the roles", async (provider) => {
    const { ada, at, origin, register, people } = await withApp();
    const person = someone();
    await register(person);
    const invited = await ada.expect<InvitedPerson>(201, `${at}/people/public`, {
      body: { email: person.email, roles: ["editor"] },
    });
    const browser = new Browser();
    await browser.signIn(origin, provider);
    expect(await browser.user(origin)).toMatchObject({ id: invited.id, roles: ["editor"] });
    expect(await people()).toHaveLength(1);
  });

  it.each(both)("the accounts of %s with an unverified address join nobody and make nobody", async (provider) => {
    const { ada, at, origin, register, people } = await withApp();
    const person = someone({ verified: false });
    await register(person);
    await ada.expect(201, `${at}/people/public`, { body: { email: person.email, roles: ["admin"] } });
    const browser = new Browser();
    const { answer } = await browser.signIn(origin, provider);
    expect(await answer.text()).toContain("has no verified email address");
    expect(await browser.user(origin)).toBeNull();
    expect(await people()).toMatchObject([{ status: "invited" }]);
  });

  it("the accounts of one provider with the address of another account there do not take over the person", async () => {
    const { origin, register } = await withApp();
    const person = someone();
    await register(person);
    await new Browser().signIn(origin, "google");
    await register({ ...person, subject: person.subject + 1_000_000 });
    const browser = new Browser();
    const { answer } = await browser.signIn(origin, "google");
    expect(await answer.text()).toContain("belongs to another Google account");
    expect(await browser.user(origin)).toBeNull();
  });

  it("an invited-only app refuses provider accounts of people who are not invited or were removed", async () => {
    const { ada, at, origin, register, people } = await withApp();
    const person = someone();
    await register(person);
    await new Browser().signIn(origin, "github");
    const [known] = await people();
    await ada.expect(200, `${at}/publish/access`, { method: "PUT", body: { access: "invited" } });
    await ada.expect(204, `${at}/people/public/${known?.id}`, { method: "DELETE" });
    const browser = new Browser();
    const { answer } = await browser.signIn(origin, "github");
    expect(await answer.text()).toContain("This app is for invited people.");
    expect(await people()).toEqual([]);
  });
});

describe("a hostile sign-in with a provider", () => {
  it("a hostile sign-in with an id token of a wrong signature, algorithm, audience, issuer, nonce or time is refused", async () => {
    const { origin, register, people } = await withApp();
    for (const fault of ["signature", "algorithm", "audience", "issuer", "nonce", "expired"]) {
      await register(someone({ fault }));
      const { answer } = await new Browser().signIn(origin, "google");
      expect([fault, await answer.text()]).toEqual([
        fault,
        expect.stringContaining("Google did not accept the sign-in."),
      ]);
    }
    expect(await people()).toEqual([]);
  });

  it("a hostile sign-in with a forged or changed state reaches no app", async () => {
    const [one, two] = [await withApp(), await withApp()];
    await one.register(someone());
    const browser = new Browser();
    const back = new URL(await browser.agree(await browser.begin(one.origin, "github")));
    const state = back.searchParams.get("state") ?? "";
    const [body = "", signature = ""] = state.split(".");
    const changed = atob(body.replaceAll("-", "+").replaceAll("_", "/")).replace(one.id, two.id);
    for (const forged of ["", "x", `${btoa(changed).replace(/=+$/, "")}.${signature}`, `${body}.${"A".repeat(43)}`]) {
      const url = new URL(back);
      url.searchParams.set("state", forged);
      const answer = await browser.open(url.href);
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([410, []]);
    }
    expect((await browser.follow(back.href)).url.href).toBe(`${one.origin}/`);
  });

  it("a hostile sign-in with a callback that was used already signs nobody in", async () => {
    const { origin, register } = await withApp();
    await register(someone());
    const browser = new Browser();
    const back = await browser.agree(await browser.begin(origin, "github"));
    const first = await browser.open(back);
    const handover = first.headers.get("Location") ?? "";
    expect((await browser.open(back)).status).toBe(410);
    expect((await browser.open(handover)).headers.get("Location")).toBe("/");
    expect((await browser.open(handover)).headers.get("Location")).toContain("problem=expired");
  });

  it("a hostile sign-in that puts a used code into a new state is refused by the provider", async () => {
    const { origin, register } = await withApp();
    await register(someone());
    const [victim, intruder] = [new Browser(), new Browser()];
    const used = new URL(await victim.agree(await victim.begin(origin, "github")));
    const own = new URL(await intruder.begin(origin, "github")).searchParams.get("state") ?? "";
    const stolen = new URL(used);
    stolen.searchParams.set("state", own);
    const { answer } = await intruder.follow(stolen.href);
    expect(await answer.text()).toContain("GitHub did not accept the sign-in.");
    expect(await intruder.user(origin)).toBeNull();
  });

  it("a hostile sign-in that was begun in another browser does not sign a visitor in to the intruder's account", async () => {
    const { origin, register, people } = await withApp();
    await register(someone());
    const [intruder, victim] = [new Browser(), new Browser()];
    const back = await intruder.agree(await intruder.begin(origin, "github"));
    await victim.begin(origin, "github");
    const { answer } = await victim.follow(back);
    expect(await answer.text()).toContain("began in another browser");
    expect([await victim.user(origin), await people()]).toEqual([null, []]);
  });

  it("a hostile sign-in with a handover of another app signs nobody in", async () => {
    const [one, two] = [await withApp(), await withApp()];
    await one.register(someone());
    const browser = new Browser();
    const answer = await browser.open(await browser.agree(await browser.begin(one.origin, "github")));
    const handover = (answer.headers.get("Location") ?? "").replace(one.origin, two.origin);
    await browser.follow(handover);
    expect([await browser.user(two.origin), await two.people()]).toEqual([null, []]);
  });

  it("a hostile sign-in with a client id of another app's owner gets no person of that app", async () => {
    const [victim, intruder] = [await withApp(), await withApp()];
    await victim.register(someone());
    await intruder.put("GITHUB_CLIENT_ID", victim.clientId);
    const { answer } = await new Browser().signIn(intruder.origin, "github");
    expect(await answer.text()).toContain("GitHub did not accept the sign-in.");
    expect(await intruder.people()).toEqual([]);
  });

  it("a hostile sign-in leads to the app itself and to no other address, nor to a page of the platform", async () => {
    const { origin, register } = await withApp();
    await register(someone());
    const hostile = ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"];
    for (const to of [...hostile, "/__edgesmith/sign-out"])
      expect([to, (await new Browser().signIn(origin, "github", to)).url.href]).toEqual([to, `${origin}/`]);
  });

  it("a hostile sign-in cannot be begun by another site, another app or a sandboxed frame", async () => {
    const { origin } = await withApp();
    for (const from of ["https://evil.example", "http://app-other.localhost:8788", "null"]) {
      const body = new URLSearchParams({ provider: "github", to: "/" });
      const init = { method: "POST", headers: { Origin: from }, body, redirect: "manual" } as const;
      expect([from, (await door.fetch(`${origin}${SIGN_IN}/with`, init)).status]).toEqual([from, 403]);
    }
  });

  it("A hostile sign-in is limited to 20 attempts from one network", async () => {
    const { origin } = await withApp();
    const network = crypto.randomUUID();
    const statuses = [];
    for (let tries = 0; tries < 21; tries += 1) {
      const body = new URLSearchParams({ provider: "github", to: "/" });
      const headers = { Origin: origin, "CF-Connecting-IP": network };
      const answer = await door.fetch(`${origin}${SIGN_IN}/with`, {
        method: "POST",
        headers,
        body,
        redirect: "manual",
      });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 303), 429]);
  });
});

describe("a sign-in with a provider that fails", () => {
  it("a sign-in with a provider that fails says in words that the person cancelled it, the provider is down, or the secret is wrong", async () => {
    const { origin, put, register } = await withApp();
    const person = someone();
    await register(person);
    const browser = new Browser();
    const state = new URL(await browser.begin(origin, "github")).searchParams.get("state") ?? "";
    const cancelled = await browser.follow(`${callback}?${new URLSearchParams({ error: "access_denied", state })}`);
    expect(await cancelled.answer.text()).toContain("You cancelled the sign-in at GitHub.");
    await register(person, { down: true });
    expect(await (await browser.signIn(origin, "google")).answer.text()).toContain("be reached just now");
    await register(person);
    await put("GITHUB_CLIENT_SECRET", "another");
    expect(await (await browser.signIn(origin, "github")).answer.text()).toContain("owner must check the app");
  });

  it("a sign-in with a provider that fails shows no text of the address", async () => {
    const { origin } = await withApp();
    const page = await (await door.fetch(`${origin}${SIGN_IN}?problem=<b>x</b>&provider=<b>y</b>&to=/`)).text();
    expect(page).not.toContain("<b>");
    const known = await (await door.fetch(`${origin}${SIGN_IN}?problem=refused&provider=constructor`)).text();
    expect(known).toContain("The provider did not accept the sign-in.");
  });
});

describe("GET /sign-in", () => {
  it("GET /sign-in lists the providers with their secrets, each app's state, and the address to register", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const at = `/v1/projects/${id}`;
    const put = (name: string, target: string) =>
      ada.expect(200, `${at}/secrets/${name}`, { method: "PUT", body: { value: "value", target } });
    await put("GOOGLE_CLIENT_ID", "both");
    await put("GOOGLE_CLIENT_SECRET", "public");
    await put("GITHUB_CLIENT_ID", "both");
    expect(await ada.expect<SignInSettings>(200, `${at}/sign-in`)).toEqual({
      callbackUrl: callback,
      providers: [
        {
          provider: "github",
          clientIdSecret: "GITHUB_CLIENT_ID",
          clientSecretSecret: "GITHUB_CLIENT_SECRET",
          preview: false,
          public: false,
        },
        {
          provider: "google",
          clientIdSecret: "GOOGLE_CLIENT_ID",
          clientSecretSecret: "GOOGLE_CLIENT_SECRET",
          preview: false,
          public: true,
        },
      ],
    });
    await (await newAccount()).problem(404, `${at}/sign-in`);
  });
});
