-- The inside door, on a Unix socket that only the stand-in's process knows: PUT and DELETE of one dictionary key.

local told = ngx.shared.gateway
local key = ngx.var.uri:sub(#"/told/" + 1)

local function put()
    ngx.req.read_body()
    local ok, err = told:safe_set(key, ngx.req.get_body_data() or "")
    if not ok then
        ngx.log(ngx.ERR, "the shared dictionary refuses a value: ", err)
        return ngx.exit(507)
    end
    return ngx.exit(204)
end

if ngx.req.get_method() == "PUT" then
    return put()
end
told:delete(key)
return ngx.exit(204)
