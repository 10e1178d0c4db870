-- Who shows a stored picture: one that nobody shows is deleted.
create index auth_user_picture on auth_user (project_id, (standard_attributes ->> 'picture')) where standard_attributes ->> 'picture' like 'authgearimages:%';
