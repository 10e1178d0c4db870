-- Search intersects beginnings too, in the part of the list that a page needs.
--
-- A user's keys are hashes of project and
--   the terms that several users may share: words, roles, groups, whole values;
--   the first 2, 4, 6 ... 16 characters of words and of values found by their beginning (a shorter one whole, once);
--   the stretches of time he was created and logged in in, of 2^44, 2^40 ... 2^24 microseconds (204 days, 13 days ... 17 seconds);
--   the first one and two digits of his id, which order users of one time, and the last two, by which 256th parts of all users are told apart.
-- Everything but pg_catalog is out of sight when an index is built: the function calls nothing else.
create function user_search_keys(project_id text, user_id uuid, created_at timestamptz, last_login_at timestamptz, terms text[]) returns bigint[]
  language plpgsql immutable strict parallel safe as $$
declare
  keys bigint[] := '{}';
  id text := user_id::text;
  begins text := project_id || ' ';
  created bigint := case when isfinite(created_at) then (extract(epoch from created_at) * 1000000)::bigint else -4611686018427387904 end;
  login bigint := case when isfinite(last_login_at) then (extract(epoch from last_login_at) * 1000000)::bigint else -4611686018427387904 end;
  term text;
  mark text;
  size integer;
  length_of_term integer;
begin
  foreach term in array terms loop
    mark := left(term, 1);
    if mark <> '~' and term <> '=' || id then keys := keys || hashtextextended(begins || term, 0); end if;
    if mark = '~' or mark = 'w' then
      length_of_term := length(term) - 1;
      foreach size in array array[2, 4, 6, 8, 10, 12, 16] loop
        keys := keys || hashtextextended(begins || size || left(term, size + 1), 0);
        exit when size >= length_of_term;
      end loop;
    end if;
  end loop;
  foreach size in array array[44, 40, 36, 32, 28, 24] loop
    keys := keys || hashtextextended(begins || 'created_at ' || size || ' ' || (created >> size), 0) || hashtextextended(begins || 'last_login_at ' || size || ' ' || (login >> size), 0);
  end loop;
  return keys || hashtextextended(begins || 'user ' || left(id, 1), 0) || hashtextextended(begins || 'user ' || left(id, 2), 0)
    || hashtextextended(begins || 'part ' || right(id, 2), 0);
end $$;

-- For a million users this takes some minutes. Meanwhile users are read, searched and written as ever, and indexing waits.
create index user_search_keys_of on user_search using gin (user_search_keys(project_id, user_id, created_at, last_login_at, terms)) with (fastupdate = off);
drop index user_search_keys;
alter table user_search drop column keys;
