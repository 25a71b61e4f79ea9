-- What a job may cost and what is set aside for calls under way; what failed in scenes and what mended it.

alter table public.video_metadata
  add column cap_micro_dollars bigint check (cap_micro_dollars > 0),
  -- not generated from the request: that can hold an image, which each update of the row would then read
  add column kind text not null default 'lesson' check (kind in ('lesson', 'topic')),
  add column config_flavor text;
update public.video_metadata set config_flavor = request ->> 'flavor';
comment on column public.video_metadata.cap_micro_dollars is 'What would pass it is not bought; null for no cap.';
comment on column public.video_metadata.request is 'What was asked for: lesson or topic with its image, quality, language, voice, flavor.';

create table public.reservations (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.users (id) on delete cascade,
  job_id uuid references public.video_metadata (job_id) on delete set null,
  section_number int,
  phase text not null,
  provider text not null,
  model text not null,
  call_key text not null,
  attempt int not null check (attempt > 0),
  micro_dollars bigint not null check (micro_dollars >= 0),
  created_at timestamptz not null default clock_timestamp(),
  settled_at timestamptz,
  released_at timestamptz,
  unique (job_id, call_key, attempt)
);
comment on table public.reservations is 'The most that a call can come to, from before it is made until its bill is known.';
comment on column public.reservations.released_at is 'Freed without a bill: whoever made the call is no more. It may have been billed all the same.';
create index reservations_open on public.reservations (job_id) where settled_at is null and released_at is null;

create table public.render_failures (
  id uuid primary key,
  user_id uuid not null references public.users (id) on delete cascade,
  job_id uuid not null references public.video_metadata (job_id) on delete cascade,
  section_number int not null check (section_number > 0),
  phase text not null,
  kind text not null check (kind in ('code', 'tex', 'limit', 'sandbox', 'protocol', 'picture')),
  error_class text not null check (char_length(error_class) between 1 and 100),
  rule text check (char_length(rule) <= 100),
  found text not null check (found in ('check', 'render')),
  message text not null check (char_length(message) <= 300),
  mended_by text not null check (mended_by in ('fix', 'model', 'none')),
  recovered boolean not null,
  model text,
  prompt_version text,
  created_at timestamptz not null default clock_timestamp()
);
comment on table public.render_failures is 'One row a thing that was wrong with a scene, and how it ended.';
comment on column public.render_failures.kind is 'As in the report of a render; picture for faults in what is seen.';
comment on column public.render_failures.mended_by is 'What was tried last: a known fix, a call of a model, or nothing.';
create index render_failures_by_time on public.render_failures (created_at);
create index render_failures_by_job on public.render_failures (job_id);

-- What is set aside for calls of this job that are under way.
create function public.open_reservations(p_job_id uuid) returns bigint
language sql stable security definer set search_path = '' as $$
  select coalesce(sum(micro_dollars), 0)::bigint from public.reservations
  where job_id = p_job_id and settled_at is null and released_at is null
$$;

-- Spent today (UTC), and what running jobs may still spend: of their estimates, or for calls under way.
create or replace function public.spending_today(p_user_id uuid) returns bigint
language sql stable security definer set search_path = '' as $$
  select coalesce((
      select sum(c.micro_dollars) from public.cost_entries c
      where c.user_id = p_user_id and c.created_at >= date_trunc('day', now(), 'UTC')
    ), 0)::bigint
    + coalesce((
      select sum(greatest(v.reserved_micro_dollars - (v.cost_breakdown ->> 'total_micro_dollars')::bigint,
        public.open_reservations(v.job_id)))
      from public.video_metadata v
      where v.user_id = p_user_id and v.status = 'processing' and v.deleted_at is null
    ), 0)::bigint
$$;

