import { timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath, published } from "./projects.ts";
import { publishedNameText } from "./published-name.ts";
import { defineRoute, emptyBody, json, jsonBody, optionalBody, z } from "./route.ts";

export type PublishedName = z.infer<typeof shapes.publishedNameResult>;

export const publishedVersion = z
  .object({
    number: z.int().openapi({ description: "The number of the publication, which grows with each." }),
    revision: z.int(),
    live: z.boolean().openapi({ description: "Whether visitors see this version now." }),
    createdAt: timestamp,
  })
  .openapi("PublishedVersion");
export type PublishedVersion = z.infer<typeof publishedVersion>;

export type StagedApp = z.infer<typeof shapes.stagedApp>;

export const dnsRecord = z.object({
  type: z.enum(["CNAME", "TXT"]),
  name: z.string().openapi({ description: "The full name of the record." }),
  value: z.string().openapi({ description: "The content of the record." }),
  purpose: z.enum(["routing", "ownership", "certificate"]).openapi({
    description: "`routing` leads visitors here; `ownership` and `certificate` prove that the domain is yours.",
  }),
});
export type DnsRecord = z.infer<typeof dnsRecord>;

const domainState = z.enum(["pending", "active", "failed"]);

export const customDomain = z
  .object({
    host: z.string().openapi({ example: "shop.example.com" }),
    status: domainState.openapi({
      description: "`pending` until the records are found and the certificate is issued; `active` serves the app.",
    }),
    certificate: domainState.openapi({ description: "The state of its TLS certificate." }),
    records: z.array(dnsRecord).openapi({ description: "The DNS records to create at the domain's provider." }),
    createdAt: timestamp,
  })
  .openapi("CustomDomain");
export type CustomDomain = z.infer<typeof customDomain>;

const shapes = lazily(() => {
  const publishedNameResult = z
    .object({
      name: z.string().nullable().openapi({ description: "The chosen name, or null." }),
      url: z.string().openapi({ description: "The app's public URL once it is published." }),
    })
    .openapi("PublishedName");
  const stagedApp = z
    .object({
      url: z.string().openapi({ description: "The URL at which anyone who knows it can use the app." }),
      revision: z.int(),
      live: z.boolean().openapi({ description: "Whether its build is the public one." }),
      stagedAt: timestamp.openapi({ description: "When the revision was staged." }),
    })
    .openapi("StagedApp");
  const revisionOnly = z.strictObject({ revision: z.int().min(0).optional() });
  const domainPath = projectPath.extend({
    host: z.string().openapi({ description: "The domain, such as `shop.example.com`.", example: "shop.example.com" }),
  });
  const versionPath = projectPath.extend({
    number: z.string().openapi({ description: "The number of a version.", example: "3" }),
  });

  return { publishedNameResult, stagedApp, revisionOnly, domainPath, versionPath };
});

