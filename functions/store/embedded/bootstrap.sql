-- What a hosted Supabase project already has, for a plain Postgres 15 or later. Runs at every start, as superuser, before
-- the migrations; never against a hosted project. Whatever grants stands inside the step that creates, so that a later
-- start does not undo what a migration has revoked.

-- roles: as hosted, the owner of the schema is no superuser ---------------------------------------------------------
do $$
begin
  if not exists (select from pg_roles where rolname = 'postgres') then
    create role postgres login createrole createdb bypassrls; -- the starter sets the passwords
  end if;
  if not exists (select from pg_roles where rolname = 'anon') then
    create role anon nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'authenticated') then
    create role authenticated nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'service_role') then
    create role service_role nologin noinherit bypassrls;
  end if;
  if not exists (select from pg_roles where rolname = 'authenticator') then
    create role authenticator login noinherit;
    alter role authenticator set statement_timeout = '8s';
    grant anon, authenticated, service_role to authenticator;
    grant anon, authenticated, service_role to postgres;
    grant create, connect, temporary on database postgres to postgres;
    revoke connect, temporary on database postgres from public;
    grant connect on database postgres to authenticator;
    alter database postgres set search_path = "$user", public, extensions;
  end if;
end
$$;

-- schemas and extensions ----------------------------------------------------------------------------------------------
do $$
begin
  if to_regnamespace('extensions') is null then
    alter schema public owner to postgres;
    create schema extensions authorization postgres;
    create schema auth;
    create schema storage;
    create schema supabase_migrations authorization postgres;
    grant usage on schema public, auth, storage, extensions to anon, authenticated, service_role, postgres;
    -- The older hosted default privileges; newer projects restrict them, so migrations revoke and grant explicitly.
    alter default privileges for role postgres in schema public grant all on tables to anon, authenticated, service_role;
    alter default privileges for role postgres in schema public grant all on sequences to anon, authenticated, service_role;
    alter default privileges for role postgres in schema public grant all on routines to anon, authenticated, service_role;
  end if;
end
$$;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;

-- auth.*: what policies read; PostgREST and the storage routes set request.jwt.claims in every transaction ---------------
create or replace function auth.jwt() returns jsonb
language sql stable as $$
  select nullif(current_setting('request.jwt.claims', true), '')::jsonb
$$;

create or replace function auth.role() returns text
language sql stable as $$
  select auth.jwt() ->> 'role'
$$;

-- Raises 22P02 for subjects that are no uuid, as on hosted: our policies do not use it.
create or replace function auth.uid() returns uuid
language sql stable as $$
  select (auth.jwt() ->> 'sub')::uuid
$$;

-- storage -----------------------------------------------------------------------------------------------------------------
do $$
begin
  if to_regclass('storage.buckets') is null then
    create table storage.buckets (
      id text primary key,
      name text not null unique,
      owner uuid,
      owner_id text,
      public boolean default false,
      avif_autodetection boolean default false,
      file_size_limit bigint,
      allowed_mime_types text[],
      created_at timestamptz default now(),
      updated_at timestamptz default now()
    );
    create table storage.objects (
      id uuid primary key default gen_random_uuid(),
      bucket_id text references storage.buckets (id),
      name text not null,
      owner uuid,
      owner_id text,
      created_at timestamptz default now(),
      updated_at timestamptz default now(),
      last_accessed_at timestamptz default now(),
      metadata jsonb,
      path_tokens text[] generated always as (string_to_array(name, '/')) stored,
      version text,
      user_metadata jsonb
    );
    create unique index bucketid_objname on storage.objects (bucket_id, name);
    create index name_prefix_search on storage.objects (name text_pattern_ops);
    alter table storage.buckets enable row level security;
    alter table storage.objects enable row level security;
    -- policies on them are made by migrations, which run as postgres
    alter table storage.buckets owner to postgres;
    alter table storage.objects owner to postgres;
    grant select, insert, update, delete on storage.buckets, storage.objects to anon, authenticated, service_role;
  end if;
end
$$;

create or replace function storage.foldername(name text) returns text[]
language sql immutable as $$
  select (string_to_array(name, '/'))[1 : array_length(string_to_array(name, '/'), 1) - 1]
$$;

create or replace function storage.filename(name text) returns text
language sql immutable as $$
  select (string_to_array(name, '/'))[array_length(string_to_array(name, '/'), 1)]
$$;

create or replace function storage.extension(name text) returns text
language sql immutable as $$
  select reverse(split_part(reverse(storage.filename(name)), '.', 1))
$$;

-- the official CLI's own table, so that it and we agree on what has been applied --------------------------------------------
do $$
begin
  if to_regclass('supabase_migrations.schema_migrations') is null then
    create table supabase_migrations.schema_migrations (
      version text primary key,
      statements text[],
      name text
    );
    alter table supabase_migrations.schema_migrations owner to postgres;
  end if;
end
$$;
