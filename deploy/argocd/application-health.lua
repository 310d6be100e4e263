-- The documentation of Argo CD has this check: a wave of Applications waits for those before it only with it. What it adds
-- is the first sync: until then an Application may be called Healthy for want of anything that has a health.
local hs = { status = "Progressing", message = "" }
if obj.status == nil or obj.status.health == nil then
  return hs
end

local synced = obj.status.sync ~= nil and obj.status.sync.status == "Synced"
if obj.status.history == nil and not synced then
  hs.message = "Waiting for the first sync"
  return hs
end

hs.status = obj.status.health.status
if obj.status.health.message ~= nil then
  hs.message = obj.status.health.message
end
return hs
