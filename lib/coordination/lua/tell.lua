--[[
tell(; channel, text): publishes a text to all that listen to a channel.

ARGV[1]  channel
ARGV[2]  text

Returns the number of listeners, the publisher included where it listens itself
]]
return redis.call("PUBLISH", ARGV[1], ARGV[2])
