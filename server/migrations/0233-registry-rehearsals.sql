-- A job that runs again to prove another works on copies of registered models that only it sees: the reproduction they belong to, and the model
-- that they stand for (null where there is none by that name).
alter table registered_models add column rehearsal_of text;
alter table registered_models add column stands_for text;
drop index registered_models_name;
create unique index registered_models_name on registered_models (project_id, name) where deleted_at is null and rehearsal_of is null;
create unique index registered_models_rehearsed on registered_models (rehearsal_of, project_id, name)
  where deleted_at is null and rehearsal_of is not null;
