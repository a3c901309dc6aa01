-- The limits of generated apps: the room for their files, their mails of a day, and the cost of a day's model calls.
CREATE TABLE "app_files" (
	"project_id" text NOT NULL,
	"target" text NOT NULL,
	"bytes" bigint NOT NULL,
	CONSTRAINT "app_files_project_id_target_pk" PRIMARY KEY("project_id","target")
);
--> statement-breakpoint
CREATE TABLE "app_mail" (
	"owner_id" text PRIMARY KEY NOT NULL,
	"day" date NOT NULL,
	"sent" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "app_files" ADD CONSTRAINT "app_files_project_id_project_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."project"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "app_mail" ADD CONSTRAINT "app_mail_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
-- Replaces the reservation for the files of one app's target, unless the files of all the account's apps would then exceed
-- its limit. Giving room back always succeeds. Returns false where there is no room, or no such project.
CREATE OR REPLACE FUNCTION reserve_app_files(project text, app_target text, wanted bigint, max_bytes bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  owner text := (SELECT p.owner_id FROM project p WHERE p.id = project FOR KEY SHARE);
  others bigint;
BEGIN
  -- One reservation of an account at a time, so that two cannot exceed the limit together.
  PERFORM FROM account_storage a WHERE a.owner_id = owner FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  SELECT coalesce(sum(f.bytes), 0) INTO others FROM app_files f JOIN project p ON p.id = f.project_id
    WHERE p.owner_id = owner AND NOT (f.project_id = project AND f.target = app_target);
  IF others + wanted > max_bytes AND wanted > coalesce((SELECT f.bytes FROM app_files f
    WHERE f.project_id = project AND f.target = app_target), 0) THEN RETURN false; END IF;
  INSERT INTO app_files (project_id, target, bytes) VALUES (project, app_target, wanted)
    ON CONFLICT (project_id, target) DO UPDATE SET bytes = excluded.bytes;
  RETURN true;
END $$;
--> statement-breakpoint
-- Counts one mail of an account's apps on a day (UTC). Returns false where the day's mails are used up.
CREATE OR REPLACE FUNCTION take_app_mail(owner text, on_day date, max_mails integer) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO app_mail AS m (owner_id, day, sent) SELECT owner, on_day, 1 WHERE max_mails > 0
    ON CONFLICT (owner_id) DO UPDATE SET day = on_day, sent = CASE WHEN m.day = on_day THEN m.sent + 1 ELSE 1 END
      WHERE m.day <> on_day OR m.sent < max_mails;
  RETURN FOUND;
END $$;
--> statement-breakpoint
-- Reserves money for a model call of a generated app. Raises ESAPP where the app's limit of a day is used up, and
-- the errors of set_aside.
-- meta: as of set_aside, with `appMicroUsd`; the agent is `app`.
CREATE OR REPLACE FUNCTION set_aside_for_app(meta jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  project text := meta ->> 'projectId';
  on_day date := (meta ->> 'day')::date;
  taken bigint;
BEGIN
  -- One reservation of an app at a time, so that parallel calls cannot exceed its limit together.
  PERFORM pg_advisory_xact_lock(hashtextextended('app_money:' || project, 0));
  SELECT coalesce((SELECT sum(u.micro_usd) FROM usage u WHERE u.owner_id = meta ->> 'ownerId' AND u.day = on_day
      AND u.project_id = project AND u.agent = meta ->> 'agent'), 0)
    + coalesce((SELECT sum(r.micro_usd) FROM reservation r WHERE r.owner_id = meta ->> 'ownerId' AND r.day = on_day
      AND r.project_id = project AND r.agent = meta ->> 'agent'), 0) INTO taken;
  IF taken + (meta ->> 'microUsd')::bigint > (meta ->> 'appMicroUsd')::bigint THEN
    RAISE EXCEPTION 'no money left for the app' USING ERRCODE = 'ESAPP';
  END IF;
  PERFORM set_aside(meta);
END $$;
