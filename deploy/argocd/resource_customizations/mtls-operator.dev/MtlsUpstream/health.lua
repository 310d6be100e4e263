-- The same file for MtlsGateway and MtlsUpstream.
local hs = { status = "Progressing", message = "Waiting for the operator" }
if obj.status == nil or obj.status.conditions == nil then
  return hs
end

-- What was found of an earlier generation says nothing of this one.
if obj.status.observedGeneration ~= obj.metadata.generation then
  return hs
end

for _, condition in ipairs(obj.status.conditions) do
  if condition.type == "Ready" then
    -- Ready is False for a moment in every creation: that alone must not fail a sync wave.
    if condition.status == "True" then
      hs.status = "Healthy"
    end
    hs.message = condition.reason .. ": " .. condition.message
  end
end

for _, condition in ipairs(obj.status.conditions) do
  -- Only a person can go on from here.
  if condition.type == "Stalled" and condition.status == "True" then
    hs.status = "Degraded"
    hs.message = condition.reason .. ": " .. condition.message
  end
end
return hs
