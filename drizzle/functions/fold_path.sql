-- Returns the form of a path in which file systems compare names ignoring case. In capitals the final sigma is
-- a sigma, and the long s an S; the sharp s is "ss" to APFS. `casefold` knows more pairs, and PostgreSQL 17 has none.
CREATE OR REPLACE FUNCTION fold_path(path text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT replace(lower(upper(path COLLATE "pg_c_utf8")), 'ß', 'ss')
$$;
