ALTER TABLE "webhook" ADD COLUMN "host" text GENERATED ALWAYS AS (lower(coalesce(substring(url from '^[^:]+://([^/?#]+)'), ''))) STORED;--> statement-breakpoint
ALTER TABLE "webhook" ADD COLUMN "previous_secrets" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook" ADD COLUMN "seal_key" text DEFAULT '' NOT NULL;--> statement-breakpoint
UPDATE "webhook" SET "previous_secrets" = jsonb_build_array(jsonb_build_object('sealed', "previous_sealed_secret", 'until', "previous_until"))
  WHERE "previous_sealed_secret" IS NOT NULL AND "previous_until" > now();--> statement-breakpoint
ALTER TABLE "webhook" DROP COLUMN "previous_sealed_secret";--> statement-breakpoint
ALTER TABLE "webhook" DROP COLUMN "previous_until";--> statement-breakpoint
CREATE INDEX "webhook_seal_key" ON "webhook" USING btree ("seal_key");--> statement-breakpoint
ALTER TABLE "delivery" ADD COLUMN "leased_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "delivery" ADD COLUMN "is_test" boolean DEFAULT false NOT NULL;--> statement-breakpoint
UPDATE "delivery" SET "is_test" = true FROM "event"
  WHERE "event"."id" = "delivery"."event_id" AND "event"."type" = 'webhook.test' AND "delivery"."status" = 'pending';--> statement-breakpoint
DROP INDEX "delivery_due";--> statement-breakpoint
CREATE INDEX "delivery_due" ON "delivery" USING btree ("webhook_id","next_attempt_at","id") WHERE "delivery"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "delivery_due_test" ON "delivery" USING btree ("webhook_id","next_attempt_at") WHERE "delivery"."status" = 'pending' AND "delivery"."is_test";--> statement-breakpoint
CREATE INDEX "delivery_leased" ON "delivery" USING btree ("leased_until") WHERE "delivery"."leased_until" IS NOT NULL;--> statement-breakpoint
CREATE TABLE "webhook_circuit" (
	"owner_id" text NOT NULL,
	"host" text NOT NULL,
	"failures" integer NOT NULL,
	"open_until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "webhook_circuit_owner_id_host_pk" PRIMARY KEY("owner_id","host")
);
--> statement-breakpoint
ALTER TABLE "webhook_circuit" ADD CONSTRAINT "webhook_circuit_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "webhook_circuit_open_until" ON "webhook_circuit" USING btree ("open_until");--> statement-breakpoint
ALTER TABLE "trigger" ADD COLUMN IF NOT EXISTS "enabled" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "trigger" ADD COLUMN IF NOT EXISTS "disabled_reason" text;--> statement-breakpoint
ALTER TABLE "trigger" ADD COLUMN "previous_secrets" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "trigger" ADD COLUMN "seal_key" text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "trigger_owner_id" ON "trigger" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "trigger_seal_key" ON "trigger" USING btree ("seal_key");--> statement-breakpoint
ALTER TABLE "trigger_receipt" ADD COLUMN "body_sha256" text;--> statement-breakpoint
ALTER TABLE "trigger_receipt" ADD COLUMN "event" text;--> statement-breakpoint
ALTER TABLE "trigger_receipt" ADD COLUMN "outcome" text;--> statement-breakpoint
ALTER TABLE "trigger_receipt" ADD COLUMN "error" text;--> statement-breakpoint
CREATE UNIQUE INDEX "trigger_receipt_body" ON "trigger_receipt" USING btree ("trigger_id","body_sha256");--> statement-breakpoint
CREATE INDEX "trigger_receipt_op_id" ON "trigger_receipt" USING btree ("trigger_id","op_id");--> statement-breakpoint
CREATE INDEX "trigger_receipt_queued" ON "trigger_receipt" USING btree ("op_id") WHERE "trigger_receipt"."outcome" = 'queued';--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "is_ended" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "rank" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "subscription" ADD COLUMN "event_id" text DEFAULT '' NOT NULL;
