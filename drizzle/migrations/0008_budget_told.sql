ALTER TABLE "spending" ADD COLUMN "told" smallint DEFAULT 0 NOT NULL;
--> statement-breakpoint
-- What an account may spend a day: its own word, or the plan's.
CREATE FUNCTION daily_budget(owner text, plan_daily bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT u.daily_micro_usd FROM "user" u WHERE u.id = owner), plan_daily)
$$;
--> statement-breakpoint
-- Sets money aside for what is no run: all of it, where something is left of the day's budget and it has room.
CREATE FUNCTION set_aside(owner text, on_day date, micro_usd bigint, plan_daily bigint) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  daily bigint := daily_budget(owner, plan_daily);
  taken bigint := coalesce((SELECT s.spent + s.reserved FROM spending s WHERE s.owner_id = owner AND s.day = on_day), 0);
BEGIN
  IF taken >= daily OR micro_usd > daily OR NOT reserve(owner, on_day, micro_usd, daily) THEN
    RAISE EXCEPTION 'no money left' USING ERRCODE = 'ESBUD';
  END IF;
END $$;
--> statement-breakpoint
-- Tells the account's webhooks once that 80, and once that 100 percent of a day's budget are spent; again where the budget
-- was raised in between. It comes after what was spent, in the same transaction.
CREATE FUNCTION tell_budget(owner text, on_day date, plan_daily bigint, event_id text) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  daily bigint := daily_budget(owner, plan_daily);
  now_spent bigint;
  told_before smallint;
  percent smallint;
BEGIN
  SELECT s.spent, s.told INTO now_spent, told_before FROM spending s
    WHERE s.owner_id = owner AND s.day = on_day FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  percent := CASE WHEN now_spent = 0 THEN 0 WHEN now_spent >= daily THEN 100 WHEN now_spent >= daily * 0.8 THEN 80 ELSE 0 END;
  IF percent = told_before THEN RETURN; END IF;
  UPDATE spending SET told = percent WHERE owner_id = owner AND day = on_day;
  IF percent > told_before THEN
    PERFORM tell(event_id, owner, NULL, 'budget.threshold', jsonb_build_object('day', on_day, 'percent', percent,
      'spentMicroUsd', now_spent, 'dailyMicroUsd', daily));
  END IF;
END $$;
