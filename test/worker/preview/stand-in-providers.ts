// Stands in for GitHub's and Google's sign-in, over their protocols: the authorization endpoint, PKCE, codes that work
// once and for one client and address, GitHub's user and addresses, Google's signed id tokens and keys.
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    providersUrl: string;
  }
}

/** The person who signs in at the stand-in, and the faults of its answers. */
type Person = {
  subject: number;
  email: string;
  verified: boolean;
  name: string;
  /** Faults of Google's id token. */
  fault?: "signature" | "audience" | "issuer" | "nonce" | "expired" | "algorithm";
};

type Grant = { person: Person; clientId: string; redirectUri: string; challenge: string; nonce: string };

/** Global set-up: starts the stand-ins for tests that run in workerd. */
export async function setup({ provide }: TestProject) {
  const server = await startProviders();
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  provide("providersUrl", `http://127.0.0.1:${address.port}`);
  return () => {
    server.closeAllConnections();
    server.close();
  };
}

/**
 * Starts both. `PUT /<client id>` with `{secret, person}` registers a client and the person who is signed in at the
 * provider there, `{down: true}` has it answer 503.
 */
async function startProviders() {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const other = await generateKeyPair("RS256");
  const clients = new Map<string, { secret: string; person: Person; down?: boolean }>();
  const codes = new Map<string, Grant>();
  const tokens = new Map<string, Person>();

  const idToken = ({ person, clientId, nonce }: Grant, issuer: string): Promise<string> => {
    const { fault } = person;
    const claims = {
      email: person.email,
      email_verified: person.verified,
      name: person.name,
      nonce: fault === "nonce" ? "another" : nonce,
    };
    if (fault === "algorithm") {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const now = Math.floor(Date.now() / 1_000);
      const whole = { ...claims, sub: String(person.subject), iss: issuer, aud: clientId, iat: now, exp: now + 600 };
      return Promise.resolve(`${part({ alg: "none" })}.${part(whole)}.`);
    }
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: "one" })
      .setSubject(String(person.subject))
      .setIssuer(fault === "issuer" ? "https://evil.example" : issuer)
      .setAudience(fault === "audience" ? "another-client" : clientId)
      .setIssuedAt(fault === "expired" ? "-2h" : undefined)
      .setExpirationTime(fault === "expired" ? "-1h" : "10m")
      .sign(fault === "signature" ? other.privateKey : privateKey);
  };

  /** Redirects with a code, as for a person who has agreed. */
  const authorize = (url: URL, response: ServerResponse) => {
    const asked = url.searchParams;
    const clientId = asked.get("client_id") ?? "";
    const client = clients.get(clientId);
    const isWhole = asked.get("code_challenge_method") === "S256" && asked.get("response_type") === "code";
    if (client === undefined || !isWhole) return json(response, 400, { error: "invalid_request" });
    const code = randomUUID();
    const redirectUri = asked.get("redirect_uri") ?? "";
    const proofs = { challenge: asked.get("code_challenge") ?? "", nonce: asked.get("nonce") ?? "" };
    codes.set(code, { person: client.person, clientId, redirectUri, ...proofs });
    const back = new URL(redirectUri);
    back.search = new URLSearchParams({ code, state: asked.get("state") ?? "" }).toString();
    response.writeHead(302, { location: back.href }).end();
  };

  /** Exchanges a code once, and only with all of its proofs. */
  const exchange = async (request: IncomingMessage, response: ServerResponse, issuer: string | null) => {
    const sent = new URLSearchParams(await bodyOf(request));
    const code = sent.get("code") ?? "";
    const grant = codes.get(code);
    codes.delete(code);
    const client = clients.get(sent.get("client_id") ?? "");
    if (client?.down) return json(response, 503, {});
    const challenge = createHash("sha256")
      .update(sent.get("code_verifier") ?? "")
      .digest("base64url");
    const isRight =
      grant !== undefined &&
      client !== undefined &&
      client.secret === sent.get("client_secret") &&
      grant.clientId === sent.get("client_id") &&
      grant.redirectUri === sent.get("redirect_uri") &&
      grant.challenge === challenge;
    // GitHub answers 200 with an error, Google 400.
    if (!isRight) return json(response, issuer === null ? 200 : 400, { error: "invalid_grant" });
    const token = randomUUID();
    tokens.set(token, grant.person);
    const more = issuer === null ? {} : { id_token: await idToken(grant, issuer) };
    return json(response, 200, { access_token: token, token_type: "bearer", ...more });
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    if (request.method === "PUT") {
      clients.set(url.pathname.slice(1), JSON.parse(await bodyOf(request)));
      return json(response, 200, {});
    }
    const person = tokens.get((request.headers.authorization ?? "").replace("Bearer ", ""));
    switch (url.pathname) {
      case "/github/login/oauth/authorize":
      case "/google/o/oauth2/v2/auth":
        return authorize(url, response);
      case "/github/login/oauth/access_token":
        return exchange(request, response, null);
      case "/google/token":
        return exchange(request, response, `${url.origin}/google`);
      case "/google/oauth2/v3/certs":
        return json(response, 200, {
          keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" }],
        });
      case "/github/user":
        if (person === undefined || request.headers["user-agent"] === undefined) return json(response, 401, {});
        return json(response, 200, { id: person.subject, login: "octo", name: person.name, email: person.email });
      case "/github/user/emails":
        if (person === undefined) return json(response, 401, {});
        return json(response, 200, [{ email: person.email, primary: true, verified: person.verified }]);
      default:
        return json(response, 404, {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
