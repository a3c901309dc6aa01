-- Returns a new id: the prefix, the time in milliseconds as hexadecimal digits, and 16 random digits. Ids sort by
-- time.
CREATE OR REPLACE FUNCTION sortable_id(prefix text) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT prefix || '_' || lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
    || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)
$$;
