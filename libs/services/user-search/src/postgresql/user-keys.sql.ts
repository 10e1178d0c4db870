import type { ProjectContext } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import { beyond, columns, END, matchesAll, order, type SearchPage, type Statement, Values } from "./find-users.sql.js";
import type { Keys, Part } from "./list-parts.js";
import type { Clause } from "./search-terms.js";

/** The keys of a user, as the index `user_search_keys_of` has them. */
const KEYS = "user_search_keys(s.project_id, s.user_id, s.created_at, s.last_login_at, s.terms)";
/** Of so many first characters there are keys. */
const LEVELS = [2, 4, 6, 8, 10, 12, 16] as const;
/** A beginning between two levels stands for the longer beginnings of the next one, up to so many. */
const MOST_PIECES = 256;

/** Finds the keys of clauses: a row for each. */
export function keysStatement(ctx: ProjectContext, clauses: readonly Clause[]): Statement {
  const values = new Values(ctx);
  const rows = clauses.map(({ exact, prefixes }, index) => {
    // Whole ids have no key.
    if (exact.some((term) => isUuid(term.slice(1)))) return `select ${index} as clause, null::text[] as keys where $1::text is not null`;
    // What nobody has would cost the index as much as the others.
    const known = `array(select e.term from unnest(${values.add(exact, "text[]")}) e(term) where exists (select 1 from user_search_term t where t.project_id = $1 and t.term = e.term))`;
    const parts = [known, ...prefixes.map((prefix) => pieces(values, prefix))];
    return `select ${index} as clause, ${parts.join(" || ")} as keys where $1::text is not null`;
  });
  return { sql: `${rows.join(" union all ")} order by clause`, values: values.list };
}

/** The keys of a beginning: those of the shortest longer beginnings, each found by a jump behind the one before; of too many, that of the longest shorter one. */
function pieces(values: Values, prefix: string): string {
  const size = [...prefix].length - 1;
  const shorter = LEVELS.findLast((level) => level <= size);
  const longer = LEVELS.find((level) => level >= size);
  const ofShorter = shorter === undefined ? "null::text[]" : `array[${values.add(String(shorter) + [...prefix].slice(0, shorter + 1).join(""), "text")}]`;
  const [from, to] = [values.add(prefix, "text"), values.add(prefix + END, "text")];
  if (longer === undefined || longer === size)
    return `(select case when exists (select 1 from user_search_term t where t.project_id = $1 and t.term >= ${from} and t.term < ${to}) then ${ofShorter} else '{}' end)`;
  const next = (after: string): string =>
    `(select left(t.term, ${longer + 1}) from user_search_term t where t.project_id = $1 and t.term >= ${after} and t.term < ${to} order by t.term limit 1)`;
  // What is shorter than the level is whole: the next text is it and the least character.
  const behind = `jump.piece || case when length(jump.piece) <= ${longer} then chr(1) else ${values.add(END, "text")} end`;
  const found = `with recursive jump(piece) as (select ${next(from)} union all select ${next(behind)} from jump where jump.piece is not null)
    select piece from jump where piece is not null limit ${MOST_PIECES + 1}`;
  return `(select case when count(*) > ${MOST_PIECES} then ${ofShorter} else coalesce(array_agg('${longer}' || p.piece), '{}') end from (${found}) p)`;
}

/** All users of a part of the list who have one of each of the keys and satisfy the clauses, up to a bound, in no order. Documents are read only of those whose keys match. */
export function matchingStatement(
  ctx: ProjectContext,
  { clauses, keys, part, page, most }: { clauses: readonly Clause[]; keys: readonly Keys[]; part: Part; page: SearchPage; most: number },
): Statement {
  const values = new Values(ctx);
  const hashed = (of: Keys): string => `array(select hashtextextended($1 || ' ' || k, 0) from unnest(${values.add(of, "text[]")}) k)`;
  const lists = [...keys, ...part.keys.map((key) => [key]), ...(part.anyOf ? [part.anyOf] : [])];
  // In a stretch, users who lie together, the index jumps from one key's next user to the other's. In the whole list it begins with the rarest of the single keys.
  const stretches = part.oneOf ? `unnest(${hashed(part.oneOf)}) p(key) cross join lateral ` : "";
  const single = part.oneOf ? [] : lists.filter((of) => of.length === 1).flat();
  const apart = part.oneOf ? lists : lists.filter((of) => of.length !== 1);
  const conditions = [
    ...(part.oneOf ? [`${KEYS} && array[p.key]`] : []),
    ...(single.length > 0 ? [`${KEYS} @> ${hashed(single)}`] : []),
    ...apart.map((of) => `${KEYS} && ${hashed(of)}`),
    unindexed("s.project_id = $1"),
    ...(part.after ? [unindexed(beyond(values, { ...page, after: part.after }, "s").slice(AND.length))] : []),
    ...(part.upTo ? [`${unindexed(beyond(values, { ...page, after: part.upTo }, "s").slice(AND.length))} is false`] : []),
    ...(part.at ? [unindexed(`s.${page.sortBy} = ${values.add(part.at, "timestamptz")}`)] : []),
    matchesAll(values, clauses),
  ];
  // `offset 0` keeps the planner from joining the other way round
  const users = `(select s.user_id, s.${page.sortBy} from user_search s where ${conditions.join(" and ")} offset 0) c`;
  return { sql: `select ${columns(page, "c")} from ${stretches}${users} limit ${values.add(most, "int")}`, values: values.list };
}

const AND = " and ";
/** Keeps a condition from being looked up in another index. */
const unindexed = (condition: string): string => `((${condition}) is true)`;

/** Where the list begins, from the page on. */
export function beginStatement(ctx: ProjectContext, page: SearchPage): Statement {
  const values = new Values(ctx);
  return { sql: `select ${columns(page, "s")} from user_search s where s.project_id = $1${beyond(values, page, "s")} ${order(page, "s")} limit 1`, values: values.list };
}
