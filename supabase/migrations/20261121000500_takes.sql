-- Sections made again, takes that are chosen, films that take the place of others, and what is swept.

-- Work on a film that is there is a job of its own, with events, costs and caps as any other; it is no film.
alter table public.video_metadata
  add column of_job uuid references public.video_metadata (job_id) on delete cascade,
  add column stale_files text[] not null default '{}';
comment on column public.video_metadata.of_job is 'The job whose film this one makes parts of again; null for jobs that make a film of their own.';
comment on column public.video_metadata.stale_files is 'Objects of films whose place has been taken, which are to go.';
create index video_metadata_of_job on public.video_metadata (of_job) where of_job is not null;
create index video_metadata_stale on public.video_metadata (job_id) where stale_files <> '{}';

alter table public.takes
  add column narration_hash text,
  add column spoken_by text,
  add column duration_seconds double precision check (duration_seconds >= 0);
comment on column public.takes.narration_hash is 'The sound that it was drawn to.';
alter table public.sections add column chosen_take int;
comment on column public.sections.best_take is 'The take with the fewest faults.';
comment on column public.sections.chosen_take is 'The take that its owner has chosen; the best where nobody has.';

-- As before, with the sound that the take was drawn to.
create or replace function public.record_take(p_job_id uuid, p_section_number int, p_take jsonb) returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_take_number int;
begin
  perform 1 from public.sections where job_id = p_job_id and section_number = p_section_number for update;
  select take_number into v_take_number from public.takes
    where job_id = p_job_id and section_number = p_section_number and take_key = p_take ->> 'key';
  if found then
    return v_take_number;
  end if;
  select coalesce(max(take_number), 0) + 1 into v_take_number from public.takes
    where job_id = p_job_id and section_number = p_section_number;
  insert into public.takes (job_id, section_number, take_number, outcome, faults, scene_code, clip_hash, report, take_key,
    narration_hash, spoken_by, duration_seconds)
  values (p_job_id, p_section_number, v_take_number, p_take ->> 'outcome', coalesce((p_take ->> 'faults')::int, 0),
    p_take ->> 'scene_code', p_take ->> 'clip_hash', p_take -> 'report', p_take ->> 'key',
    p_take ->> 'narration_hash', p_take ->> 'spoken_by', (p_take ->> 'duration_seconds')::double precision);
  update public.sections s set
    best_take = best.take_number,
    status = best.outcome,
    duration_seconds = coalesce((p_take ->> 'duration_seconds')::double precision, s.duration_seconds)
  from (
    select take_number, outcome from public.takes
    where job_id = p_job_id and section_number = p_section_number and outcome <> 'failed'
    order by outcome = 'card', faults, take_number desc limit 1
  ) best
  where s.job_id = p_job_id and s.section_number = p_section_number;
  return v_take_number;
end
$$;

-- Makes a job that works on a finished film, under the locks of its user's row and the film's. The film has one job that joins
-- it anew, or one for each section, at a time: an equal request finds the one that runs. Answers outcome `created` or `existing`
-- with job_id, or what stood in the way: `unknown_film`, `in_work`, or as create_job does; and the film's `kind` and `flavor`.
create function public.create_run(p_user_id uuid, p_run jsonb, p_limits jsonb default '{}') returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_film public.video_metadata;
  v_other record;
  v_section text := p_run ->> 'section_number';
  v_estimate bigint := coalesce((p_run ->> 'estimate_micro_dollars')::bigint, 0);
  v_answer jsonb;
  v_job_id uuid := gen_random_uuid();
