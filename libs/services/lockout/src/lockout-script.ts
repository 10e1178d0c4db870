/**
 * Counts one failure. KEYS: counts (hash: `total` and one field per address), lock of the user, lock of the address.
 * ARGV: now in ms, address, attempts allowed, history in ms, shortest and longest lock in ms, factor, 1 for locks per address.
 * Returns {1 when this failure or an earlier one locks, end of the lock in ms}. A locked account counts nothing.
 */
export const FAIL_SCRIPT = `
local now, address, max, history = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local perAddress = ARGV[8] == '1'
local lock = perAddress and KEYS[3] or KEYS[2]
local held = tonumber(redis.call('GET', lock) or '0')
if held > now then return {1, held} end
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or '0')
if last > 0 and last + history <= now then redis.call('DEL', KEYS[1]) end
local total = redis.call('HINCRBY', KEYS[1], 'total', 1)
local own = redis.call('HINCRBY', KEYS[1], 'ip:' .. address, 1)
redis.call('HSET', KEYS[1], 'last', ARGV[1])
redis.call('PEXPIRE', KEYS[1], history)
local n = perAddress and own or total
if n < max then return {0, 0} end
local length = math.min(tonumber(ARGV[5]) * tonumber(ARGV[7]) ^ (n - max), tonumber(ARGV[6]))
local ends = now + math.floor(length)
redis.call('SET', lock, string.format('%.0f', ends), 'PX', math.max(1, math.floor(length)))
if perAddress then redis.call('HSET', KEYS[1], 'lock:' .. address, string.format('%.0f', ends)) end
return {1, string.format('%.0f', ends)}
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
