// The label of a staged app's origin, `<label>.<PREVIEW_DOMAIN>`. Its 128 random bits grant access, so that only the
// database maps it to a project.

/** Whether a label has the form of a staged app's. */
export const isStagingLabel = (label: string): boolean => /^stg-[a-z2-7]{26}$/.test(label);

/** @returns a new label of a staged app */
export const newStagingLabel = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(26));
  return `stg-${Array.from(bytes, (byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte % 32]).join("")}`;
};
