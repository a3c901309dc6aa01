-- Emits `budget.threshold` once at 80 and once at 100 percent of a day's budget, and again when the budget was raised in
-- between. It follows the statement that adds to the spending, in the same transaction.
CREATE OR REPLACE FUNCTION emit_budget_event(owner text, on_day date, plan_daily bigint, event_id text) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  daily bigint := daily_budget(owner, plan_daily);
  now_spent bigint;
  notified_before smallint;
  percent smallint;
BEGIN
  SELECT s.spent, s.notified_percent INTO now_spent, notified_before FROM spending s
    WHERE s.owner_id = owner AND s.day = on_day FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  percent := CASE WHEN now_spent = 0 THEN 0 WHEN now_spent >= daily THEN 100 WHEN now_spent >= daily * 0.8 THEN 80 ELSE 0 END;
  IF percent = notified_before THEN RETURN; END IF;
  UPDATE spending SET notified_percent = percent WHERE owner_id = owner AND day = on_day;
  IF percent > notified_before THEN
    PERFORM emit_event(event_id, owner, NULL, 'budget.threshold', jsonb_build_object('day', on_day, 'percent', percent,
      'spentMicroUsd', now_spent, 'dailyMicroUsd', daily));
  END IF;
END $$;
