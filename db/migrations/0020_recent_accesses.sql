-- The latest uses of a session, oldest first, ten at most; they go with it (spec: sessions and tokens §2.1). Written by the statement that notes the last access.
alter table idp_session add column recent_accesses jsonb not null default '[]';
alter table offline_grant add column recent_accesses jsonb not null default '[]';
