export { type Outbound, outboxOfOperation, outboxStatement } from "./outbox.ts";
