-- Takes tokens of several buckets at once, by Redis's own clock; `bucket.py` has the arithmetic.
--
-- KEYS: until when everybody keeps to itself; the bucket of everything; one key a bucket wanted
-- ARGV: for how long from now everybody is to keep to itself, or 0; interval and size of the bucket
--       of everything; interval, size and wanted tokens of each other. No interval is no limit. All
--       times are in microseconds.
--
-- Returns how long to keep to oneself, and then the tokens taken of each bucket wanted.

local KEPT_FOR = 3600  -- seconds; what is forgotten counts as empty

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local alone_until = tonumber(redis.call('GET', KEYS[1]) or 0)
if tonumber(ARGV[1]) > 0 then
  alone_until = math.max(alone_until, now + ARGV[1])
  redis.call('SET', KEYS[1], string.format('%.0f', alone_until), 'EX', KEPT_FOR)
end
if alone_until > now then
  return {alone_until - now}
end

-- While everybody kept to itself, all that the bucket gathered was taken.
local function look(key, interval, size)
  local stored = tonumber(redis.call('GET', key))
  local empty = size * interval
  local full_at = math.max(stored or now + empty, alone_until + empty)
  full_at = math.min(full_at, now + empty)  -- a clock that was set back must not stop us
  if full_at ~= stored then
    redis.call('SET', key, string.format('%.0f', full_at), 'EX', KEPT_FOR)
  end
  return math.max(0, size - math.ceil(math.max(0, full_at - now) / interval)), full_at
end

local function take(key, interval, count, full_at)
  local value = math.max(full_at, now) + count * interval
  redis.call('SET', key, string.format('%.0f', value), 'EX', KEPT_FOR)
end

local left, everything_full_at = math.huge, 0
local interval = tonumber(ARGV[2])
if interval > 0 then
  left, everything_full_at = look(KEYS[2], interval, tonumber(ARGV[3]))
end
local taken, answer = 0, {0}
for number = 3, #KEYS do
  local at = 4 + (number - 3) * 3
  local own_interval, grant = tonumber(ARGV[at]), math.min(left, tonumber(ARGV[at + 2]))
  if own_interval > 0 then
    local tokens, full_at = look(KEYS[number], own_interval, tonumber(ARGV[at + 1]))
    grant = math.min(grant, tokens)
    if grant > 0 then
      take(KEYS[number], own_interval, grant, full_at)
    end
  end
  left, taken = left - grant, taken + grant
  answer[number - 1] = grant
end
if interval > 0 and taken > 0 then
  take(KEYS[2], interval, taken, everything_full_at)
end
return answer
