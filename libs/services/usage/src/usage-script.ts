/**
 * KEYS: day counter, month counter. ARGV: amount; quota that blocks and end in ms for each counter (quota -1: none).
 * Both counters move, or none. Returns {index of the refusing counter or 0, day and month counts before}.
 */
export const RESERVE_SCRIPT = `
local n = tonumber(ARGV[1])
local before = {}
for i = 1, 2 do
  before[i] = tonumber(redis.call('GET', KEYS[i]) or '0')
  local quota = tonumber(ARGV[i * 2])
  if quota >= 0 and before[i] + n > quota then return {i, 0, 0} end
end
for i = 1, 2 do
  redis.call('INCRBY', KEYS[i], n)
  redis.call('PEXPIREAT', KEYS[i], ARGV[i * 2 + 1])
end
return {0, before[1], before[2]}
`;

/** KEYS: counters. ARGV: amount. Takes back what was reserved, where the counter still runs. */
export const GIVE_BACK_SCRIPT = `
for _, key in ipairs(KEYS) do
  local count = tonumber(redis.call('GET', key) or '0')
  local back = math.min(count, tonumber(ARGV[1]))
  if back > 0 then redis.call('DECRBY', key, back) end
end
return 1
`;
