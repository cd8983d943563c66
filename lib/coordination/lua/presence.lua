--[[
presence(all, accounts …): a sign of life of one Node-RED, which is repeated every second.

Writes on purpose: it shows as well that Redis takes writes, and that it does so in time.

KEYS[1]  hash of all Node-REDs with this prefix: `m:<member>` = last seen; `fresh`, when the hash was new
KEYS[2…] hash of the members of each account that this Node-RED uses: `m:<member>`; `since`, when those that are not seen
         since then may still go on with fixed shares; `fresh`, when Redis was new or had lost its data; `known`, how
         many members there were before

ARGV[1]  member
ARGV[2]  1: Redis was away for this member until now
ARGV[3…] how many members it knew of each account; 0: it does not know
ARGV[last] `leave` where the member goes away, and then from these hashes only; `stay` elsewhere

Returns { all, account … }: the number of members of each hash, this one included
]]
local time = redis.call("TIME")
local now = time[1] * 1000 + time[2] / 1000
-- As in lease.lua.
local deadAfter, grace, keptFor = 2000, 3000, 10000
local field = "m:" .. ARGV[1]
local isBack, isLeaving = ARGV[2] == "1", ARGV[#ARGV] == "leave"

-- An account that is new where other things are remembered was not forgotten.
if redis.call("EXISTS", KEYS[1]) == 0 and not isLeaving then redis.call("HSET", KEYS[1], "fresh", now) end
local fresh = tonumber(redis.call("HGET", KEYS[1], "fresh") or now)

local counts = {}
for n = 1, #KEYS do
  local key, count, isNew = KEYS[n], 0, redis.call("EXISTS", KEYS[n]) == 0
  if isLeaving then
    redis.call("HDEL", key, field)
  else
    if n > 1 then
      if isNew then redis.call("HSET", key, "fresh", fresh, "since", fresh) end
      local isInGrace = now - tonumber(redis.call("HGET", key, "since") or 0) < grace
      if isBack then redis.call("HSET", key, "since", now) end
      if isNew or isBack or isInGrace then
        local known = isInGrace and tonumber(redis.call("HGET", key, "known") or 0) or 0
        redis.call("HSET", key, "known", math.max(known, tonumber(ARGV[n + 1])))
      end
    end
    redis.call("HSET", key, field, now)
    redis.call("PEXPIRE", key, keptFor)
  end
  local flat = redis.call("HGETALL", key)
  for m = 1, #flat, 2 do
    if string.sub(flat[m], 1, 2) == "m:" then
      if now - tonumber(flat[m + 1]) < deadAfter then
        count = count + 1
      else
        redis.call("HDEL", key, flat[m])
      end
    end
  end
  counts[n] = count
end
return counts
