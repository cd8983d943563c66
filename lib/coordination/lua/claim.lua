--[[
claim(message …): which of some messages one Node-RED may process, and which have been processed before.

KEYS[…]  one for each message: `done` once it has been acknowledged, else the member that processes it

ARGV[1]  member
ARGV[2]  how long a claim lasts unless it is renewed, in ms

Returns a number for each message: 0 it is this member's, 1 it has been processed, 2 another member processes it

A key of another program says nothing about a message, and is left as it is.
]]
local states = {}
for n = 1, #KEYS do
  local holder = redis.pcall("GET", KEYS[n])
  if type(holder) == "table" then
    states[n] = 0
  elseif holder == "done" then
    states[n] = 1
  elseif holder and holder ~= ARGV[1] then
    states[n] = 2
  else
    redis.call("SET", KEYS[n], ARGV[1], "PX", ARGV[2])
    states[n] = 0
  end
end
return states
