CREATE TABLE "untold_publication" (
	"project_id" text PRIMARY KEY NOT NULL,
	"number" integer,
	"due_at" timestamp (3) with time zone DEFAULT now() + interval '30 seconds' NOT NULL
);
--> statement-breakpoint
ALTER TABLE "project" ADD COLUMN "published_revision" integer;--> statement-breakpoint
ALTER TABLE "project" ADD COLUMN "publication" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "untold_publication_due_at" ON "untold_publication" USING btree ("due_at");