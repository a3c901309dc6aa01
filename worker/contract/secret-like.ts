const secretName = /SECRET|PRIVATE_?KEY|SERVICE_ROLE|PASSWORD/i;
const secretValue =
  /^(sk-|sk_live_|sk_test_|rk_live_|whsec_|ghp_|gho_|github_pat_|glpat-|xox[abp]-|AKIA[0-9A-Z]{16}$|-----BEGIN [A-Z ]*PRIVATE KEY)/;

/** Whether a variable resembles a secret so much that its value must not be where visitors can read it. */
export const looksSecret = (name: string, value: string): boolean =>
  value !== "" && (secretName.test(name) || secretValue.test(value) || isServiceRoleToken(value));

/** Supabase's service role key is a JSON Web Token like the public one; only its payload distinguishes them. */
function isServiceRoleToken(value: string): boolean {
  const payload = /^eyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]+$/.exec(value)?.[1];
  if (payload === undefined || payload.length % 4 === 1) return false;
  const base64 = payload.replaceAll("-", "+").replaceAll("_", "/");
  return atob(base64 + "=".repeat((4 - (base64.length % 4)) % 4)).includes('"service_role"');
}

const credentialName = /SECRET|TOKEN|KEY|PASS|CREDENTIAL|AUTH|DSN|PRIVATE|SALT|SIGNATURE|CONNECTION|WEBHOOK/i;
/** An address with a user's name or password, or a text without spaces that is too long and mixed to be a word. */
const credentialValue = /^[a-z][a-z0-9+.-]*:\/\/[^/\s]*@|^(?=\S{20,}$)(?=.*\d)(?=.*[A-Za-z])[\w+/=.~-]+$/;

/** Whether a server's variable may be a credential. In doubt it may, since a variable also works as a secret. */
export const mayBeCredential = (name: string, value: string): boolean =>
  looksSecret(name, value) || credentialName.test(name) || credentialValue.test(value);
