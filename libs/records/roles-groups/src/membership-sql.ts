const DIRECT_ROLES = `array(select r.key from user_role x join auth_role r on r.project_id = x.project_id and r.id = x.role_id
  where x.project_id = u.project_id and x.user_id = u.id order by x.created_at, r.key)`;
const GROUPS = `array(select r.key from user_group x join auth_group r on r.project_id = x.project_id and r.id = x.group_id
  where x.project_id = u.project_id and x.user_id = u.id order by x.created_at, r.key)`;
const EFFECTIVE_ROLES = `array(select r.key from (
    select x.role_id from user_role x where x.project_id = u.project_id and x.user_id = u.id
    union select l.role_id from user_group g join group_role l on l.project_id = g.project_id and l.group_id = g.group_id where g.project_id = u.project_id and g.user_id = u.id
  ) m join auth_role r on r.project_id = u.project_id and r.id = m.role_id order by r.created_at, r.key)`;

/** Columns `role_keys`, `group_keys` and `effective_role_keys` of a statement that has `auth_user` as `u`. */
export const MEMBERSHIP_COLUMNS = `${DIRECT_ROLES} as role_keys, ${GROUPS} as group_keys, ${EFFECTIVE_ROLES} as effective_role_keys`;

/** Ids of everybody who has one of the roles `$2` or is in one of the groups `$3` of the project `$1`, as column `user_id`. */
export const HOLDERS_SQL = `select x.user_id from user_role x where x.project_id = $1 and x.role_id = any($2::uuid[])
  union select m.user_id from user_group m where m.project_id = $1 and m.group_id = any($3::uuid[])
  union select m.user_id from group_role l join user_group m on m.project_id = l.project_id and m.group_id = l.group_id where l.project_id = $1 and l.role_id = any($2::uuid[])`;
