CREATE TABLE "preview_link_use" (
	"id" text PRIMARY KEY NOT NULL,
	"used_by" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "preview_visit" (
	"project_id" text NOT NULL,
	"visitor" text NOT NULL,
	"epoch" text NOT NULL,
	"revision" integer NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "preview_visit_project_id_visitor_pk" PRIMARY KEY("project_id","visitor")
);
--> statement-breakpoint
ALTER TABLE "project" ADD COLUMN "preview_epoch" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "preview_visit" ADD CONSTRAINT "preview_visit_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "preview_link_use_expires_at" ON "preview_link_use" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "preview_visit_expires_at" ON "preview_visit" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "api_token_expires_at" ON "api_token" USING btree ("expires_at") WHERE "api_token"."revoked_at" IS NULL;
