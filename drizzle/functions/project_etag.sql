-- Returns a project's ETag: it changes with every revision and every update of the project's row.
CREATE OR REPLACE FUNCTION project_etag(head integer, updated_at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT '"' || head || '-' || (extract(epoch FROM updated_at) * 1000)::bigint || '"'
$$;