begin
  perform 1 from public.users where id = p_user_id for update;
  select * into v_film from public.video_metadata
    where job_id = (p_run ->> 'of_job')::uuid and user_id = p_user_id and of_job is null and deleted_at is null for update;
  if not found then
    return jsonb_build_object('outcome', 'unknown_film');
  end if;
  v_answer := public.earlier_job(p_user_id, p_run);
  if v_answer is null then
    for v_other in
      select job_id, request from public.video_metadata where of_job = v_film.job_id and status = 'processing' and deleted_at is null
    loop
      if v_other.request ->> 'hash' = p_run ->> 'request_hash' then
        v_answer := public.job_outcome('existing', v_other.job_id);
      elsif v_answer is null and (v_section is null or coalesce(v_other.request -> 'again' ->> 'section', v_section) = v_section) then
        v_answer := public.job_outcome('in_work', v_other.job_id);
      end if;
    end loop;
    if v_film.status = 'processing' then
      v_answer := public.job_outcome('in_work', v_film.job_id);
    end if;
  end if;
  v_answer := coalesce(v_answer, public.job_limit(p_user_id, v_estimate, p_limits));
  if v_answer is null then
    insert into public.video_metadata (job_id, of_job, user_id, clerk_user_id, topic, title, language, request, kind, config_flavor,
      reserved_micro_dollars, cap_micro_dollars)
    values (v_job_id, v_film.job_id, p_user_id, v_film.clerk_user_id, v_film.topic, v_film.title, v_film.language,
      jsonb_strip_nulls(jsonb_build_object('hash', p_run ->> 'request_hash', 'flavor', coalesce(v_film.config_flavor, 'default'),
        'capMicroDollars', p_run -> 'cap_micro_dollars', 'again', jsonb_build_object(
          'of', v_film.job_id, 'kind', v_film.kind, 'section', p_run -> 'section_number', 'sceneCode', p_run -> 'scene_code'))),
      v_film.kind, v_film.config_flavor, v_estimate, (p_run ->> 'cap_micro_dollars')::bigint);
    insert into public.job_progress (job_id) values (v_job_id);
    if p_run ? 'idempotency_key' then
      insert into public.idempotency_keys (user_id, key, request_hash, job_id)
      values (p_user_id, p_run ->> 'idempotency_key', p_run ->> 'request_hash', v_job_id);
    end if;
    v_answer := public.job_outcome('created', v_job_id);
  end if;
  return v_answer || jsonb_build_object('kind', v_film.kind, 'flavor', v_film.config_flavor);
end
$$;

-- All bills of a job, and of the work on its film, added up.
create or replace function public.cost_breakdown_of(p_job_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'total_micro_dollars', coalesce(sum(p.micro_dollars), 0), 'calls', coalesce(sum(p.calls), 0),
    'cached_calls', coalesce(sum(p.cached_calls), 0),
    'providers', coalesce(jsonb_object_agg(p.provider, jsonb_build_object('micro_dollars', p.micro_dollars, 'calls', p.calls)), '{}'))
  from (
    select provider, sum(micro_dollars) as micro_dollars, count(*) as calls, count(*) filter (where cached) as cached_calls
    from public.cost_entries
    where job_id = p_job_id or job_id in (select job_id from public.video_metadata where of_job = p_job_id)
    group by provider
  ) p
$$;

create function public.add_run_costs() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.video_metadata set cost_breakdown = public.cost_breakdown_of(new.of_job) where job_id = new.of_job;
  return null;
end
$$;
create trigger video_metadata_run_costs after update of cost_breakdown on public.video_metadata
  for each row when (new.of_job is not null and new.cost_breakdown is distinct from old.cost_breakdown)
  execute function public.add_run_costs();

-- The film is in Storage: everything that the rows say of it, in one. Objects of the film whose place it takes are noted, to go.
create or replace function public.publish_film(p_job_id uuid, p_film jsonb) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.video_metadata set
    title = coalesce(p_film ->> 'title', title),
    supabase_url = p_film ->> 'video_url',
    supabase_filename = p_film ->> 'filename',
    poster_url = p_film ->> 'poster_url',
    captions_url = p_film ->> 'captions_url',
    duration_seconds = (p_film ->> 'duration_seconds')::double precision,
    keywords = case when p_film ? 'keywords' then array(select jsonb_array_elements_text(p_film -> 'keywords')) else keywords end,
    mega_plan = coalesce(p_film -> 'plan', mega_plan),
    video_code = coalesce(p_film ->> 'code', video_code),
    stale_files = array(
      select stale.name from (
        select unnest(stale_files) union select before.file ->> 'name' from jsonb_array_elements(files) as before (file)
      ) as stale (name)
      where p_film ? 'files' and not exists (
        select from jsonb_array_elements(p_film -> 'files') as now (file) where now.file ->> 'name' = stale.name)
    ),
    files = coalesce(p_film -> 'files', files),
    partial = coalesce((p_film ->> 'partial')::boolean, partial),
    local_video_url = null
  where job_id = p_job_id and deleted_at is null;
  if not found then
    return false;
  end if;
  update public.job_progress set video_url = p_film ->> 'video_url' where job_id = p_job_id;
  return true;
end
$$;

