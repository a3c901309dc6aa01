CREATE TABLE "backup" (
	"at" timestamp (3) with time zone PRIMARY KEY NOT NULL,
	"rows" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trace" (
	"request_id" text NOT NULL,
	"span_id" text NOT NULL,
	"trace_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"dropped" integer NOT NULL,
	"spans" jsonb NOT NULL,
	CONSTRAINT "trace_request_id_span_id_pk" PRIMARY KEY("request_id","span_id")
);
--> statement-breakpoint
CREATE INDEX "trace_trace_id" ON "trace" USING btree ("trace_id");--> statement-breakpoint
CREATE INDEX "trace_at" ON "trace" USING btree ("at");
--> statement-breakpoint
-- A day, and two hours for a backup that takes long.
INSERT INTO "alert_rule" ("name", "metric", "aggregation", "window_seconds", "threshold", "for_seconds", "cooldown_seconds",
  "severity", "min_samples") VALUES
  ('backup_age', 'backup_age_seconds', 'max', 60, 93600, 0, 3600, 'page', 0) ON CONFLICT (name) DO NOTHING;
