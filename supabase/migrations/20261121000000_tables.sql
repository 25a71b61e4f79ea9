-- The tables of Lectern. video_metadata and job_progress have the columns that their clients have always known, and more.
create extension if not exists pg_trgm with schema extensions;

create function public.set_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end
$$;

-- Words that a search looks in. array_to_string is only stable, for types other than text.
create function public.search_words(title text, topic text, keywords text[]) returns text
language sql immutable set search_path = '' as $$
  select lower(coalesce(title, '') || ' ' || coalesce(topic, '') || ' ' || coalesce(array_to_string(keywords, ' '), ''))
$$;

create table public.users (
  id uuid primary key default gen_random_uuid(),
  subject text not null unique check (char_length(subject) between 1 and 255),
  clerk_user_id text,
  created_at timestamptz not null default now()
);
comment on column public.users.subject is 'The sub of the tokens that this user comes with.';

create table public.video_metadata (
  job_id uuid primary key default gen_random_uuid(),
  topic text not null check (char_length(topic) <= 2000),
  supabase_url text,
  supabase_filename text,
  status text not null default 'processing' check (status in ('processing', 'completed', 'failed')),
  user_id uuid not null references public.users (id) on delete cascade,
  clerk_user_id text,
  video_code text,
  mega_plan jsonb,
  cost_breakdown jsonb not null default '{"total_micro_dollars": 0, "calls": 0, "cached_calls": 0, "providers": {}}',
  duration_seconds double precision check (duration_seconds >= 0),
  keywords text[] not null default '{}',
  is_public boolean not null default false,
  share_token text unique check (share_token ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  completed_at timestamptz,

  title text not null default '' check (char_length(title) <= 300),
  language text,
  request jsonb not null default '{}',
  partial boolean not null default false,
  cancelled boolean not null default false,
  poster_url text,
  captions_url text,
  local_video_url text,
  files jsonb not null default '[]',
  reserved_micro_dollars bigint not null default 0 check (reserved_micro_dollars >= 0),
  deleted_at timestamptz,
  search_text text generated always as (public.search_words(title, topic, keywords)) stored
);
comment on column public.video_metadata.share_token is 'SHA-256, in hex, of the secret sharing token: the token itself is shown once and not kept.';
comment on column public.video_metadata.request is 'What was asked for: lesson, quality, language, voice, flavor.';
comment on column public.video_metadata.files is 'Objects in the bucket films: name, sizeBytes, sha256.';
comment on column public.video_metadata.reserved_micro_dollars is 'Estimate that counts against the day while the job runs.';
comment on column public.video_metadata.deleted_at is 'Hidden since then; its files and the row go as soon as they can.';

create index video_metadata_by_user on public.video_metadata (user_id, created_at desc, job_id desc);
create index video_metadata_public on public.video_metadata (created_at desc, job_id desc)
  where is_public and status = 'completed' and deleted_at is null;
create index video_metadata_running on public.video_metadata (user_id) where status = 'processing' and deleted_at is null;
create index video_metadata_deleted on public.video_metadata (deleted_at) where deleted_at is not null;
create index video_metadata_search on public.video_metadata using gin (search_text extensions.gin_trgm_ops);
create trigger video_metadata_updated before update on public.video_metadata
  for each row execute function public.set_updated_at();

create table public.job_progress (
  job_id uuid primary key references public.video_metadata (job_id) on delete cascade,
  status text not null default 'processing' check (status in ('processing', 'completed', 'failed')),
  current_stage int not null default 1 check (current_stage between 1 and 4),
  progress_percentage int not null default 0 check (progress_percentage between 0 and 100),
  message text not null default '',
  video_url text,
  error_message text,

  error_code text,
  last_sequence bigint not null default 0,
  cancel_requested_at timestamptz,
  updated_at timestamptz not null default now()
);
comment on column public.job_progress.current_stage is '1 planning, 2 pipeline, 3 concat, 4 upload.';
create trigger job_progress_updated before update on public.job_progress
  for each row execute function public.set_updated_at();

create table public.job_events (
  job_id uuid not null references public.job_progress (job_id) on delete cascade,
  sequence bigint not null check (sequence > 0),
  type text not null check (char_length(type) between 1 and 64),
  data jsonb not null default '{}',
  event_key text,
  created_at timestamptz not null default clock_timestamp(),
  primary key (job_id, sequence)
);
comment on table public.job_events is 'Append-only: append_event() is the one way in.';
create unique index job_events_key on public.job_events (job_id, event_key) where event_key is not null;

create table public.sections (
  job_id uuid not null references public.video_metadata (job_id) on delete cascade,
  section_number int not null check (section_number > 0),
  title text not null,
  status text not null default 'pending' check (status in ('pending', 'rendered', 'card')),
  duration_seconds double precision check (duration_seconds >= 0),
  best_take int,
  updated_at timestamptz not null default now(),
  primary key (job_id, section_number)
);
create trigger sections_updated before update on public.sections
  for each row execute function public.set_updated_at();

create table public.takes (
  job_id uuid not null,
  section_number int not null,
  take_number int not null check (take_number > 0),
  outcome text not null check (outcome in ('rendered', 'card', 'failed')),
  faults int not null default 0 check (faults >= 0),
  scene_code text not null,
  clip_hash text,
  report jsonb,
  created_at timestamptz not null default now(),
  primary key (job_id, section_number, take_number),
  foreign key (job_id, section_number) references public.sections (job_id, section_number) on delete cascade
);

create table public.cost_entries (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.users (id) on delete cascade,
  job_id uuid references public.video_metadata (job_id) on delete set null,
  section_number int,
  phase text not null,
  provider text not null,
  model text not null,
  units jsonb not null default '{}',
  micro_dollars bigint not null check (micro_dollars >= 0),
  cached boolean not null default false,
  entry_key text,
  created_at timestamptz not null default now()
);
comment on table public.cost_entries is 'One row a paid call. They stay when the film is deleted: the day''s spending does not shrink.';
comment on column public.cost_entries.units is 'What was counted, by name: {"input_tokens": 812, "output_tokens": 90}.';
create index cost_entries_by_day on public.cost_entries (user_id, created_at);
create unique index cost_entries_key on public.cost_entries (job_id, entry_key) where entry_key is not null;

create table public.error_logs (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.users (id) on delete cascade,
  job_id uuid references public.video_metadata (job_id) on delete cascade,
  section_number int,
  phase text not null,
  attempt int not null default 1 check (attempt > 0),
  code text not null,
  message text not null,
  log_path text not null,
  scene_code_path text,
  created_at timestamptz not null default now()
);
comment on column public.error_logs.log_path is 'Object in the bucket error-logs: JSON with stdout, stderr, command and attempt.';
create index error_logs_by_job on public.error_logs (job_id, created_at);

create table public.idempotency_keys (
  user_id uuid not null references public.users (id) on delete cascade,
  key text not null check (key ~ '^[\x21-\x7e]{1,64}$'),
  request_hash text not null,
  job_id uuid not null references public.video_metadata (job_id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);

create table public.rate_windows (
  user_id uuid not null references public.users (id) on delete cascade,
  name text not null,
  started_at timestamptz not null,
  taken int not null,
  primary key (user_id, name)
);

-- Of public films anyone may see this, and nothing else: no codes, costs, tokens or people.
create view public.public_films with (security_barrier) as
  select job_id, title, topic, supabase_url, poster_url, captions_url, duration_seconds, keywords, language,
    created_at, completed_at
  from public.video_metadata
  where is_public and status = 'completed' and deleted_at is null;
