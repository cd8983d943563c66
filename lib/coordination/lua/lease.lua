--[[
lease(quota, members; …): takes, extends or returns one member's lease of a shared quota.

A lease is a number of starts, evenly spaced from a moment on, and a number of permits. Starts are sold from one
sequence for all members, so that their sum never exceeds the rate; `next` is the first one that nobody has bought.
What is not used lapses, since its time has passed. Permits are held until the member asks again or is dead.

Time is that of Redis, in milliseconds; members compare no clocks.

KEYS[1]  hash of the quota: `next`, `share`, `slowed`, and a field `m:<member>` for each member with a lease
KEYS[2]  hash of the account's members, kept by presence.lua: `since`, `fresh`, `known`, `count`, and `m:<member>` = last
         seen

ARGV[1]  member: one queue of a Node-RED
ARGV[2]  calls per second that the account allows, as this member knows it; the lowest of all members counts
ARGV[3]  permits that the account allows; 0: permits of this quota are not shared
ARGV[4]  starts that are wanted for one window; 0: none
ARGV[5]  calls that wait for a permit
ARGV[6]  calls that have one
ARGV[7]  start of a call that the platform throttled since the last time; 0: none
ARGV[8]  calls that the platform has accepted since the last time while the pace was lowered
ARGV[9]  starts that were bought, lie ahead and are returned: all of this member's
ARGV[10] length of a window, in ms
ARGV[11] 1: starts are to be bought; 0: this member has enough of them

A member that wants nothing and has no calls in flight has no lease any more.

Returns text: { now, start, count, interval, permits, share, members, spacing }
  now       the time of Redis
  start     when the first start is due; count of them, `interval` ms apart
  permits   calls that this member may have in flight, those that it has included
  share     of the rate that is in force: 1, or less after throttling
  members   Node-REDs that use this account
  spacing   ms that are to lie between two requests of one member, so that Redis has time for all; it matters to hundreds only
]]
local time = redis.call("TIME")
local now = time[1] * 1000 + time[2] / 1000

local quota, presence, me = KEYS[1], KEYS[2], ARGV[1]
local rate, concurrency = tonumber(ARGV[2]), tonumber(ARGV[3])
local wanted, waiting, occupied = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local throttled, accepted = tonumber(ARGV[7]), tonumber(ARGV[8])
local returned, window, isBuying = tonumber(ARGV[9]), tonumber(ARGV[10]), ARGV[11] == "1"

local function hash(key)
  local flat, map = redis.call("HGETALL", key), {}
  for n = 1, #flat, 2 do map[flat[n]] = flat[n + 1] end
  return map
end

-- A member with a lease asks at least ten times a second, or less often where there are many: each request looks at all
-- leases.
local state, leases = hash(quota), 0
for field in pairs(state) do
  if string.sub(field, 1, 2) == "m:" then leases = leases + 1 end
end
local spacing = 3 * leases
-- A member that is silent for that long takes part no more, and its permits are free again.
local deadAfter = math.max(2000, 3 * spacing)
-- One that does not ask in time may be cut off, and then goes on with a fixed share. That is kept free for it for a
-- while: most are back at once.
local silentAfter, keptFor = math.max(250, 2 * spacing), math.max(1000, 2.5 * spacing)
-- After Redis was away, members have this time to come back; until then each has its fixed share.
local grace = 3000
-- A member that was seen that long before another one came back has not been away with it.
local heartbeat = 1200
-- After Redis has lost its data, members may use what it has sold before.
local quarantine = 120
local slowest, recovery = 1 / 64, 0.02
-- What is sold for one second takes a little longer: members start up to 20 ms late, and calls need unequal times to
-- arrive. The platform would throttle what comes on top of its limit in any second.
local second = 1030

-- There are no more Node-REDs than that, whatever is written in Redis.
local most = 10000

-- What is in a hash may have been written by another program, or by another version of this one.
local function number(text, default)
  local n = tonumber(text or nil)
  return n and n == n and math.abs(n) < 1e15 and n or default
end

-- Who is there.
local presented = redis.call("HMGET", presence, "since", "fresh", "known", "count")
local since, fresh, before = number(presented[1]), number(presented[2]), number(presented[3], 0)
if not since or since > now then
  since, fresh, before = now, now, 0
  redis.call("HSET", presence, "since", now, "fresh", now, "known", 0)
end
if not fresh or fresh > now then fresh = since end
local members = math.max(1, math.min(number(presented[4], 1), most))
-- Shares of members that are not back yet since Redis was away.
local absent = 0
if now - since < grace then
  local back = 0
  for field, at in pairs(hash(presence)) do
    if string.sub(field, 1, 2) == "m:" and number(at, 0) >= since - heartbeat then back = back + 1 end
  end
  members = math.max(members, math.min(before, most))
  absent = math.max(0, members - math.max(back, 1))
end

