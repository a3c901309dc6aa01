-- The former name of emit_budget_event, for Workers of the version before migration 0025. Drop it in a later migration.
CREATE OR REPLACE FUNCTION tell_budget(owner text, on_day date, plan_daily bigint, event_id text) RETURNS void
LANGUAGE sql AS $$ SELECT emit_budget_event(owner, on_day, plan_daily, event_id) $$;
