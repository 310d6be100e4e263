-- ssl_client_hello_by_lua: limits the TLS versions where the object of the SNI does. Whether there is such an object is
-- no question here: handshake.lua ends the handshake where there is none.

local hello = require "ngx.ssl.clienthello"
local sni = require "sni"

local name = hello.get_client_hello_server_name()
local entry = name and sni.find(name:lower())
if entry and #entry.protocols > 0 then
    local ok, err = hello.set_protocols(entry.protocols)
    if not ok then
        ngx.log(ngx.ERR, err)
        return ngx.exit(ngx.ERROR)
    end
end
