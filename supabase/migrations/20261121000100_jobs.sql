-- What is written to several rows at once is one function, and a caller is told in its answer what stood in the way.
-- All of them are for the service alone (see the grants), run as their owner, and name everything by its schema.

create function public.ensure_user(p_subject text, p_clerk_user_id text default null) returns uuid
language sql security definer set search_path = '' as $$
  insert into public.users as u (subject, clerk_user_id) values (p_subject, p_clerk_user_id)
  on conflict (subject) do update set clerk_user_id = coalesce(excluded.clerk_user_id, u.clerk_user_id)
  returning id
$$;

-- Spent today (UTC), and what running jobs may still spend of their estimates.
create function public.spending_today(p_user_id uuid) returns bigint
language sql stable security definer set search_path = '' as $$
  select coalesce((
      select sum(c.micro_dollars) from public.cost_entries c
      where c.user_id = p_user_id and c.created_at >= date_trunc('day', now(), 'UTC')
    ), 0)::bigint
    + coalesce((
      select sum(greatest(v.reserved_micro_dollars - (v.cost_breakdown ->> 'total_micro_dollars')::bigint, 0))
      from public.video_metadata v
      where v.user_id = p_user_id and v.status = 'processing' and v.deleted_at is null
    ), 0)::bigint
$$;

create function public.job_outcome(p_outcome text, p_job_id uuid) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('outcome', p_outcome, 'job_id', p_job_id)
$$;

