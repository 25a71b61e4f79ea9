-- Who may see what. The service writes; a user reads what is theirs; everyone reads public films, through the view.

-- The uuid of the user whose token this is. As its owner, since nobody else may look subjects up.
create function public.current_user_id() returns uuid
language sql stable security definer set search_path = '' as $$
  select id from public.users where subject = (select auth.jwt() ->> 'sub')
$$;

create function public.owns_job(p_job_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.video_metadata
    where job_id = p_job_id and user_id = (select public.current_user_id()) and deleted_at is null
  )
$$;

-- Whether anyone may fetch this object of the bucket films: <user>/<job>/<file>.
create function public.is_public_film_file(p_name text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.video_metadata
    where job_id::text = split_part(p_name, '/', 2) and user_id::text = split_part(p_name, '/', 1)
      and is_public and status = 'completed' and deleted_at is null
  )
$$;

-- Grants: from nothing, since default privileges differ between projects and include TRUNCATE, which policies do not guard.
revoke all on all tables in schema public from public, anon, authenticated, service_role;
revoke all on all sequences in schema public from public, anon, authenticated, service_role;
revoke all on all functions in schema public from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on tables from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from public, anon, authenticated, service_role;
alter default privileges in schema public revoke execute on functions from public, anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

grant select on public.users, public.video_metadata, public.job_progress, public.job_events, public.sections, public.takes,
  public.cost_entries, public.error_logs to authenticated;
grant select on public.public_films to anon, authenticated, service_role;
grant execute on function public.current_user_id(), public.owns_job(uuid) to authenticated, service_role;
grant execute on function public.is_public_film_file(text) to anon, authenticated, service_role;

grant select, insert, update, delete on public.users, public.video_metadata, public.job_progress, public.sections,
  public.takes, public.error_logs to service_role;
-- a generated column is computed with the rights of the one who writes
grant execute on function public.search_words(text, text, text[]) to service_role;
-- what is counted, and what has been said, is appended by functions and never changed
grant select on public.job_events, public.cost_entries, public.idempotency_keys, public.rate_windows to service_role;
grant execute on function
  public.ensure_user(text, text), public.spending_today(uuid), public.create_job(uuid, jsonb, jsonb),
  public.append_event(uuid, text, jsonb, jsonb, text), public.record_costs(uuid, jsonb), public.record_plan(uuid, jsonb),
  public.record_take(uuid, int, jsonb), public.publish_film(uuid, jsonb), public.update_film(uuid, uuid, jsonb),
  public.hide_film(uuid, uuid), public.list_films(uuid, text, timestamptz, uuid, int), public.take_rate(uuid, text, int, int)
  to service_role;

-- Row level security on every table; the selects around functions let Postgres ask once a statement.
alter table public.users enable row level security;
alter table public.video_metadata enable row level security;
alter table public.job_progress enable row level security;
alter table public.job_events enable row level security;
alter table public.sections enable row level security;
alter table public.takes enable row level security;
alter table public.cost_entries enable row level security;
alter table public.error_logs enable row level security;
alter table public.idempotency_keys enable row level security;
alter table public.rate_windows enable row level security;

create policy users_self on public.users for select to authenticated using (id = (select public.current_user_id()));
create policy video_metadata_own on public.video_metadata for select to authenticated
  using (user_id = (select public.current_user_id()) and deleted_at is null);
create policy job_progress_own on public.job_progress for select to authenticated using (public.owns_job(job_id));
create policy job_events_own on public.job_events for select to authenticated using (public.owns_job(job_id));
create policy sections_own on public.sections for select to authenticated using (public.owns_job(job_id));
create policy takes_own on public.takes for select to authenticated using (public.owns_job(job_id));
create policy cost_entries_own on public.cost_entries for select to authenticated
  using (user_id = (select public.current_user_id()));
create policy error_logs_own on public.error_logs for select to authenticated
  using (user_id = (select public.current_user_id()));

-- Buckets. Films stand under <user>/<job>/: their owner reads them, and anyone those of public films. Logs and artefacts
-- are the service's own. Nobody but the service writes.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
  ('films', 'films', false, 5368709120, array['video/mp4', 'text/vtt', 'image/jpeg', 'image/png', 'text/plain',
    'application/json', 'application/vnd.apple.mpegurl', 'video/iso.segment', 'text/x-python']),
  ('error-logs', 'error-logs', false, 10485760, array['application/json', 'text/x-python', 'text/plain']),
  ('artefacts', 'artefacts', false, 5368709120, null)
on conflict (id) do nothing;

create policy films_own on storage.objects for select to authenticated
  using (bucket_id = 'films' and (storage.foldername(name))[1] = (select public.current_user_id())::text);
create policy films_public on storage.objects for select to anon, authenticated
  using (bucket_id = 'films' and storage.extension(name) in ('mp4', 'vtt', 'jpg', 'png')
    and public.is_public_film_file(name));
