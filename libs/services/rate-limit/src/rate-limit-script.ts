/**
 * KEYS: one per bucket, then optionally a hash to read. ARGV: number of buckets; 1 to take all tokens or none; period in ms, burst, weight, and 1 for a mere look,
 * for each; fields of the hash. A weight of 0 is a free attempt: nothing is asked or taken.
 * Returns {index of the refusing bucket or 0, fields, indexes of empty buckets that were looked at}. Times come from Redis, so that all processes share one clock.
 */
export const RATE_LIMIT_SCRIPT = `
local n = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local function at(i)
  local period, burst, weight, peek = tonumber(ARGV[i * 4 - 1]), tonumber(ARGV[i * 4]), tonumber(ARGV[i * 4 + 1]), ARGV[i * 4 + 2] == '1'
  local emission = math.floor(period / burst)
  local base = math.max(tonumber(redis.call('GET', KEYS[i]) or '0'), now)
  local tat = base + math.ceil(emission * weight)
  return weight, peek, tat, weight > 0 and now < tat - emission * burst
end
if ARGV[2] == '1' then
  for i = 1, n do
    local _, peek, _, refused = at(i)
    if refused and not peek then return {i, {}, {}} end
  end
end
local empty = {}
for i = 1, n do
  local weight, peek, tat, refused = at(i)
  if peek then
    if refused then empty[#empty + 1] = i end
  elseif weight ~= 0 then
    if refused then return {i, {}, empty} end
    if tat > now then redis.call('SET', KEYS[i], tostring(tat), 'PX', tat - now) else redis.call('DEL', KEYS[i]) end
  end
end
local fields = {}
if KEYS[n + 1] then fields = redis.call('HMGET', KEYS[n + 1], unpack(ARGV, n * 4 + 3)) end
return {0, fields, empty}
`;
