CREATE TABLE "custom_domain" (
	"host" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"project_id" text,
	"provider_id" text,
	"status" text NOT NULL,
	"certificate" text NOT NULL,
	"records" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "published_name" (
	"name" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"project_id" text,
	"claimed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"released_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "published_version" (
	"project_id" text NOT NULL,
	"number" integer NOT NULL,
	"revision" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "published_version_project_id_number_pk" PRIMARY KEY("project_id","number")
);
--> statement-breakpoint
ALTER TABLE "project" ADD COLUMN "published_build" integer;--> statement-breakpoint
ALTER TABLE "project" ADD COLUMN "published_name" text;--> statement-breakpoint
ALTER TABLE "custom_domain" ADD CONSTRAINT "custom_domain_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "published_name" ADD CONSTRAINT "published_name_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "published_version" ADD CONSTRAINT "published_version_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "custom_domain_project_id" ON "custom_domain" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "custom_domain_due_at" ON "custom_domain" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "published_name_project_id" ON "published_name" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "published_name_released_at" ON "published_name" USING btree ("released_at");
