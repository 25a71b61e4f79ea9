-- Jobs that outlive the process that runs them: who works, whose work was taken over, and what must count once however
-- often a step is run. The engine's own tables stand in the schema `dbos`, which it makes itself.

create table public.workers (
  slot text primary key check (char_length(slot) between 1 and 100),
  incarnation uuid not null,
  host text not null,
  process text not null,
  started_at timestamptz not null default clock_timestamp(),
  beat_at timestamptz not null default clock_timestamp()
);
comment on table public.workers is 'Processes that run jobs, each under a name that is its own while it beats.';
comment on column public.workers.incarnation is 'The process that holds the name now: calls that cost money say by which of them they were made.';
comment on column public.workers.process is 'Tells whether the process is still there, to whoever is on the same host.';

create table public.rescues (
  workflow_id text primary key,
  rescues int not null,
  steps int not null,
  last_at timestamptz not null default clock_timestamp()
);
comment on table public.rescues is 'How often in a row work was taken over from a process that died in it: what kills its worker is given up in the end.';
comment on column public.rescues.steps is 'Steps of it that had been recorded then; whoever gets further begins to count anew.';

alter table public.workers enable row level security;
alter table public.rescues enable row level security;
grant select on public.workers, public.rescues to service_role;

-- A take is known by its key: a step that is run again tells it again.
alter table public.takes add column take_key text;
create unique index takes_key on public.takes (job_id, section_number, take_key) where take_key is not null;

-- One more take of a section, once for each key. The take with the fewest faults is the section's; a card never replaces what
-- was rendered.
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
  insert into public.takes (job_id, section_number, take_number, outcome, faults, scene_code, clip_hash, report, take_key)
  values (p_job_id, p_section_number, v_take_number, p_take ->> 'outcome', coalesce((p_take ->> 'faults')::int, 0),
    p_take ->> 'scene_code', p_take ->> 'clip_hash', p_take -> 'report', p_take ->> 'key');
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

-- Money of calls whose makers died while they were under way.
alter table public.reservations add column made_by uuid;
comment on column public.reservations.made_by is 'The process that makes the call.';
comment on column public.reservations.released_at is 'Freed without a bill, as its maker is no more: an entry says that it may have been billed, until its bill comes after all.';
create index reservations_by_maker on public.reservations (made_by) where settled_at is null and released_at is null;
alter table public.cost_entries add column possibly_billed boolean not null default false;
comment on column public.cost_entries.possibly_billed is 'The call was under way when its maker died: it may have been billed, with at_most_micro_dollars of its units.';

-- Frees what is set aside for one call, and writes down that it may have been billed. The caller holds the job's row.
create function public.give_up_reservation(p_reservation public.reservations) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.reservations set released_at = clock_timestamp() where id = (p_reservation).id;
  insert into public.cost_entries (user_id, job_id, section_number, phase, provider, model, units, micro_dollars, cached, entry_key, possibly_billed)
  values ((p_reservation).user_id, (p_reservation).job_id, (p_reservation).section_number, (p_reservation).phase, (p_reservation).provider,
    (p_reservation).model, jsonb_build_object('at_most_micro_dollars', (p_reservation).micro_dollars), 0, false, (p_reservation).call_key || '#' || (p_reservation).attempt, true)
  on conflict (job_id, entry_key) where entry_key is not null do nothing;
  update public.video_metadata set cost_breakdown = public.cost_breakdown_of(job_id) where job_id = (p_reservation).job_id;
end
$$;

-- As before; what is given up may have been billed.
create or replace function public.release_reservations(p_job_id uuid) returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_reservation public.reservations;
  v_released int := 0;
begin
  perform 1 from public.video_metadata where job_id = p_job_id for update;
  for v_reservation in
    select * from public.reservations where job_id = p_job_id and settled_at is null and released_at is null order by id for update
  loop
    perform public.give_up_reservation(v_reservation);
    v_released := v_released + 1;
  end loop;
  return v_released;
end
$$;

-- Gives up all calls that a process which is no more had under way; answers how many there were.
create function public.give_up_calls_of(p_maker uuid) returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_job_id uuid;
  v_reservation public.reservations;
  v_released int := 0;
begin
  for v_job_id in
    select distinct job_id from public.reservations where made_by = p_maker and settled_at is null and released_at is null order by 1
  loop
    -- the job's row before its reservations, as everybody locks them
    perform 1 from public.video_metadata where job_id = v_job_id for update;
    for v_reservation in
      select * from public.reservations
      where made_by = p_maker and job_id is not distinct from v_job_id and settled_at is null and released_at is null order by id for update
    loop
      perform public.give_up_reservation(v_reservation);
      v_released := v_released + 1;
    end loop;
  end loop;
  return v_released;
end
$$;