-- The job that this key, or this id, has already made; null when there is none. The caller holds the user's row.
create function public.earlier_job(p_user_id uuid, p_job jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_key public.idempotency_keys;
  v_owner uuid;
  v_hash text;
begin
  select * into v_key from public.idempotency_keys
    where user_id = p_user_id and key = p_job ->> 'idempotency_key';
  if found then
    return case when v_key.request_hash = p_job ->> 'request_hash'
      then public.job_outcome('existing', v_key.job_id) else public.job_outcome('key_reused', null) end;
  end if;
  select user_id, request ->> 'hash' into v_owner, v_hash from public.video_metadata
    where job_id = (p_job ->> 'job_id')::uuid;
  if found then
    return case when v_owner = p_user_id and v_hash = p_job ->> 'request_hash'
      then public.job_outcome('existing', (p_job ->> 'job_id')::uuid) else public.job_outcome('id_taken', null) end;
  end if;
  return null;
end
$$;

-- What a user's caps say of one more job; null when they let it pass. The caller holds the user's row.
create function public.job_limit(p_user_id uuid, p_estimate bigint, p_limits jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_running int;
  v_spent bigint;
begin
  select count(*) into v_running from public.video_metadata
    where user_id = p_user_id and status = 'processing' and deleted_at is null;
  if v_running >= (p_limits ->> 'running_jobs')::int then
    return jsonb_build_object('outcome', 'running_limit', 'reached', v_running, 'limit', (p_limits ->> 'running_jobs')::int);
  end if;
  v_spent := public.spending_today(p_user_id);
  if v_spent + p_estimate > (p_limits ->> 'day_micro_dollars')::bigint then
    return jsonb_build_object('outcome', 'spending_limit', 'reached', v_spent,
      'limit', (p_limits ->> 'day_micro_dollars')::bigint,
      'resets_at', date_trunc('day', now(), 'UTC') + interval '1 day');
  end if;
  return null;
end
$$;

-- Makes a job, once for every Idempotency-Key: the user's row is held meanwhile, so that equal requests at once wait
-- for the first. Answers outcome `created` or `existing` with job_id, or what stood in the way: `key_reused`, `id_taken`,
-- `running_limit`, `spending_limit`.
create function public.create_job(p_user_id uuid, p_job jsonb, p_limits jsonb default '{}') returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_answer jsonb;
  v_estimate bigint := coalesce((p_job ->> 'estimate_micro_dollars')::bigint, 0);
  v_job_id uuid := coalesce((p_job ->> 'job_id')::uuid, gen_random_uuid());
  v_clerk text;
begin
  select clerk_user_id into v_clerk from public.users where id = p_user_id for update;
  if not found then
    raise exception 'unknown user' using errcode = '23503';
  end if;
  v_answer := coalesce(public.earlier_job(p_user_id, p_job), public.job_limit(p_user_id, v_estimate, p_limits));
  if v_answer is not null then
    return v_answer;
  end if;
  insert into public.video_metadata (job_id, user_id, clerk_user_id, topic, title, language, keywords, request, reserved_micro_dollars)
  values (v_job_id, p_user_id, v_clerk, coalesce(p_job ->> 'topic', ''), coalesce(p_job ->> 'title', ''), p_job ->> 'language',
    coalesce(array(select jsonb_array_elements_text(p_job -> 'keywords')), '{}'),
    coalesce(p_job -> 'request', '{}') || jsonb_build_object('hash', p_job ->> 'request_hash'), v_estimate)
  on conflict (job_id) do nothing;
  if not found then -- made by somebody else since we looked
    return public.job_outcome('id_taken', null);
  end if;
  insert into public.job_progress (job_id) values (v_job_id);
  if p_job ? 'idempotency_key' then
    insert into public.idempotency_keys (user_id, key, request_hash, job_id)
    values (p_user_id, p_job ->> 'idempotency_key', p_job ->> 'request_hash', v_job_id);
  end if;
  return public.job_outcome('created', v_job_id);
end
$$;

-- Moves a job's progress, never back, and ends the job when it says so. The caller holds the job's row.
create function public.apply_progress(p_job_id uuid, p_progress jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_status text := coalesce(p_progress ->> 'status', 'processing');
begin
  update public.job_progress set
    status = v_status,
    current_stage = greatest(current_stage, coalesce((p_progress ->> 'stage')::int, 0)),
    progress_percentage = case when v_status = 'completed' then 100
      else greatest(progress_percentage, least(coalesce((p_progress ->> 'percentage')::int, 0), 99)) end,
    message = coalesce(p_progress ->> 'message', message),
    video_url = coalesce(p_progress ->> 'video_url', video_url),
    error_code = coalesce(p_progress ->> 'error_code', error_code),
    error_message = coalesce(p_progress ->> 'error_message', error_message)
  where job_id = p_job_id;
  if v_status <> 'processing' then
    update public.video_metadata set
      status = v_status,
      completed_at = clock_timestamp(),
      partial = coalesce((p_progress ->> 'partial')::boolean, partial),
      cancelled = coalesce((p_progress ->> 'cancelled')::boolean, cancelled),
      local_video_url = coalesce(p_progress ->> 'local_video_url', local_video_url),
      reserved_micro_dollars = 0
    where job_id = p_job_id;
  end if;
end
$$;

-- Appends one event under the lock of the job's row, so that the order of numbers is the order of commits, and tells
-- the listeners of `job_events`. An event with a key is appended once, however often it is sent. Nothing comes after the
-- end of a job: outcome `ended`. Unknown jobs: outcome `unknown_job`.
create function public.append_event(
  p_job_id uuid, p_type text, p_data jsonb default '{}', p_progress jsonb default null, p_key text default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.job_progress;
  v_event public.job_events;
begin
  select * into v_job from public.job_progress where job_id = p_job_id for update;
  if not found then
    return jsonb_build_object('outcome', 'unknown_job');
  end if;
  select * into v_event from public.job_events where job_id = p_job_id and event_key = p_key;
  if found then
    return jsonb_build_object('outcome', 'existing', 'sequence', v_event.sequence, 'created_at', v_event.created_at);
  end if;
  if v_job.status <> 'processing' then
    return jsonb_build_object('outcome', 'ended', 'sequence', v_job.last_sequence);
  end if;
  insert into public.job_events (job_id, sequence, type, data, event_key)
    values (p_job_id, v_job.last_sequence + 1, p_type, p_data, p_key)
    returning * into v_event;
  update public.job_progress set last_sequence = v_event.sequence where job_id = p_job_id;
  if p_progress is not null then
    perform public.apply_progress(p_job_id, p_progress);
  end if;
  perform pg_notify('job_events', p_job_id || ' ' || v_event.sequence);
  return jsonb_build_object('outcome', 'appended', 'sequence', v_event.sequence, 'created_at', v_event.created_at);
end
$$;

-- Adds paid calls, each key once, and rolls all of the job's into cost_breakdown.
create function public.record_costs(p_job_id uuid, p_entries jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_breakdown jsonb;
begin
  select user_id into v_user_id from public.video_metadata where job_id = p_job_id for update;
  if not found then
    return null;
  end if;
  insert into public.cost_entries (user_id, job_id, section_number, phase, provider, model, units, micro_dollars, cached, entry_key)
    select v_user_id, p_job_id, e.section_number, e.phase, e.provider, e.model, coalesce(e.units, '{}'), e.micro_dollars,
      coalesce(e.cached, false), e.entry_key
    from jsonb_to_recordset(p_entries) as e (section_number int, phase text, provider text, model text, units jsonb,
      micro_dollars bigint, cached boolean, entry_key text)
  on conflict (job_id, entry_key) where entry_key is not null do nothing;
  select jsonb_build_object(
      'total_micro_dollars', coalesce(sum(p.micro_dollars), 0), 'calls', coalesce(sum(p.calls), 0),
      'cached_calls', coalesce(sum(p.cached_calls), 0),
      'providers', coalesce(jsonb_object_agg(p.provider, jsonb_build_object('micro_dollars', p.micro_dollars, 'calls', p.calls)), '{}'))
    into v_breakdown
    from (
      select provider, sum(micro_dollars) as micro_dollars, count(*) as calls, count(*) filter (where cached) as cached_calls
      from public.cost_entries where job_id = p_job_id group by provider
    ) p;
  update public.video_metadata set cost_breakdown = v_breakdown where job_id = p_job_id;
  return v_breakdown;
end
$$;

-- The sections of a plan, with title and keywords of the film; sections known already keep what they have.
create function public.record_plan(p_job_id uuid, p_plan jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.video_metadata set
    title = coalesce(p_plan ->> 'title', title),
    language = coalesce(p_plan ->> 'language', language),
    keywords = case when p_plan ? 'keywords' then array(select jsonb_array_elements_text(p_plan -> 'keywords')) else keywords end,
    mega_plan = p_plan
  where job_id = p_job_id;
  insert into public.sections (job_id, section_number, title)
    select p_job_id, s.position::int, coalesce(s.section ->> 'title', '')
    from jsonb_array_elements(p_plan -> 'sections') with ordinality as s (section, position)
  on conflict (job_id, section_number) do update set title = excluded.title;
end
$$;

-- One more take of a section. The take with the fewest faults is the section's; a card never replaces what was rendered.
create function public.record_take(p_job_id uuid, p_section_number int, p_take jsonb) returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_take_number int;
begin
  perform 1 from public.sections where job_id = p_job_id and section_number = p_section_number for update;
  select coalesce(max(take_number), 0) + 1 into v_take_number from public.takes
    where job_id = p_job_id and section_number = p_section_number;
  insert into public.takes (job_id, section_number, take_number, outcome, faults, scene_code, clip_hash, report)
  values (p_job_id, p_section_number, v_take_number, p_take ->> 'outcome', coalesce((p_take ->> 'faults')::int, 0),
    p_take ->> 'scene_code', p_take ->> 'clip_hash', p_take -> 'report');
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

-- The film is in Storage: everything that the rows say of it, in one.
create function public.publish_film(p_job_id uuid, p_film jsonb) returns boolean
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

-- Title, keywords and visibility of a film, on its row and on its objects alike.
create function public.update_film(p_job_id uuid, p_user_id uuid, p_changes jsonb) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_title text;
begin
  update public.video_metadata set
    title = coalesce(p_changes ->> 'title', title),
    keywords = case when p_changes ? 'keywords' then array(select jsonb_array_elements_text(p_changes -> 'keywords')) else keywords end,
    is_public = coalesce((p_changes ->> 'is_public')::boolean, is_public)
  where job_id = p_job_id and user_id = p_user_id and deleted_at is null
  returning title into v_title;
  if not found then
    return false;
  end if;
  update storage.objects set user_metadata = coalesce(user_metadata, '{}') || jsonb_build_object('title', v_title)
  where bucket_id = 'films' and name like p_user_id || '/' || p_job_id || '/%';
  return true;
end
$$;

-- Hides a film at once; its files go after that, and its row last.
create function public.hide_film(p_job_id uuid, p_user_id uuid) returns boolean
language sql security definer set search_path = '' as $$
  update public.video_metadata set deleted_at = coalesce(deleted_at, now()), is_public = false, share_token = null
  where job_id = p_job_id and user_id = p_user_id
  returning true
$$;

-- A page of films, newest first, from a key on: of one user, or of all that are public when p_user_id is null.
-- Every word of the search must be in title, topic or keywords.
create function public.list_films(
  p_user_id uuid default null, p_search text default '', p_before_created_at timestamptz default null,
  p_before_job_id uuid default null, p_limit int default 20
) returns setof public.video_metadata
language sql stable security definer set search_path = '' as $$
  select * from public.video_metadata v
  where v.deleted_at is null
    and case when p_user_id is null then v.is_public and v.status = 'completed' else v.user_id = p_user_id end
    and (p_before_created_at is null or (v.created_at, v.job_id) < (p_before_created_at, p_before_job_id))
    and v.search_text like all (
      select '%' || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_') || '%'
      from regexp_split_to_table(lower(trim(p_search)), '\s+') as word
    )
  order by v.created_at desc, v.job_id desc
  limit least(greatest(p_limit, 1), 100)
$$;

-- Takes one of what a user may do in a window of time; the window begins with the first.
create function public.take_rate(p_user_id uuid, p_name text, p_limit int, p_window_seconds int) returns jsonb
language sql security definer set search_path = '' as $$
  with taken as (
    insert into public.rate_windows as w (user_id, name, started_at, taken) values (p_user_id, p_name, clock_timestamp(), 1)
    on conflict (user_id, name) do update set
      started_at = case when w.started_at + make_interval(secs => p_window_seconds) <= excluded.started_at
        then excluded.started_at else w.started_at end,
      taken = case when w.started_at + make_interval(secs => p_window_seconds) <= excluded.started_at
        then 1 else w.taken + 1 end
    returning started_at, taken
  )
  select jsonb_build_object('allowed', taken <= p_limit, 'reached', least(taken, p_limit + 1), 'limit', p_limit,
    'resets_at', started_at + make_interval(secs => p_window_seconds))
  from taken
$$;
