ALTER TABLE "run" ADD COLUMN "model" text;--> statement-breakpoint
ALTER TABLE "run" ADD COLUMN "steps" jsonb;