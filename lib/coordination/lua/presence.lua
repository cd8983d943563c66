--[[
presence(all, accounts …): the heartbeat of one Node-RED, which is sent every second.

It writes on purpose: this shows that Redis takes writes, and takes them in time.

KEYS[1]  hash of all Node-REDs with this prefix: `m:<member>` = last seen; `fresh`, when the hash was new; `count`, how
         many there are, and when they were `counted`
KEYS[2…] hash of the members of each account that this Node-RED uses: `m:<member>`, `count` and `counted` as above;
         `fresh`, when Redis was new or had lost its data; `since`, when a member last came back after Redis was
         away: those not seen since may still go on with fixed shares; `known`, how many members there were before

ARGV[1]  member
ARGV[2]  1: Redis was away for this member until now
ARGV[3…] how many members it knew of each account; 0: it does not know
ARGV[last] `leave`: the member leaves the groups of these hashes, and only these; otherwise `stay`

Returns { all, account …, fresh }: the number of members of each hash, this one included; and `fresh`, which changes when
Redis has lost its data
]]
local time = redis.call("TIME")
local now = time[1] * 1000 + time[2] / 1000
-- As in lease.lua.
local deadAfter, grace, keptFor = 2000, 3000, 10000
local field = "m:" .. ARGV[1]
local isBack, isLeaving = ARGV[2] == "1", ARGV[#ARGV] == "leave"

-- Where this hash is still there, an account without a hash is a new one, and was not lost.
if redis.call("EXISTS", KEYS[1]) == 0 and not isLeaving then redis.call("HSET", KEYS[1], "fresh", now) end

-- What is in a hash may have been written by another program, or by another version of this one.
local function number(text, default)
  local n = tonumber(text or nil)
  return n and n == n and math.abs(n) < 1e15 and n or default
end

local fresh = number(redis.call("HGET", KEYS[1], "fresh"), now)

-- With hundreds of members, Redis would do nothing else than count them at each heartbeat.
local recountAfter = 100

--- How many members a hash has; those that are silent for long are dropped.
local function recount(key)
  local flat, count = redis.call("HGETALL", key), 0
  for n = 1, #flat, 2 do
    if string.sub(flat[n], 1, 2) == "m:" then
      if now - number(flat[n + 1], 0) < deadAfter then
        count = count + 1
      else
        redis.call("HDEL", key, flat[n])
      end
    end
  end
  if count > 0 then redis.call("HSET", key, "count", count, "counted", now) end
  return count
end

local counts = {}
for n = 1, #KEYS do
  local key, isNew, hasChanged = KEYS[n], redis.call("EXISTS", KEYS[n]) == 0, true
  if isLeaving then
    redis.call("HDEL", key, field)
  else
    if n > 1 then
      if isNew then redis.call("HSET", key, "fresh", fresh, "since", fresh) end
      local isInGrace = now - number(redis.call("HGET", key, "since"), 0) < grace
      if isBack then redis.call("HSET", key, "since", now) end
      if isNew or isBack or isInGrace then
        local known = isInGrace and number(redis.call("HGET", key, "known"), 0) or 0
        redis.call("HSET", key, "known", math.max(known, number(ARGV[n + 1], 0)))
      end
    end
    hasChanged = redis.call("HSET", key, field, now) == 1
    redis.call("PEXPIRE", key, keptFor)
  end
  local counted = number(redis.call("HGET", key, "counted"), 0)
  local isRecent = counted <= now and now - counted < recountAfter
  counts[n] = isRecent and not hasChanged and number(redis.call("HGET", key, "count")) or recount(key)
end
counts[#KEYS + 1] = fresh
return counts
