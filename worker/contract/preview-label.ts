// The labels of a project's preview origins, `<label>.<PREVIEW_DOMAIN>`: one for visitors with a cookie, whose name is
// not secret, and one for browsers that keep no cookie, whose name ends in a secret.

/** @returns the label of a project's preview origin for visitors with a cookie */
export const previewLabelOf = (projectId: string): string => projectId.replace("_", "-");

/** @param secret 26 characters of base32 */
export const cookielessLabelOf = (projectId: string, secret: string): string =>
  `${previewLabelOf(projectId)}-${secret}`;

export type PreviewLabel = { projectId: string; secret: string | null };

/**
 * Parses the label of a preview origin.
 * @returns the project and the secret, if any; null for any other label
 */
export function readPreviewLabel(label: string): PreviewLabel | null {
  const [, id, secret] = /^prj-([0-9a-z]+)(?:-([a-z2-7]{26}))?$/.exec(label) ?? [];
  return id === undefined ? null : { projectId: `prj_${id}`, secret: secret ?? null };
}
