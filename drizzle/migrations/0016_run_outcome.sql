ALTER TABLE "run" ADD COLUMN "outcome" jsonb;
