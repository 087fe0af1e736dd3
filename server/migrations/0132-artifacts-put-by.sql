-- Who put a file there: somebody who may not judge what it became part of. Null for files of before.
alter table artifacts add column put_by text;
