/**
 * Counts one failure. KEYS: counts (hash: `total`, time of the last one, one field per address), locks (sorted set: what is locked -> end in ms).
 * ARGV: now in ms, address, what is locked, attempts allowed, history in ms, shortest and longest lock in ms, factor, 1 for counts per address.
 * Returns {1 when this failure or an earlier one locks, end of the lock in ms}. A locked account counts nothing. Locks end on a whole second; ended ones are dropped.
 */
export const FAIL_SCRIPT = `
local now, max, history, shortest, longest = tonumber(ARGV[1]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local held = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[3]) or '0')
if held > now then return {1, string.format('%.0f', held)} end
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or '0')
if last + history <= now then redis.call('DEL', KEYS[1]) end
local total = redis.call('HINCRBY', KEYS[1], 'total', 1)
local own = redis.call('HINCRBY', KEYS[1], 'ip:' .. ARGV[2], 1)
redis.call('HSET', KEYS[1], 'last', ARGV[1])
redis.call('PEXPIRE', KEYS[1], history)
local n = ARGV[9] == '1' and own or total
if n < max then return {0, '0'} end
local length = math.min(shortest, longest)
if length > 0 then length = math.min(length * tonumber(ARGV[8]) ^ (n - max), longest) end
local ends = math.ceil((now + length) / 1000) * 1000
local text = string.format('%.0f', ends)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[1])
redis.call('ZADD', KEYS[2], text, ARGV[3])
redis.call('PEXPIRE', KEYS[2], math.max(1, ends - now, redis.call('PTTL', KEYS[2])))
return {1, text}
`;

/** Forgets one address's failures. KEYS: counts. ARGV: address. A lock that holds stays. */
export const SUCCEED_SCRIPT = `
local own = tonumber(redis.call('HGET', KEYS[1], 'ip:' .. ARGV[1]) or '0')
if own == 0 then return 0 end
local total = tonumber(redis.call('HGET', KEYS[1], 'total') or '0')
redis.call('HSET', KEYS[1], 'total', tostring(math.max(0, total - own)))
redis.call('HDEL', KEYS[1], 'ip:' .. ARGV[1])
return own
`;
