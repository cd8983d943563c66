--[[
tell(; channel, text): tells something to all who listen to a channel.

ARGV[1]  channel
ARGV[2]  text

Returns the number of those who have been told, the one who tells included where it listens itself
]]
return redis.call("PUBLISH", ARGV[1], ARGV[2])
