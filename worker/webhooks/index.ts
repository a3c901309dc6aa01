export { createTrigger } from "./create-trigger.ts";
export { createWebhook } from "./create-webhook.ts";
export { dedupeDelivery } from "./dedupe-delivery.ts";
export { deleteTrigger } from "./delete-trigger.ts";
export { deleteWebhook } from "./delete-webhook.ts";
export { consumeDeliveries, sweepDeliveries, wakeDeliveries } from "./deliver.ts";
export { newEventId } from "./event-origins.ts";
export { getTrigger } from "./get-trigger.ts";
export { getWebhook } from "./get-webhook.ts";
export { listDeliveries } from "./list-deliveries.ts";
export { listReceipts } from "./list-receipts.ts";
export { listTriggers } from "./list-triggers.ts";
export { listWebhooks } from "./list-webhooks.ts";
export { budgetOutbox, outboxOfOperation, outboxStatement } from "./outbox.ts";
export {
  type QueuedReceipt,
  queueReceipt,
  selectQueued,
  selectQueuedRuns,
  selectStoredReceipt,
  updateReceipt,
} from "./receipts-store.ts";
export { recoverWebhook } from "./recover-webhook.ts";
export { redeliver } from "./redeliver.ts";
export { reencryptSecrets } from "./reencrypt-secrets.ts";
export { renderPrompt } from "./render-prompt.ts";
export { rotateSecret, rotateTriggerSecret } from "./rotate-secret.ts";
export { forgetOldCircuits } from "./store.ts";
export { testWebhook } from "./test-webhook.ts";
export { updateTrigger } from "./update-trigger.ts";
export { updateWebhook } from "./update-webhook.ts";
export { readDelivery, refusedSignature, type Verified, verifyDelivery } from "./verify-delivery.ts";
