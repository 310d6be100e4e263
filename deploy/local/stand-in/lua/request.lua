-- access_by_lua of every request: guards the names that demand mTLS, then finds the route and hands over to the
-- generated location of its service. It always ends the phase: there is nothing to serve beyond it.

local sni = require "sni"
local openssl = require "openssl"

-- A connection made for one name must not be used for a name that demands client certificates. The plain port is
-- not guarded: mTLS belongs to the TLS port only, as at the real gateway.
local function guard(host)
    if ngx.var.https ~= "on" then
        return
    end
    local entry = sni.find(host)
    if not entry or not entry.client_ca then
        return
    end
    if ngx.var.ssl_server_name ~= host or openssl.session_hostname() ~= host then
        ngx.log(ngx.ERR, "client certificate verified with another SNI than the host")
        return ngx.exit(400)
    end
end

-- One rule a line, in order of precedence: host, path, methods, service, octets of the path to strip.
local RULE = "([^\t\n]*)\t([^\t\n]*)\t([^\t\n]*)\t([^\t\n]*)\t([^\t\n]*)\n"

local function host_fits(pattern, host)
    if pattern:sub(1, 1) == "*" then
        local tail = pattern:sub(2)
        return #host > #tail and host:sub(-#tail) == tail
    end
    return pattern == "" or pattern == host
end

local function path_fits(pattern, path)
    if pattern:sub(-1) == "*" then
        return path:sub(1, #pattern - 1) == pattern:sub(1, -2)
    end
    return pattern == path
end

local function method_fits(methods, method)
    return methods == "" or ("," .. methods .. ","):find("," .. method .. ",", 1, true) ~= nil
end

local function find_route(host, path, method)
    for h, p, m, service, strip in (ngx.shared.gateway:get("rules") or ""):gmatch(RULE) do
        if host_fits(h, host) and path_fits(p, path) and method_fits(m, method) then
            return service, tonumber(strip)
        end
    end
end

local function not_found()
    ngx.status = 404
    ngx.header["Content-Type"] = "application/json"
    ngx.print('{"error_msg":"404 Route Not Found"}\n')
    return ngx.exit(404)
end

local host, path = ngx.var.host, ngx.var.uri
guard(host)

-- A worker that does not have the location yet (its NGINX is being reloaded) has not heard of the service.
local service, strip = find_route(host, path, ngx.req.get_method())
if not service or not stand_in_services[service] then
    return not_found()
end

if strip > 0 then
    local rest = path:sub(strip + 1)
    ngx.req.set_uri(rest:sub(1, 1) == "/" and rest or "/" .. rest)
end
return ngx.exec("@" .. service)
