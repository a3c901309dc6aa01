import type {
  ApiToken,
  AuditEntry,
  Deletion,
  Delivery,
  EnabledHooks,
  Me,
  NewApiToken,
  NewWebhook,
  Page,
  Ready,
  Scope,
  Session as SignedIn,
  UsageGroup,
  UsageReport,
  Webhook,
  WebhookInput,
  WebhookUpdate,
} from "../../../worker/contract/index.ts";
import { enc, get, post, request } from "./client.ts";

export type Session = { user: { id: string; name: string; email: string } } | null;
/** `expired`: there was one, and it ran out without the person's doing. */
export type KnownSession = Session | "expired";

export const getSession = () => get<Session>("/v1/auth/get-session");
export const signUp = (body: { name: string; email: string; password: string }) =>
  post<unknown>("/v1/auth/sign-up/email", body);
export const signIn = (body: { email: string; password: string }) => post<unknown>("/v1/auth/sign-in/email", body);
/** @returns the address at GitHub at which to go on */
export const signInWithGitHub = (body: { callbackURL: string; errorCallbackURL: string }) =>
  post<{ url: string }>("/v1/auth/sign-in/social", { provider: "github", ...body });
export const requestPasswordReset = (email: string) => post<unknown>("/v1/auth/request-password-reset", { email });
export const resetPassword = (body: { token: string; newPassword: string }) =>
  post<unknown>("/v1/auth/reset-password", body);
export const changePassword = (body: {
  currentPassword: string;
  newPassword: string;
  revokeOtherSessions: boolean;
  keepTokens: boolean;
}) => post<unknown>("/v1/auth/change-password", body);
export const sendVerificationMail = (email: string) =>
  post<unknown>("/v1/auth/send-verification-email", { email, callbackURL: "/settings/security" });
export const signOut = () => post<unknown>("/v1/auth/sign-out");

export const getReady = () => get<Ready>("/v1/ready");

export const getMe = () => get<Me>("/v1/me");
export const updateMe = (body: { name?: string; budget?: { dailyMicroUsd: number } }) =>
  request<Me>("PATCH", "/v1/me", { body });

export const deleteMe = () => request<Deletion>("DELETE", "/v1/me");
export const restoreMe = () => post<Me>("/v1/me/restore");
export const enableHooks = () => post<EnabledHooks>("/v1/me/hooks/enable");
/** Where a browser downloads all that the account holds. */
export const exportAddress = "/v1/me/export";
export const listSessions = (cursor: string | null) => get<Page<SignedIn>>("/v1/me/sessions", { cursor });
export const endSession = (id: string) => request<null>("DELETE", `/v1/me/sessions/${enc(id)}`);
export const endOtherSessions = () => request<null>("DELETE", "/v1/me/sessions");

export const getUsage = (about: { from: string; groupBy: UsageGroup }) => get<UsageReport>("/v1/usage", about);

export const listAudit = (cursor: string | null) => get<Page<AuditEntry>>("/v1/audit", { cursor });

export const listTokens = (cursor: string | null) => get<Page<ApiToken>>("/v1/tokens", { cursor });
export const createToken = (body: { name: string; scopes: Scope[]; expiresInDays?: number }) =>
  post<NewApiToken>("/v1/tokens", body);
export const revokeToken = (id: string) => request<null>("DELETE", `/v1/tokens/${enc(id)}`);
export const rotateToken = (id: string) => post<NewApiToken>(`/v1/tokens/${enc(id)}/rotate`, { overlapSeconds: 3600 });

export const listWebhooks = (cursor: string | null) => get<Page<Webhook>>("/v1/webhooks", { cursor });
export const createWebhook = (body: WebhookInput) => post<NewWebhook>("/v1/webhooks", body);
export const updateWebhook = (id: string, body: WebhookUpdate) =>
  request<Webhook>("PATCH", `/v1/webhooks/${enc(id)}`, { body });
export const deleteWebhook = (id: string) => request<null>("DELETE", `/v1/webhooks/${enc(id)}`);
export const testWebhook = (id: string) => request<{ deliveryId: string }>("POST", `/v1/webhooks/${enc(id)}/test`);
export const listDeliveries = (id: string) => get<Page<Delivery>>(`/v1/webhooks/${enc(id)}/deliveries`, { limit: 10 });
export const redeliver = (id: string) => request<{ deliveryId: string }>("POST", `/v1/deliveries/${enc(id)}/redeliver`);
export const rotateWebhookSecret = (id: string) =>
  post<NewWebhook>(`/v1/webhooks/${enc(id)}/rotate-secret`, { overlapSeconds: 86_400 });
