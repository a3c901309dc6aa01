import { type Caller, callerWith } from "../stage/caller.ts";
import type { TestStack } from "../stage/stack.ts";

/**
 * Signs up a configured operator of the platform.
 * @param email one of the stack's `ADMIN_EMAILS`
 * @returns a caller that authenticates by cookie, since a token cannot access the administration
 */
export async function signUpOwner({ stack }: TestStack, email: string): Promise<Caller> {
  const { appUrl, port } = stack;
  const anonymous = callerWith(appUrl, port, { Origin: appUrl }, "");
  const body = { name: "Olga Owner", email, password: "correct horse battery" };
  const answer = await anonymous.request("/v1/auth/sign-up/email", { body });
  if (!answer.ok) throw new Error(`sign-up: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  return callerWith(appUrl, port, { Origin: appUrl, Cookie: cookie }, cookie);
}