export const publicationRoutes = lazily(() => ({
  getPublishedName: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/publish/name",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Publishing"],
    summary: "The chosen name of the public address",
    request: { params: projectPath },
    responses: { 200: json(shapes.publishedNameResult, "The name and the address"), ...problems(401, 403, 404) },
  }),
  putPublishedName: defineRoute({
    method: "put",
    path: "/v1/projects/{id}/publish/name",
    access: "projects:write",
    role: "owner",
    audit: "publication.named",
    limit: "write",
    tags: ["Publishing"],
    summary: "Choose the name of the public address; the previous name is released",
    request: { params: projectPath, body: jsonBody(z.strictObject({ name: publishedNameText })) },
    responses: {
      200: json(shapes.publishedNameResult, "The name and the address"),
      ...problems(400, 401, 403, 404, 409, 415, 422),
    },
  }),
  deletePublishedName: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/publish/name",
    access: "projects:write",
    role: "owner",
    audit: "publication.name_released",
    limit: "write",
    tags: ["Publishing"],
    summary: "Release the name; nobody else can take it for 30 days",
    request: { params: projectPath },
    responses: { 204: { description: "The app has its address by id" }, ...problems(401, 403, 404) },
  }),
  listPublishedVersions: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/publish/versions",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Publishing"],
    summary: "The last ten publications, newest first",
    request: { params: projectPath, query: pageQuery },
    responses: { 200: json(pageOf(publishedVersion), "A page of versions"), ...problems(400, 401, 403, 404, 422) },
  }),
  restorePublishedVersion: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/publish/versions/{number}/restore",
    access: "projects:write",
    role: "owner",
    audit: "publication.restored",
    limit: "write",
    tags: ["Publishing"],
    summary: "Restore an earlier publication, exactly as it was built; visitors' data is kept",
    request: { params: shapes.versionPath, body: optionalBody(emptyBody) },
    responses: { 200: json(published, "Where the app is public"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  getStagedApp: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/publish/staging",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Publishing"],
    summary: "The staged app: a build on trial, at an unguessable address",
    request: { params: projectPath },
    responses: {
      200: json(
        z.object({
          staged: z.union([shapes.stagedApp, z.null()]).openapi({ description: "Null when nothing is staged." }),
        }),
        "The staged app",
      ),
      ...problems(401, 403, 404),
    },
  }),
  stageProject: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/publish/staging",
    access: "projects:write",
    role: "owner",
    audit: "staging.created",
    limit: "write",
    tags: ["Publishing"],
    summary: "Stage the app at a revision, the head by default, at its staging address, with data of its own",
    request: { params: projectPath, body: optionalBody(shapes.revisionOnly) },
    responses: { 200: json(published, "Where the app is staged"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  promoteStagedApp: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/publish/staging/promote",
    access: "projects:write",
    role: "owner",
    audit: "staging.promoted",
    limit: "write",
    tags: ["Publishing"],
    summary: "Publish the staged build, byte for byte; with a revision, only if that revision is staged",
    request: { params: projectPath, body: optionalBody(shapes.revisionOnly) },
    responses: { 200: json(published, "Where the app is public"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  discardStagedApp: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/publish/staging",
    access: "projects:write",
    role: "owner",
    audit: "staging.discarded",
    limit: "write",
    tags: ["Publishing"],
    summary: "Discard the staged app, with its address and its data",
    request: { params: projectPath },
    responses: { 204: { description: "Nothing is staged" }, ...problems(401, 403, 404) },
  }),
  listDomains: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/publish/domains",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Publishing"],
    summary: "The project's own domains, oldest first",
    request: { params: projectPath, query: pageQuery },
    responses: { 200: json(pageOf(customDomain), "A page of domains"), ...problems(400, 401, 403, 404, 422) },
  }),
  getDomain: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/publish/domains/{host}",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Publishing"],
    summary: "The state of a domain, as its provider reports it now",
    request: { params: shapes.domainPath },
    responses: { 200: json(customDomain, "The domain"), ...problems(401, 403, 404, 422) },
  }),
  putDomain: defineRoute({
    method: "put",
    path: "/v1/projects/{id}/publish/domains/{host}",
    access: "projects:write",
    role: "owner",
    audit: "domain.added",
    limit: "write",
    tags: ["Publishing"],
    summary: "Attach a domain to the project, or check again",
    request: { params: shapes.domainPath, body: optionalBody(emptyBody) },
    responses: {
      200: json(customDomain, "The domain with the DNS records to create"),
      ...problems(400, 401, 403, 404, 409, 415, 422),
    },
  }),
  deleteDomain: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/publish/domains/{host}",
    access: "projects:write",
    role: "owner",
    audit: "domain.removed",
    limit: "write",
    tags: ["Publishing"],
    summary: "Detach a domain",
    request: { params: shapes.domainPath },
    responses: { 204: { description: "The domain no longer serves the app" }, ...problems(401, 403, 404, 422) },
  }),
}));
