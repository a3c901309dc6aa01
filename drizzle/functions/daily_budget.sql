-- Returns an account's daily budget in micro-dollars: its own limit, or the plan's.
CREATE OR REPLACE FUNCTION daily_budget(owner text, plan_daily bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT u.daily_micro_usd FROM "user" u WHERE u.id = owner), plan_daily)
$$;
