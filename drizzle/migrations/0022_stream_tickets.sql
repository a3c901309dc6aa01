CREATE TABLE "stream_ticket" (
	"sha256" text PRIMARY KEY NOT NULL,
	"resource" text NOT NULL,
	"sealed_credential" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "stream_ticket_expires_at" ON "stream_ticket" USING btree ("expires_at");
