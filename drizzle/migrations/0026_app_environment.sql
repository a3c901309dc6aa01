CREATE TABLE "app_grant" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"host" text NOT NULL,
	"methods" text[],
	"path_prefix" text,
	"header" jsonb,
	"query" jsonb,
	"target" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "app_secret" (
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"target" text NOT NULL,
	"sealed" text NOT NULL,
	"seal_key" text NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "app_secret_project_id_name_target_pk" PRIMARY KEY("project_id","name","target")
);
--> statement-breakpoint
CREATE TABLE "app_variable" (
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"target" text NOT NULL,
	"value" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "app_variable_project_id_name_target_pk" PRIMARY KEY("project_id","name","target")
);
--> statement-breakpoint
ALTER TABLE "app_grant" ADD CONSTRAINT "app_grant_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "app_secret" ADD CONSTRAINT "app_secret_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "app_variable" ADD CONSTRAINT "app_variable_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "app_grant_project_id" ON "app_grant" USING btree ("project_id","id");--> statement-breakpoint
CREATE INDEX "app_secret_seal_key" ON "app_secret" USING btree ("seal_key");