-- Stores the state of an alert rule after an evaluation. `change` with an `event` is a transition: it is written to the
-- history, and to the outbox of each owner of the platform, in the same transaction. Returns false when another
-- evaluation has changed the state since it was read, so that only one of two evaluations fires an alert.
-- change: {name, transitions, state, since, pendingSince, resolvedAt, value, evaluatedAt, owners, needsVerified,
--   event: {id, kind, data} | null}
CREATE OR REPLACE FUNCTION change_alert(change jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  is_transition boolean := jsonb_typeof(change -> 'event') = 'object';
BEGIN
  UPDATE alert_rule SET state = change ->> 'state', since = (change ->> 'since')::timestamptz,
      pending_since = (change ->> 'pendingSince')::timestamptz, resolved_at = (change ->> 'resolvedAt')::timestamptz,
      value = (change ->> 'value')::double precision, evaluated_at = (change ->> 'evaluatedAt')::timestamptz,
      transitions = transitions + is_transition::integer
    WHERE name = change ->> 'name' AND transitions = (change ->> 'transitions')::integer;
  IF NOT FOUND THEN RETURN false; END IF;
  IF is_transition THEN
    INSERT INTO alert_event (id, name, kind, data, at)
      VALUES (change #>> '{event,id}', change ->> 'name', change #>> '{event,kind}', change #> '{event,data}',
        (change ->> 'evaluatedAt')::timestamptz);
    PERFORM emit_event(sortable_id('evt'), u.id, NULL, 'alert.' || (change #>> '{event,kind}'), change #> '{event,data}')
      FROM "user" u WHERE u.email IN (SELECT jsonb_array_elements_text(change -> 'owners')) AND u.suspended_at IS NULL
        AND (u.email_verified OR NOT (change ->> 'needsVerified')::boolean);
  END IF;
  RETURN true;
END $$;
