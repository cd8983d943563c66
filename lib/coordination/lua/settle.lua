--[[
settle(message …): what has become of messages that one Node-RED processes.

KEYS[…]  one for each message, as in claim.lua

ARGV[1]    member
ARGV[2]    how long a claim lasts unless it is renewed, in ms
ARGV[3…]   for each message: above 0, it has been acknowledged, which is to be remembered for so many ms; 0, it goes back
           to the platform; -1, it is still being processed

A message that is still being processed and has no key is claimed again: Redis has lost its data, or was away for longer
than a claim lasts.

Returns nothing
]]
for n = 1, #KEYS do
  local key, outcome = KEYS[n], tonumber(ARGV[n + 2])
  local holder = redis.pcall("GET", key)
  if type(holder) == "table" then
    -- A key of another program.
  elseif outcome > 0 then
    redis.call("SET", key, "done", "PX", outcome)
  elseif outcome == 0 then
    if holder == ARGV[1] then redis.call("DEL", key) end
  elseif not holder then
    redis.call("SET", key, ARGV[1], "PX", ARGV[2])
  elseif holder == ARGV[1] then
    redis.call("PEXPIRE", key, ARGV[2])
  end
end