-- As before, with the kind of the job, its flavor and its cap.
create or replace function public.create_job(p_user_id uuid, p_job jsonb, p_limits jsonb default '{}') returns jsonb
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
  insert into public.video_metadata (job_id, user_id, clerk_user_id, topic, title, language, keywords, request,
    kind, config_flavor, reserved_micro_dollars, cap_micro_dollars)
  values (v_job_id, p_user_id, v_clerk, coalesce(p_job ->> 'topic', ''), coalesce(p_job ->> 'title', ''), p_job ->> 'language',
    coalesce(array(select jsonb_array_elements_text(p_job -> 'keywords')), '{}'),
    coalesce(p_job -> 'request', '{}') || jsonb_build_object('hash', p_job ->> 'request_hash'),
    case when p_job -> 'request' ? 'topic' then 'topic' else 'lesson' end, p_job -> 'request' ->> 'flavor', v_estimate,
    (p_job ->> 'cap_micro_dollars')::bigint)
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

-- Frees what is set aside for calls of this job whose makers are no more; answers how many there were.
create function public.release_reservations(p_job_id uuid) returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_released int;
begin
  update public.reservations set released_at = clock_timestamp()
    where job_id = p_job_id and settled_at is null and released_at is null;
  get diagnostics v_released = row_count;
  return v_released;
end
$$;

-- As before; nothing stays set aside for a job that has ended.
create or replace function public.apply_progress(p_job_id uuid, p_progress jsonb) returns void
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
    perform public.release_reservations(p_job_id);
  end if;
end
$$;

