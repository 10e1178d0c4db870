/**
 * KEYS: one per bucket, then optionally a hash to read. ARGV: number of buckets; period in ms, burst, weight for each; fields of the hash.
 * A bucket of weight 0 is only looked at. Returns {index of the refusing bucket or 0, fields, indexes of empty buckets of weight 0}.
 * Times come from Redis, so that all processes share one clock.
 */
export const RATE_LIMIT_SCRIPT = `
local n = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local empty = {}
for i = 1, n do
  local period, burst, weight = tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3]), tonumber(ARGV[i * 3 + 1])
  local emission = math.floor(period / burst)
  local base = math.max(tonumber(redis.call('GET', KEYS[i]) or '0'), now)
  if weight == 0 then
    if now < base + emission - emission * burst then empty[#empty + 1] = i end
  else
    local tat = base + math.ceil(emission * weight)
    if weight > 0 and now < tat - emission * burst then return {i, {}, empty} end
    if tat > now then redis.call('SET', KEYS[i], tostring(tat), 'PX', tat - now) else redis.call('DEL', KEYS[i]) end
  end
end
local fields = {}
if KEYS[n + 1] then fields = redis.call('HMGET', KEYS[n + 1], unpack(ARGV, n * 3 + 2)) end
return {0, fields, empty}
`;
