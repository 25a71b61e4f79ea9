-- What is to blame where a worker dies: a part of a job rather than the job that waits for it, and of several parts the one that is
-- on trial.

alter table public.rescues add column tried_by uuid;
comment on column public.rescues.tried_by is 'The process that tries it by itself: nothing else of that process is blamed when it dies.';

-- Whether a piece of work that a dead process had under way may have been what killed it.
create function public.is_to_blame(p_workflow_id text, p_incarnation uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  if exists (select from public.rescues where tried_by = p_incarnation) then
    return exists (select from public.rescues where workflow_id = p_workflow_id and tried_by = p_incarnation);
  end if;
  -- a job waits while a part of it is under way
  return not exists (select from dbos.workflow_status where parent_workflow_id = p_workflow_id and status = 'PENDING');
end
$$;

-- As before; with p_counts what may be to blame is noted as rescued once more.
create or replace function public.take_over(p_slot text, p_incarnation uuid, p_counts boolean) returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_blamed text[];
  v_workflow_id text;
  v_taken int := 0;
begin
  delete from public.workers where slot = p_slot and incarnation = p_incarnation;
  if not found then
    return 0;
  end if;
  perform public.give_up_calls_of(p_incarnation);
  select coalesce(array_agg(workflow_uuid), '{}') into v_blamed from dbos.workflow_status
    where p_counts and status = 'PENDING' and executor_id = p_slot and public.is_to_blame(workflow_uuid, p_incarnation);
  update public.rescues set tried_by = null where tried_by = p_incarnation;
  for v_workflow_id in
    update dbos.workflow_status set status = 'ENQUEUED', owner_xid = null, started_at_epoch_ms = null,
      updated_at = (extract(epoch from clock_timestamp()) * 1000)::bigint
    where status = 'PENDING' and executor_id = p_slot
    returning workflow_uuid
  loop
    v_taken := v_taken + 1;
    continue when v_workflow_id <> all (v_blamed);
    insert into public.rescues as r (workflow_id, rescues, steps) values (v_workflow_id, 1, public.recorded_steps(v_workflow_id))
    on conflict (workflow_id) do update set steps = excluded.steps, last_at = clock_timestamp(),
      rescues = case when excluded.steps > r.steps then 1 else r.rescues + 1 end;
  end loop;
  return v_taken;
end
$$;

-- As before, but never from the worker that asks: on a busy machine its own beat can be old by the time that it looks.
drop function public.reap_workers(double precision);
create function public.reap_workers(p_silence_seconds double precision, p_slot text) returns setof text
language plpgsql security definer set search_path = '' as $$
declare
  v_silent public.workers;
begin
  for v_silent in
    select * from public.workers
    where slot <> p_slot and beat_at <= clock_timestamp() - make_interval(secs => p_silence_seconds) for update skip locked
  loop
    perform public.take_over(v_silent.slot, v_silent.incarnation, true);
    return next v_silent.slot;
  end loop;
  -- and what a process took that had lost its name, and did not know yet
  update dbos.workflow_status w set status = 'ENQUEUED', owner_xid = null, started_at_epoch_ms = null
  where w.status = 'PENDING' and w.queue_name is not null and not exists (select from public.workers where slot = w.executor_id);
end
$$;
