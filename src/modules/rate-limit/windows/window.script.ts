/**
 * The Lua script that implements the rule of `SlidingWindows` inside Redis, in one round trip. The key contains a list
 * of the times of the accepted requests, in microseconds on the clock of Redis. If this clock goes back, the newest
 * time in the list is used as the current time until the clock has caught up.
 *
 * Other programs may write to the same Redis. If the script finds anything but a list of times, the key starts over
 * with an empty window. The first entry of the new list is the current time as a negative number, which stays for one
 * window. As long as it is there, Redis doesn't know all requests of the window, and the result says so. The script
 * never runs long, whatever the key contains.
 *
 * KEYS: the key of the window.
 * ARGV: the limit, the window's length in microseconds, and '1' to count a request.
 * Result:
 * - Whether a request is accepted (1 or 0).
 * - The number of counted requests.
 * - The microseconds until the oldest request leaves the window.
 * - The microseconds until a request is accepted if no other request comes first.
 * - The microseconds until Redis knows all requests of the window.
 * - Whether the key has just started over (1 or 0).
 * - The time that was stored for the request, or 0 if the request was not counted.
 */
export const WINDOW_SCRIPT = `
local key, limit, window = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local call = redis.call
local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]
local furthest = now + window
local newest, first, oldest, untilComplete

-- Returns the time at an index of the list: nil if the list has no such index, or false if the entry is not a time.
local function timeAt(index)
  local entry = redis.pcall('LINDEX', key, index)
  if entry == false then return nil end
  if type(entry) == 'table' then
    -- Other errors are not handled here: LINDEX without pcall raises them again.
    if not string.find(entry.err, 'WRONGTYPE', 1, true) then call('LINDEX', key, index) end
    return false
  end
  local time = tonumber(entry)
  -- NaN fails both comparisons, so it is not a time.
  if time and time <= furthest and time >= -furthest then return time end
  return false
end

-- Removes the times that have left the window, and finds the oldest one left. Returns false if the key holds anything
-- but a list of times.
local function tidy()
  newest = timeAt(-1)
  if newest == false then return false end
  if newest then
    if newest < 0 then newest = -newest end
    if newest > now then now = newest end
  end
  local edge = now - window
  first, oldest, untilComplete = 0, timeAt(0), 0
  if oldest and oldest < 0 and -oldest > edge then
    untilComplete = -oldest - edge
    first, oldest = 1, timeAt(1)
    return oldest == nil or oldest and oldest > edge
  end
  local removed = 0
  while oldest and oldest <= edge do
    if removed < 64 then
      call('LPOP', key)
    elseif removed == 64 then
      -- When many times have left at once, a binary search for the last of them is cheaper.
      local low, high = 0, call('LLEN', key)
      while low < high do
        local middle = math.floor((low + high) / 2)
        local time = timeAt(middle)
        if time and time <= edge then low = middle + 1 else high = middle end
      end
      call('LTRIM', key, low, -1)
    else
      return false
    end
    removed = removed + 1
    oldest = timeAt(0)
  end
  return oldest ~= false
end

local restarted = 0
local lifetime = math.ceil(window / 1000) + 2000
if not tidy() then
  call('UNLINK', key)
  call('RPUSH', key, string.format('-%.0f', now))
  call('PEXPIRE', key, lifetime)
  restarted = 1
  tidy()
end

local counted = call('LLEN', key) - first
local accepted, takenAt = 0, 0
if counted < limit then
  accepted = 1
  if ARGV[3] == '1' then
    call('RPUSH', key, string.format('%.0f', now))
    -- The key lives two seconds longer than its newest time needs, so renewing this once a second is enough.
    if not newest or math.floor(newest / 1000000) ~= math.floor(now / 1000000) then
      call('PEXPIRE', key, lifetime)
    end
    counted = counted + 1
    oldest = oldest or now
    takenAt = now
  end
end
local untilOldest = oldest and oldest + window - now or 0
local untilFree = 0
if counted >= limit then
  untilFree = (timeAt(counted - limit + first) or now) + window - now
end
return { accepted, counted, untilOldest, untilFree, untilComplete, restarted, takenAt }
`;
