-- For wrk: asks for the ids 1 to n in turn, each once before any is asked for again.
-- wrk ... -s in_turn.lua <address> -- <path before the id> <path behind it> <n>

local before, behind, count, last

init = function(arguments)
  before, behind, count = arguments[1], arguments[2], tonumber(arguments[3])
  last = 0
end

request = function()
  last = last % count + 1
  return wrk.format("GET", before .. last .. behind)
end
