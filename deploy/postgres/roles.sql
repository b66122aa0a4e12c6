-- Two roles with few rights: one owns the schema and migrates it, the other serves and can change rows alone.
-- Run as a superuser, connected to Vestibule's database: psql -d vestibule -f roles.sql. It may be run again.
-- Then give both a password (\password vestibule_owner), and set
--   DATABASE_URL=postgres://vestibule_runtime:…/vestibule
--   DATABASE_MIGRATION_URL=postgres://vestibule_owner:…/vestibule

do $$ begin
  if not exists (select from pg_roles where rolname = 'vestibule_owner') then
    create role vestibule_owner login;
  end if;
  if not exists (select from pg_roles where rolname = 'vestibule_runtime') then
    create role vestibule_runtime login;
  end if;
  execute format('alter database %I owner to vestibule_owner', current_database());
  execute format('revoke temporary on database %I from public', current_database());
end $$;

-- A statement that takes longer ends, also behind a pooler.
alter role vestibule_runtime set statement_timeout = '8s';

revoke create on schema public from public;
grant usage, create on schema public to vestibule_owner;
grant usage on schema public to vestibule_runtime;

-- What there is, and what migrations will make. (What another role owns: reassign owned by … to vestibule_owner.)
grant select, insert, update, delete on all tables in schema public to vestibule_runtime;
alter default privileges for role vestibule_owner in schema public
  grant select, insert, update, delete on tables to vestibule_runtime;
