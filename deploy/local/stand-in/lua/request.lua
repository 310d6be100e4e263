-- access_by_lua of every request: guards the names that demand mTLS, then finds the route and hands over to the
-- generated location of its backend. It always ends the phase: there is nothing to serve beyond it.

local sni = require "sni"
local openssl = require "openssl"
local deny = require "deny"

local function refuse(why)
    ngx.log(ngx.ERR, why)
    return ngx.exit(400)
end

-- Unanchored, on the decoded and normalised path. A regex that does not compile exempts nothing.
local function is_exempt(paths, path)
    for _, regex in ipairs(paths) do
        if ngx.re.find(path, regex, "jo") then
            return true
        end
    end
    return false
end

-- A connection made for one name must not be used for a name that demands client certificates. Where some paths are
-- exempt, the handshake let everybody in and the certificate is judged here. The plain port is not guarded: mTLS
-- belongs to the TLS port only, as at the real gateway.
local function guard(host, path)
    local entry = ngx.var.https == "on" and sni.find(host)
    if not entry or not entry.client_ca or is_exempt(entry.exempt, path) then
        return
    end
    if #entry.exempt > 0 and ngx.var.ssl_client_verify ~= "SUCCESS" then
        return refuse("client certificate verification is not passed: " .. ngx.var.ssl_client_verify)
    end
    if ngx.var.ssl_server_name ~= host or openssl.session_hostname() ~= host then
        return refuse("client certificate verified with another SNI than the host")
    end
end

-- One rule a line, in order of precedence: host, path, methods, backend, octets of the path to strip, what it answers itself.
local FIELD = "([^\t\n]*)"
local RULE = FIELD .. ("\t" .. FIELD):rep(5) .. "\n"

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
    for h, p, m, backend, strip, aborts in (ngx.shared.gateway:get("rules") or ""):gmatch(RULE) do
        if host_fits(h, host) and path_fits(p, path) and method_fits(m, method) then
            return backend, tonumber(strip), aborts
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
guard(host, path)
-- Before routes: also where there is none.
deny.guard()

-- A worker that does not have the location yet (its NGINX is being reloaded) has not heard of the backend.
local backend, strip, aborts = find_route(host, path, ngx.req.get_method())
if not backend or not stand_in_backends[backend] then
    return not_found()
end
deny.guard_route(aborts)

if strip > 0 then
    local rest = path:sub(strip + 1)
    ngx.req.set_uri(rest:sub(1, 1) == "/" and rest or "/" .. rest)
end
return ngx.exec("@" .. backend)