-- As before, with the process that makes the call; a call of the same key that was given up may have been billed.
create or replace function public.reserve_cost(p_job_id uuid, p_call jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_job record;
  v_most bigint := (p_call ->> 'most_micro_dollars')::bigint;
  v_key text := p_call ->> 'call_key';
  v_reservation public.reservations;
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
  for v_reservation in
    select * from public.reservations where job_id = p_job_id and call_key = v_key and settled_at is null and released_at is null
  loop
    perform public.give_up_reservation(v_reservation);
  end loop;
  v_spent := (v_job.cost_breakdown ->> 'total_micro_dollars')::bigint;
  v_reserved := public.open_reservations(p_job_id);
  if v_spent + v_reserved + v_most > v_job.cap_micro_dollars then
    return jsonb_build_object('outcome', 'cap', 'spent', v_spent, 'reserved', v_reserved, 'cap', v_job.cap_micro_dollars);
  end if;
  insert into public.reservations (user_id, job_id, section_number, phase, provider, model, call_key, attempt, micro_dollars, made_by)
  values (v_job.user_id, p_job_id, (p_call ->> 'section_number')::int, p_call ->> 'phase', p_call ->> 'provider',
    p_call ->> 'model', v_key,
    1 + (select count(*) from public.reservations where job_id = p_job_id and call_key = v_key), v_most, (p_call ->> 'made_by')::uuid)
  returning id into v_id;
  return jsonb_build_object('outcome', 'reserved', 'reservation_id', v_id);
end
$$;

-- As before; a bill takes the place of the note that the call may have been billed.
create or replace function public.settle_cost(p_job_id uuid, p_bill jsonb, p_reservation_id bigint default null) returns jsonb
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
  insert into public.cost_entries as c (user_id, job_id, section_number, phase, provider, model, units, micro_dollars, cached, entry_key)
  values (v_user_id, v_job_id, (p_bill ->> 'section_number')::int, p_bill ->> 'phase', p_bill ->> 'provider', p_bill ->> 'model',
    coalesce(p_bill -> 'units', '{}'), (p_bill ->> 'micro_dollars')::bigint, coalesce((p_bill ->> 'cached')::boolean, false), v_key)
  on conflict (job_id, entry_key) where entry_key is not null do update set
    units = excluded.units, micro_dollars = excluded.micro_dollars, cached = excluded.cached, possibly_billed = false
    where c.possibly_billed;
  v_breakdown := public.cost_breakdown_of(v_job_id);
  update public.video_metadata set cost_breakdown = v_breakdown where job_id = v_job_id;
  return v_breakdown;
end
$$;

-- Takes a name that is free, or whose holder is known to be dead; answers whether it is ours now. A holder that died has its
-- work taken over first.
create function public.claim_worker(p_worker jsonb, p_silence_seconds double precision, p_is_dead boolean default false) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_slot text := p_worker ->> 'slot';
  v_held public.workers;
begin
  select * into v_held from public.workers where slot = v_slot for update;
  if found then
    if not p_is_dead and v_held.beat_at > clock_timestamp() - make_interval(secs => p_silence_seconds) then
      return false;
    end if;
    perform public.take_over(v_slot, v_held.incarnation, true);
  end if;
  insert into public.workers (slot, incarnation, host, process)
  values (v_slot, (p_worker ->> 'incarnation')::uuid, p_worker ->> 'host', p_worker ->> 'process')
  on conflict (slot) do nothing;
  return found;
end
$$;

-- Whether the name is still held by this process: false for one that was taken to be dead, and must end its work.
create function public.beat_worker(p_slot text, p_incarnation uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.workers set beat_at = clock_timestamp() where slot = p_slot and incarnation = p_incarnation;
  return found;
end
$$;

-- How many steps of a flow and of its children are recorded.
create function public.recorded_steps(p_workflow_id text) returns int
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select count(*) from dbos.operation_outputs o where o.workflow_uuid = p_workflow_id or o.workflow_uuid in (
    select w.workflow_uuid from dbos.workflow_status w where w.parent_workflow_id = p_workflow_id));
end
$$;

-- Ends a worker: what it had under way goes back to the queues that it came from, in its old place there; its calls are given
-- up. With p_counts each piece of work is noted as rescued once more.
create function public.take_over(p_slot text, p_incarnation uuid, p_counts boolean) returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_workflow_id text;
  v_taken int := 0;
begin
  delete from public.workers where slot = p_slot and incarnation = p_incarnation;
  if not found then
    return 0;
  end if;
  perform public.give_up_calls_of(p_incarnation);
  for v_workflow_id in
    update dbos.workflow_status set status = 'ENQUEUED', owner_xid = null, started_at_epoch_ms = null,
      updated_at = (extract(epoch from clock_timestamp()) * 1000)::bigint
    where status = 'PENDING' and executor_id = p_slot
    returning workflow_uuid
  loop
    v_taken := v_taken + 1;
    if p_counts then
      insert into public.rescues as r (workflow_id, rescues, steps) values (v_workflow_id, 1, public.recorded_steps(v_workflow_id))
      on conflict (workflow_id) do update set steps = excluded.steps, last_at = clock_timestamp(),
        rescues = case when excluded.steps > r.steps then 1 else r.rescues + 1 end;
    end if;
  end loop;
  return v_taken;
end
$$;

-- Takes over from every worker that has been silent for so long; answers their names.
create function public.reap_workers(p_silence_seconds double precision) returns setof text
language plpgsql security definer set search_path = '' as $$
declare
  v_silent public.workers;
begin
  for v_silent in
    select * from public.workers where beat_at <= clock_timestamp() - make_interval(secs => p_silence_seconds) for update skip locked
  loop
    perform public.take_over(v_silent.slot, v_silent.incarnation, true);
    return next v_silent.slot;
  end loop;
  -- and what a process took that had lost its name, and did not know yet
  update dbos.workflow_status w set status = 'ENQUEUED', owner_xid = null, started_at_epoch_ms = null
  where w.status = 'PENDING' and w.queue_name is not null and not exists (select from public.workers where slot = w.executor_id);
end
$$;

-- As before, over what was billed for certain.
create or replace function public.cost_history(p_jobs int default 50) returns jsonb
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
    where not c.cached and not c.possibly_billed and (c.micro_dollars > 0 or not c.units ? 'failed')
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

-- Everything else of workers is for those who reach the database itself.
grant execute on function public.give_up_calls_of(uuid) to service_role;
