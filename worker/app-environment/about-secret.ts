/** @returns the additional authenticated data of a secret's ciphertext, so that it cannot be copied into another row */
export const aboutSecret = ({ projectId, name, target }: { projectId: string; name: string; target: string }): string =>
  `${projectId}/${name}/${target}`;
