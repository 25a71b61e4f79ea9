-- Sandboxes at a provider: which of them draws which section, and which were started ahead and wait for one. A process that goes on
-- with a section after another has died finds the sandbox that draws it here.

create table public.sandboxes (
  sandbox_key uuid primary key default gen_random_uuid(),
  sandbox_id text unique check (char_length(sandbox_id) <= 100),
  app text not null check (char_length(app) <= 100),
  image text not null check (char_length(image) <= 100),
  -- null for one that was made for its section
  owner uuid,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  ready_at timestamptz,
  claimed_at timestamptz,
  job_id uuid,
  section_number int check (section_number > 0),
  render_key text check (char_length(render_key) <= 100),
  check ((claimed_at is null) = (job_id is null) and (job_id is null) = (section_number is null) and (job_id is null) = (render_key is null))
);
comment on table public.sandboxes is 'Sandboxes that draw a section or wait for one. Each is used once.';
comment on column public.sandboxes.owner is 'The process that started it ahead.';
comment on column public.sandboxes.expires_at is 'Its provider ends it then.';
comment on column public.sandboxes.render_key is 'Hash of everything that goes into the clip: another take of the section is another render.';
create unique index sandboxes_by_render on public.sandboxes (job_id, section_number, render_key) where claimed_at is not null;
create index sandboxes_waiting on public.sandboxes (app, image, created_at) where claimed_at is null;

create table public.job_images (
  job_id uuid primary key,
  app text not null check (char_length(app) <= 100),
  image text not null check (char_length(image) <= 100),
  created_at timestamptz not null default clock_timestamp()
);
comment on table public.job_images is 'The image that a job began with, and is finished with.';

alter table public.sandboxes enable row level security;
alter table public.job_images enable row level security;
grant select on public.sandboxes, public.job_images to service_role;

create function public.claim_of_render(p_claim jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('sandbox_id', sandbox_id, 'claimed_at', claimed_at, 'found', true) from public.sandboxes
  where job_id = (p_claim ->> 'job_id')::uuid and section_number = (p_claim ->> 'section_number')::int
    and render_key = p_claim ->> 'render_key' and expires_at > clock_timestamp()
$$;

-- The sandbox that works for this render already, or the oldest that waits and lives long enough; null where there is neither.
create function public.claim_sandbox(p_claim jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_found jsonb := public.claim_of_render(p_claim);
  v_claimed public.sandboxes;
begin
  if v_found is not null then
    return v_found;
  end if;
  update public.sandboxes set claimed_at = clock_timestamp(), job_id = (p_claim ->> 'job_id')::uuid,
    section_number = (p_claim ->> 'section_number')::int, render_key = p_claim ->> 'render_key'
  where sandbox_key = (
    select sandbox_key from public.sandboxes
    where claimed_at is null and ready_at is not null and app = p_claim ->> 'app' and image = p_claim ->> 'image'
      and expires_at >= clock_timestamp() + make_interval(secs => (p_claim ->> 'seconds_needed')::double precision)
    order by created_at limit 1 for update skip locked)
  returning * into v_claimed;
  if v_claimed.sandbox_id is null then
    return null;
  end if;
  return jsonb_build_object('sandbox_id', v_claimed.sandbox_id, 'claimed_at', v_claimed.claimed_at, 'found', false);
exception when unique_violation then -- claimed for the same render by somebody else since we looked
  return public.claim_of_render(p_claim);
end
$$;

-- Notes the sandbox that was made for a render; what was noted for it before is no more.
create function public.add_sandbox(p_claim jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.sandboxes where sandbox_id = p_claim ->> 'sandbox_id' or (job_id = (p_claim ->> 'job_id')::uuid
    and section_number = (p_claim ->> 'section_number')::int and render_key = p_claim ->> 'render_key');
  insert into public.sandboxes (sandbox_id, app, image, expires_at, claimed_at, job_id, section_number, render_key)
  values (p_claim ->> 'sandbox_id', p_claim ->> 'app', p_claim ->> 'image',
    clock_timestamp() + make_interval(secs => (p_claim ->> 'lifetime_seconds')::double precision), clock_timestamp(),
    (p_claim ->> 'job_id')::uuid, (p_claim ->> 'section_number')::int, p_claim ->> 'render_key');
end
$$;

create function public.remove_sandbox(p_sandbox_id text) returns void
language sql security definer set search_path = '' as $$
  delete from public.sandboxes where sandbox_id = p_sandbox_id
$$;

-- What is to be done so that as many wait for a process as it wants: names of those to start, ids of those to end. Those that
-- have waited too long are ended, whoever started them.
create function public.keep_sandboxes(p_pool jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_owner uuid := (p_pool ->> 'owner')::uuid;
  v_target int := (p_pool ->> 'target')::int;
  v_end jsonb;
  v_surplus jsonb;
  v_start jsonb;
begin
  delete from public.sandboxes where expires_at < clock_timestamp();
  with aged as (
    delete from public.sandboxes where sandbox_key in (
      select sandbox_key from public.sandboxes
      where claimed_at is null and app = p_pool ->> 'app'
        and created_at <= clock_timestamp() - make_interval(secs => (p_pool ->> 'age_seconds')::double precision)
      for update skip locked)
    returning sandbox_id
  ) select coalesce(jsonb_agg(sandbox_id) filter (where sandbox_id is not null), '[]') into v_end from aged;
  with surplus as (
    delete from public.sandboxes where sandbox_key in (
      select sandbox_key from public.sandboxes
      where claimed_at is null and owner = v_owner and sandbox_key not in (
        select sandbox_key from public.sandboxes where claimed_at is null and owner = v_owner and image = p_pool ->> 'image'
        order by created_at desc limit v_target)
      for update skip locked)
    returning sandbox_id
  ) select coalesce(jsonb_agg(sandbox_id) filter (where sandbox_id is not null), '[]') into v_surplus from surplus;
  with started as (
    insert into public.sandboxes (app, image, owner, expires_at)
    select p_pool ->> 'app', p_pool ->> 'image', v_owner,
      clock_timestamp() + make_interval(secs => (p_pool ->> 'lifetime_seconds')::double precision)
    from generate_series(1, v_target - (select count(*) from public.sandboxes where claimed_at is null and owner = v_owner))
    returning sandbox_key
  ) select coalesce(jsonb_agg(sandbox_key), '[]') into v_start from started;
  return jsonb_build_object('start', v_start, 'end', v_end || v_surplus);
end
$$;

-- From now on the sandbox can be claimed; false where it is not wanted any more.
create function public.ready_sandbox(p_key uuid, p_sandbox_id text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.sandboxes set sandbox_id = p_sandbox_id, ready_at = clock_timestamp() where sandbox_key = p_key;
  return found;
end
$$;

-- The image of a job: the one that is given, unless it has begun with another.
create function public.image_of_job(p_job_id uuid, p_app text, p_image text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_image text;
begin
  select image into v_image from public.job_images where job_id = p_job_id and app = p_app;
  if found then
    return v_image;
  end if;
  delete from public.job_images where created_at < clock_timestamp() - interval '30 days';
  insert into public.job_images (job_id, app, image) values (p_job_id, p_app, p_image)
  on conflict (job_id) do update set image = case when job_images.app = excluded.app then job_images.image else excluded.image end, app = excluded.app
  returning image into v_image;
  return v_image;
end
$$;

grant execute on function
  public.claim_sandbox(jsonb), public.add_sandbox(jsonb), public.remove_sandbox(text), public.keep_sandboxes(jsonb),
  public.ready_sandbox(uuid, text), public.image_of_job(uuid, text, text)
  to service_role;
