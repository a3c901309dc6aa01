export { announceChange } from "./announce-change.ts";
export { deleteSecret, deleteVariable } from "./delete-named.ts";
export { type AppAccess, checkRequestedHost, describeAccess, describeRequested } from "./describe-access.ts";
export { createGrant, deleteGrant } from "./grants.ts";
export { listGrants, listSecrets, listVariables, placeOf } from "./lists.ts";
export { putSecret } from "./put-secret.ts";
export { putVariable } from "./put-variable.ts";
export { readAppEnvironment } from "./read-app-environment.ts";
export { reencryptAppSecrets } from "./reencrypt-app-secrets.ts";
