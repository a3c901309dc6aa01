CREATE TABLE "message_comment" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"message_id" text NOT NULL,
	"author_id" text NOT NULL,
	"text" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "message_comment" ADD CONSTRAINT "message_comment_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_comment" ADD CONSTRAINT "message_comment_message_id_message_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."message"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_comment" ADD CONSTRAINT "message_comment_author_id_user_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "message_comment_message_id" ON "message_comment" USING btree ("message_id","id");--> statement-breakpoint
CREATE INDEX "message_comment_project_id" ON "message_comment" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "message_comment_author_id" ON "message_comment" USING btree ("author_id");
