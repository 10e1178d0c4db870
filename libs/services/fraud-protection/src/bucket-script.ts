/**
 * Fills leaky buckets. KEYS: hashes {level, last_updated}, then countries that were sent to from an address, then those verified from there. ARGV: number of buckets;
 * threshold and window in seconds for each; country, empty where the address is not known. A bucket is filled by 1 and lives for two windows.
 * Returns for each bucket whether it runs over, then whether more than three countries without a verified code were sent to within 24 hours.
 */
export const FILL_SCRIPT = `
local n = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local result = {}
for i = 1, n do
  local threshold, window = tonumber(ARGV[i * 2]), tonumber(ARGV[i * 2 + 1])
  local fields = redis.call('HMGET', KEYS[i], 'level', 'last_updated')
  local level = math.min(tonumber(fields[1] or '0'), threshold)
  local elapsed = math.max(0, now - tonumber(fields[2] or now))
  level = math.max(0, level - elapsed * threshold / window + 1)
  redis.call('HSET', KEYS[i], 'level', string.format('%.9f', level), 'last_updated', string.format('%.6f', now))
  redis.call('PEXPIRE', KEYS[i], window * 2000)
  result[i] = level > threshold and 1 or 0
end
local country = ARGV[n * 2 + 2]
if country == '' then return result end
local sent, verified = KEYS[n + 1], KEYS[n + 2]
redis.call('ZADD', sent, now, country)
redis.call('EXPIRE', sent, 86400)
for _, key in ipairs({sent, verified}) do redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('(%.6f', now - 86400)) end
local open = 0
for _, one in ipairs(redis.call('ZRANGE', sent, 0, -1)) do
  if not redis.call('ZSCORE', verified, one) then open = open + 1 end
end
result[n + 1] = open > 3 and 1 or 0
return result
`;

/** Drains buckets that run. KEYS: as before, without countries. ARGV: number of buckets, units, threshold and window for each. Their lives stay as they are. */
export const DRAIN_SCRIPT = `
local n = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
for i = 1, n do
  local threshold, window = tonumber(ARGV[i * 2 + 1]), tonumber(ARGV[i * 2 + 2])
  local fields = redis.call('HMGET', KEYS[i], 'level', 'last_updated')
  if fields[1] then
    local level = math.min(tonumber(fields[1]), threshold)
    local elapsed = math.max(0, now - tonumber(fields[2]))
    level = math.max(0, level - elapsed * threshold / window - tonumber(ARGV[2]))
    redis.call('HSET', KEYS[i], 'level', string.format('%.9f', level), 'last_updated', string.format('%.6f', now))
  end
end
return 1
`;

/** Takes what a run sent to and nobody verified. KEYS: the run's hash of phone numbers. */
export const SETTLE_SCRIPT = `
local pairs = redis.call('HGETALL', KEYS[1])
redis.call('DEL', KEYS[1])
return pairs
`;
