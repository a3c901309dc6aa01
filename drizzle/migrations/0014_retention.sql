-- Each serves one line of worker/http/sweep-retention.ts, which looks for the oldest rows every minute.
DROP INDEX "operation_created_at";--> statement-breakpoint
CREATE INDEX "operation_start_created_at" ON "operation" USING btree ("created_at") WHERE kind = 'run.created';--> statement-breakpoint
CREATE INDEX "operation_other_created_at" ON "operation" USING btree ("created_at") WHERE kind <> 'run.created';--> statement-breakpoint
CREATE INDEX "event_created_at" ON "event" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "delivery_created_at" ON "delivery" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "session_expires_at" ON "session" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "verification_expires_at" ON "verification" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "api_token_revoked_at" ON "api_token" USING btree ("revoked_at") WHERE revoked_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_created_at" ON "audit" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "spending_day" ON "spending" USING btree ("day");--> statement-breakpoint
CREATE INDEX "usage_day" ON "usage" USING btree ("day");
