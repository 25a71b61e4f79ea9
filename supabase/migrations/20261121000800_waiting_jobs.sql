-- A job waits for its parts while they are under way, and as well while they wait for a place: it is not what its worker died of.
create or replace function public.is_to_blame(p_workflow_id text, p_incarnation uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  if exists (select from public.rescues where tried_by = p_incarnation) then
    return exists (select from public.rescues where workflow_id = p_workflow_id and tried_by = p_incarnation);
  end if;
  return not exists (
    select from dbos.workflow_status where parent_workflow_id = p_workflow_id and status in ('PENDING', 'ENQUEUED', 'DELAYED'));
end
$$;