--- What is known of a member with a lease; nil where that cannot be read.
local function leaseOf(text)
  local isText, values = pcall(cjson.decode, text)
  if not isText or type(values) ~= "table" or #values < 9 then return nil end
  for n = 1, 9 do
    values[n] = number(values[n])
    if not values[n] then return nil end
  end
  local one = {}
  one.seen, one.wanted, one.waiting, one.occupied, one.permits, one.rate, one.concurrency, one.bought, one.starved =
    unpack(values)
  if one.rate <= 0 then return nil end
  if one.seen > now then one.seen = now end
  if one.bought > now + 60000 / rate + 1000 then one.bought = now end
  return one
end

-- Who has a lease, and wants what.
local others, silent = {}, 0
local mine = { bought = 0, starved = 0, permits = 0 }
for field, text in pairs(state) do
  if string.sub(field, 1, 2) == "m:" then
    local one = leaseOf(text)
    if not one then
      redis.call("HDEL", quota, field)
    elseif string.sub(field, 3) == me then
      mine = one
    elseif now - one.seen >= deadAfter then
      redis.call("HDEL", quota, field)
    else
      others[#others + 1] = one
      rate = math.min(rate, one.rate)
      if concurrency > 0 and one.concurrency > 0 then concurrency = math.min(concurrency, one.concurrency) end
      local age = now - one.seen
      if age >= silentAfter and age < keptFor and one.wanted > 0 then silent = silent + 1 end
    end
  end
end
local free = 1 - math.min(absent + silent, members - 1) / members

-- The pace after throttling: halved by a call that began at the current pace.
local share, slowed = math.min(1, math.max(slowest, number(state.share, 1))), number(state.slowed, 0)
if slowed > now then slowed = 0 end
if throttled > 0 and throttled >= slowed then
  share, slowed = math.max(share / 2, slowest), now
elseif share < 1 then
  share = math.min(1, share + recovery * accepted)
end
local perSecond = rate * share * 1000 / second

-- What is sold from: not what lies in the past, nor what a clock that was put back has left far ahead.
local spare = 1000 / perSecond
local next = number(state.next, now)
if next > now + 4 * window + 2 * (members + 1) * spare then next = now end
if returned > 0 then next, mine.bought = next - returned * spare, now end
next = math.max(next, now, fresh + quarantine)

--- The most that each may have where `total` is shared: what one does not want, the others get.
local function level(total, wants)
  table.sort(wants)
  for n = 1, #wants do
    local fair = total / (#wants - n + 1)
    if wants[n] > fair then return fair end
    total = total - wants[n]
  end
  return (wants[#wants] or 0) + total
end

local start, count, interval, permits = now, 0, 0, 0
if wanted > 0 or occupied > 0 then
  if concurrency > 0 then
    local wants, held, starving = { occupied + waiting + wanted }, 0, 0
    for n = 1, #others do
      local one = others[n]
      wants[#wants + 1] = one.occupied + one.waiting + one.wanted
      held = held + math.max(one.occupied, one.permits)
      local isBefore = mine.starved == 0 or (one.starved > 0 and one.starved < mine.starved)
      if one.starved > 0 and isBefore and now - one.seen < silentAfter then starving = starving + 1 end
    end
    local total = math.max(1, math.floor(concurrency * (1 - absent / members)))
    local target = math.max(1, math.floor(level(total, wants)))
    local demand = occupied + waiting + wanted
    -- Alone, it has some in hand, and leaves enough for another one that comes.
    if #others == 0 then demand = math.max(demand, math.floor(concurrency / 2)) end
    permits = math.max(occupied, math.min(target, demand, total - held - starving), 0)
    if wanted > 0 and permits == 0 then
      if mine.starved == 0 then mine.starved = now end
    else
      mine.starved = 0
    end
  else
    permits = occupied + waiting + wanted
  end

  if isBuying and wanted > 0 and permits > 0 then
    local wants = { wanted }
    for n = 1, #others do
      if others[n].wanted > 0 and now - others[n].seen < silentAfter then wants[#wants + 1] = others[n].wanted end
    end
    local fair = level(perSecond * free * window / 1000, wants)
    -- Alone, it has some in hand.
    count = #wants == 1 and math.max(wanted, math.floor(fair / 2)) or wanted
    count = math.max(1, math.min(count, math.floor(fair + 0.001)))
    -- A little faster than its share: time that one loses, another one makes up for, within the one sequence.
    interval = math.max(spare, math.max(window / fair, spare) / 1.1)
    start = math.max(next, mine.bought)
    mine.bought = start + count * interval
    next = next + count * spare / free
  end
end

if wanted > 0 or occupied > 0 then
  local row = { now, wanted, waiting, occupied, permits, tonumber(ARGV[2]), tonumber(ARGV[3]), mine.bought, mine.starved }
  redis.call("HSET", quota, "m:" .. me, cjson.encode(row))
else
  redis.call("HDEL", quota, "m:" .. me)
end
redis.call("HSET", quota, "next", next, "share", share, "slowed", slowed)
redis.call("PEXPIRE", quota, 600000)

local answer = { now, start, count, interval, permits, share, members, spacing }
for n = 1, #answer do answer[n] = string.format("%.3f", answer[n]) end
return answer
