-- What the Admin API was told about one SNI, as the stand-in wrote it into the shared dictionary:
-- fields separated by NUL (no PEM holds one): the client CAs (empty: no mTLS), then certificate and key in turn.

local _M = {}

local function split(text)
    local fields, from = {}, 1
    while true do
        local at = text:find("\0", from, true)
        fields[#fields + 1] = text:sub(from, (at or 0) - 1)
        if not at then
            return fields
        end
        from = at + 1
    end
end

-- An exact name wins over a wildcard, and a wildcard stands for one label.
function _M.find(name)
    local told = ngx.shared.gateway
    local dot = name:find(".", 1, true)
    local text = told:get("sni:" .. name) or (dot and told:get("sni:*" .. name:sub(dot)))
    if not text then
        return nil
    end
    local fields = split(text)
    local entry = { client_ca = fields[1] ~= "" and fields[1] or nil, pairs = {} }
    for i = 2, #fields, 2 do
        entry.pairs[#entry.pairs + 1] = { cert = fields[i], key = fields[i + 1] }
    end
    return entry
end

return _M