-- Sets the most that a call can come to aside, under the lock of the job's row, so that calls that are asked for at once
-- never pass the cap together. A call of the same key that is under way has been given up by whoever made it: its money is
-- freed first. Answers outcome `reserved` with reservation_id, `cap` with spent, reserved and cap, `ended` or `unknown_job`.
create function public.reserve_cost(p_job_id uuid, p_call jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_job record;
  v_most bigint := (p_call ->> 'most_micro_dollars')::bigint;
  v_key text := p_call ->> 'call_key';
  v_spent bigint;
  v_reserved bigint;
  v_id bigint;
begin
  select user_id, status, deleted_at, cap_micro_dollars, cost_breakdown into v_job
    from public.video_metadata where job_id = p_job_id for update;
  if not found then
    return jsonb_build_object('outcome', 'unknown_job');
  end if;
  if v_job.status <> 'processing' or v_job.deleted_at is not null then
    return jsonb_build_object('outcome', 'ended');
  end if;
  update public.reservations set released_at = clock_timestamp()
    where job_id = p_job_id and call_key = v_key and settled_at is null and released_at is null;
  v_spent := (v_job.cost_breakdown ->> 'total_micro_dollars')::bigint;
  v_reserved := public.open_reservations(p_job_id);
  if v_spent + v_reserved + v_most > v_job.cap_micro_dollars then
    return jsonb_build_object('outcome', 'cap', 'spent', v_spent, 'reserved', v_reserved, 'cap', v_job.cap_micro_dollars);
  end if;
  insert into public.reservations (user_id, job_id, section_number, phase, provider, model, call_key, attempt, micro_dollars)
  values (v_job.user_id, p_job_id, (p_call ->> 'section_number')::int, p_call ->> 'phase', p_call ->> 'provider',
    p_call ->> 'model', v_key,
    1 + (select count(*) from public.reservations where job_id = p_job_id and call_key = v_key), v_most)
  returning id into v_id;
  return jsonb_build_object('outcome', 'reserved', 'reservation_id', v_id);
end
$$;

-- All bills of a job, added up.
create function public.cost_breakdown_of(p_job_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'total_micro_dollars', coalesce(sum(p.micro_dollars), 0), 'calls', coalesce(sum(p.calls), 0),
    'cached_calls', coalesce(sum(p.cached_calls), 0),
    'providers', coalesce(jsonb_object_agg(p.provider, jsonb_build_object('micro_dollars', p.micro_dollars, 'calls', p.calls)), '{}'))
  from (
    select provider, sum(micro_dollars) as micro_dollars, count(*) as calls, count(*) filter (where cached) as cached_calls
    from public.cost_entries where job_id = p_job_id group by provider
  ) p
$$;

-- Writes a bill down, frees what was set aside for it, and rolls all of the job's into cost_breakdown, once however often
-- it is sent. A bill that nothing was set aside for is one of its key's; each call that money was set aside for is one more.
-- What was billed counts also after the end of the job, and when its film has been deleted meanwhile.
create function public.settle_cost(p_job_id uuid, p_bill jsonb, p_reservation_id bigint default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_job_id uuid;
  v_key text := p_bill ->> 'call_key';
  v_attempt int;
  v_breakdown jsonb;
begin
  -- the job's row before the reservation, as everybody locks them
  select job_id, user_id into v_job_id, v_user_id from public.video_metadata where job_id = p_job_id for update;
  if p_reservation_id is not null then
    update public.reservations set settled_at = clock_timestamp()
      where id = p_reservation_id and settled_at is null
      returning user_id, attempt into v_user_id, v_attempt;
    if not found then
      return public.cost_breakdown_of(v_job_id);
    end if;
    v_key := v_key || '#' || v_attempt;
  elsif v_job_id is null
    or exists (select from public.cost_entries where job_id = v_job_id and starts_with(entry_key, v_key || '#'))
  then
    return public.cost_breakdown_of(v_job_id);
  end if;
  insert into public.cost_entries (user_id, job_id, section_number, phase, provider, model, units, micro_dollars, cached, entry_key)
  values (v_user_id, v_job_id, (p_bill ->> 'section_number')::int, p_bill ->> 'phase', p_bill ->> 'provider', p_bill ->> 'model',
    coalesce(p_bill -> 'units', '{}'), (p_bill ->> 'micro_dollars')::bigint, coalesce((p_bill ->> 'cached')::boolean, false), v_key)
  on conflict (job_id, entry_key) where entry_key is not null do nothing;
  v_breakdown := public.cost_breakdown_of(v_job_id);
  update public.video_metadata set cost_breakdown = v_breakdown where job_id = v_job_id;
  return v_breakdown;
end
$$;
drop function public.record_costs(uuid, jsonb);

-- Averages that an estimate stands on, over the latest films that were finished.
create function public.cost_history(p_jobs int default 50) returns jsonb
language sql stable security definer set search_path = '' as $$
  with recent as materialized (
    select v.job_id, v.kind, coalesce(v.mega_plan ->> 'quality', v.request ->> 'quality') as quality, v.duration_seconds,
      (v.cost_breakdown ->> 'cached_calls')::int = 0 as is_fresh,
      extract(epoch from v.completed_at - v.created_at) as waiting_seconds
    from public.video_metadata v
    where v.status = 'completed' and v.deleted_at is null and v.duration_seconds > 0
    order by v.created_at desc limit p_jobs
  ), bought as materialized (
    select r.kind, c.job_id, c.section_number, c.phase, c.model, c.units, c.micro_dollars
    from public.cost_entries c join recent r using (job_id)
    where not c.cached and (c.micro_dollars > 0 or not c.units ? 'failed')
  ), called as (
    select phase, model, count(*) as calls, count(distinct job_id) as jobs,
      count(distinct (job_id, section_number)) as sections, sum(micro_dollars) as micro_dollars
    from bought group by phase, model
  ), counted as (
    select phase, model, jsonb_object_agg(unit, amount) as units from (
      select phase, model, unit.key as unit, sum(unit.value::numeric) as amount
      from bought, jsonb_each_text(bought.units) as unit group by phase, model, unit.key
    ) each_unit group by phase, model
  ), narrated as (
    select sum((b.units ->> 'characters')::numeric) as characters, sum(s.duration_seconds) as seconds
    from bought b join public.sections s using (job_id, section_number)
    where b.phase = 'narrate' and b.units ? 'characters' and s.duration_seconds is not null
  ), waited as (
    select kind, quality, count(*) as jobs, sum(waiting_seconds) as waiting_seconds, sum(duration_seconds) as film_seconds
    from recent where is_fresh and quality is not null group by kind, quality
  ), written as (
    select count(*) as sections,
      count(*) filter (where exists (
        select from public.takes t where t.job_id = s.job_id and t.section_number = s.section_number and t.outcome = 'failed'
      ) or exists (
        select from public.cost_entries c where c.job_id = s.job_id and c.section_number = s.section_number and c.phase = 'repair'
      )) as mended
    from public.sections s join recent r using (job_id) where r.kind = 'topic'
  )
  select jsonb_build_object(
    'films', (select count(*) from recent),
    'topics', (select count(*) from recent where kind = 'topic'),
    'topic_sections', (select sections from written),
    'mended_sections', (select mended from written),
    'calls', coalesce((select jsonb_agg(jsonb_build_object('phase', phase, 'model', model, 'calls', calls, 'jobs', jobs,
      'sections', sections, 'micro_dollars', micro_dollars, 'units', coalesce(units, '{}')) order by phase, model)
      from called left join counted using (phase, model)), '[]'),
    'narrated_characters', coalesce((select characters from narrated), 0),
    'narrated_seconds', coalesce((select seconds from narrated), 0),
    'waiting', coalesce((select jsonb_agg(to_jsonb(waited) order by kind, quality) from waited), '[]'))
$$;

-- What went wrong in a scene, and how it ended, once for each id.
create function public.record_failure(p_job_id uuid, p_failure jsonb) returns void
language sql security definer set search_path = '' as $$
  insert into public.render_failures (id, user_id, job_id, section_number, phase, kind, error_class, rule, found, message,
    mended_by, recovered, model, prompt_version)
  select (p_failure ->> 'id')::uuid, v.user_id, v.job_id, (p_failure ->> 'section_number')::int, p_failure ->> 'phase',
    p_failure ->> 'kind', p_failure ->> 'error_class', p_failure ->> 'rule', p_failure ->> 'found', p_failure ->> 'message',
    p_failure ->> 'mended_by', (p_failure ->> 'recovered')::boolean, p_failure ->> 'model', p_failure ->> 'prompt_version'
  from public.video_metadata v where v.job_id = p_job_id
  on conflict (id) do nothing
$$;

-- What breaks most, what mends it, and how often whose code breaks, over the last days. What was not mended ended in a
-- title card, or, where it is a fault of the picture, stands in the film.
create function public.failure_summary(p_days int default 90) returns jsonb
language sql stable security definer set search_path = '' as $$
  with recent as materialized (
    select f.*, recovered and mended_by = 'fix' as by_fix, recovered and mended_by = 'model' as by_model
    from public.render_failures f where f.created_at > now() - make_interval(days => p_days)
  ), classes as (
    select error_class, count(*) as failures, count(*) filter (where by_fix) as mended_by_fix,
      count(*) filter (where by_model) as mended_by_model, count(*) filter (where not recovered) as unmended
    from recent group by error_class
  ), writers as (
    select coalesce(model, '') as model, coalesce(prompt_version, '') as prompt_version, count(*) as failures,
      count(*) filter (where by_fix) as mended_by_fix, count(*) filter (where by_model) as mended_by_model,
      count(*) filter (where not recovered) as unmended
    from recent group by 1, 2
  ), rules as (
    select rule, count(*) as failures, count(*) filter (where recovered) as recovered from recent where rule is not null group by rule
  )
  select jsonb_build_object(
    'failures', (select count(*) from recent),
    'recovered', (select count(*) from recent where recovered),
    'classes', coalesce((select jsonb_agg(to_jsonb(classes) order by failures desc, error_class) from classes), '[]'),
    'writers', coalesce((select jsonb_agg(to_jsonb(writers) order by failures desc, model, prompt_version) from writers), '[]'),
    'rules', coalesce((select jsonb_agg(to_jsonb(rules) order by failures desc, rule) from rules), '[]'))
$$;

-- Money and failures are the service's to know; the bills, and their sum, are the user's as well.
alter table public.reservations enable row level security;
alter table public.render_failures enable row level security;
grant select on public.reservations, public.render_failures to service_role;
grant execute on function
  public.release_reservations(uuid), public.reserve_cost(uuid, jsonb), public.settle_cost(uuid, jsonb, bigint),
  public.cost_history(int), public.record_failure(uuid, jsonb), public.failure_summary(int)
  to service_role;
