-- The access tokens of a refresh token may be for several API resources (RFC 8707 §2).
alter table token_resource drop constraint token_resource_pkey;
alter table token_resource add primary key (project_id, grant_id, initial_refresh_token_hash, resource_uri);
