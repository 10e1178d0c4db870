-- SHA-256 of the secret of a client that registered itself with one (RFC 7591 §3.2.1).
alter table registered_client add column client_secret_hash text;
