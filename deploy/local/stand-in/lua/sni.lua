-- What the Admin API was told about one SNI, as the stand-in wrote it into the shared dictionary:
-- fields separated by NUL (no PEM holds one): the client CAs (empty: no mTLS), the depth, the TLS versions (empty: all),
-- the exempt paths (each after \1), then certificate and key in turn.

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

-- An exact name wins, then the longest rest behind a star that stands for no more than one label, then every name.
local function find_text(name)
    local told = ngx.shared.gateway
    local text = told:get("sni:" .. name)
    local last = name:find(".", 1, true) or #name + 1
    for at = 1, last do
        text = text or told:get("sni:*" .. name:sub(at))
    end
    return text or told:get("sni:**")
end

local function words(text, pattern)
    local list = {}
    for word in text:gmatch(pattern) do
        list[#list + 1] = word
    end
    return list
end

function _M.find(name)
    local text = find_text(name)
    if not text then
        return nil
    end
    local fields = split(text)
    local entry = {
        client_ca = fields[1] ~= "" and fields[1] or nil,
        depth = tonumber(fields[2]),
        protocols = words(fields[3], "%S+"),
        exempt = words(fields[4], "\1([^\1]*)"),
        pairs = {},
    }
    for i = 5, #fields, 2 do
        entry.pairs[#entry.pairs + 1] = { cert = fields[i], key = fields[i + 1] }
    end
    return entry
end

return _M