-- As before, of films alone.
create or replace function public.update_film(p_job_id uuid, p_user_id uuid, p_changes jsonb) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_title text;
begin
  update public.video_metadata set
    title = coalesce(p_changes ->> 'title', title),
    keywords = case when p_changes ? 'keywords' then array(select jsonb_array_elements_text(p_changes -> 'keywords')) else keywords end,
    is_public = coalesce((p_changes ->> 'is_public')::boolean, is_public)
  where job_id = p_job_id and user_id = p_user_id and of_job is null and deleted_at is null
  returning title into v_title;
  if not found then
    return false;
  end if;
  update storage.objects set user_metadata = coalesce(user_metadata, '{}') || jsonb_build_object('title', v_title)
  where bucket_id = 'films' and name like p_user_id || '/' || p_job_id || '/%';
  return true;
end
$$;

-- Hides a film, and the work on it, at once; its files go after that, and its row last.
create or replace function public.hide_film(p_job_id uuid, p_user_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.video_metadata set deleted_at = coalesce(deleted_at, now()), is_public = false, share_token = null
    where job_id = p_job_id and user_id = p_user_id and of_job is null;
  if not found then
    return false;
  end if;
  update public.video_metadata set deleted_at = coalesce(deleted_at, now()) where of_job = p_job_id;
  return true;
end
$$;

create or replace function public.list_films(
  p_user_id uuid default null, p_search text default '', p_before_created_at timestamptz default null,
  p_before_job_id uuid default null, p_limit int default 20
) returns setof public.video_metadata
language sql stable security definer set search_path = '' as $$
  select * from public.video_metadata v
  where v.deleted_at is null and v.of_job is null
    and case when p_user_id is null then v.is_public and v.status = 'completed' else v.user_id = p_user_id end
    and (p_before_created_at is null or (v.created_at, v.job_id) < (p_before_created_at, p_before_job_id))
    and v.search_text like all (
      select '%' || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_') || '%'
      from regexp_split_to_table(lower(trim(p_search)), '\s+') as word
    )
  order by v.created_at desc, v.job_id desc
  limit least(greatest(p_limit, 1), 100)
$$;

-- Pages read the table as a list of films: work on them is none.
drop policy video_metadata_own on public.video_metadata;
create policy video_metadata_own on public.video_metadata for select to authenticated
  using (user_id = (select public.current_user_id()) and of_job is null and deleted_at is null);

-- What a sweep must leave: artefacts that the takes of films need, and everything since the oldest job that runs was made.
-- Pages of hashes in their order, from one on: an API may cut long answers without a word.
create function public.artefacts_in_use(p_after text default '') returns table (hash text, is_narration boolean)
language sql stable security definer set search_path = '' as $$
  with used as (
    select t.clip_hash, t.narration_hash
    from public.takes t
    join public.sections s using (job_id, section_number)
    join public.video_metadata v using (job_id)
    where v.deleted_at is null and t.take_number = coalesce(s.chosen_take, s.best_take)
  )
  select distinct u.hash, u.is_narration
  from (select clip_hash, false from used union all select narration_hash, true from used) as u (hash, is_narration)
  where u.hash > p_after order by u.hash limit 500
$$;
create function public.oldest_running_job() returns timestamptz
language sql stable security definer set search_path = '' as $$
  select min(created_at) from public.video_metadata where status = 'processing' and deleted_at is null
$$;

-- Removes the events of jobs that ended before, but for the last of each, which says how it ended. Answers what went, or would go.
create function public.sweep_events(p_before timestamptz, p_is_dry boolean default false) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_answer jsonb;
begin
  select jsonb_build_object('count', count(*), 'bytes', coalesce(sum(pg_column_size(e.*)), 0)) into v_answer
    from public.job_events e
    join public.job_progress p using (job_id)
    join public.video_metadata v using (job_id)
    where v.status <> 'processing' and v.completed_at < p_before and e.sequence < p.last_sequence;
  if not p_is_dry then
    delete from public.job_events e using public.job_progress p, public.video_metadata v
    where p.job_id = e.job_id and v.job_id = e.job_id
      and v.status <> 'processing' and v.completed_at < p_before and e.sequence < p.last_sequence;
  end if;
  return v_answer;
end
$$;

-- Logs of failures that are older, with those that no row speaks of any more.
create function public.old_error_logs(p_before timestamptz, p_after text default '') returns table (name text, size_bytes bigint)
language sql stable security definer set search_path = '' as $$
  select o.name, coalesce((o.metadata ->> 'size')::bigint, 0)
  from storage.objects o
  where o.bucket_id = 'error-logs' and o.created_at < p_before and o.name > p_after
  order by o.name limit 500
$$;

grant execute on function
  public.create_run(uuid, jsonb, jsonb), public.artefacts_in_use(text), public.oldest_running_job(),
  public.sweep_events(timestamptz, boolean), public.old_error_logs(timestamptz, text)
  to service_role;
