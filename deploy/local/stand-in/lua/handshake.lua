-- ssl_certificate_by_lua: shows the certificate of the SNI and, where mTLS is on, lets OpenSSL demand the client's.
-- Every failure here ends as alert 80 (internal_error), as at the real gateway.

local ssl = require "ngx.ssl"
local sni = require "sni"
local openssl = require "openssl"

local function must(ok, err)
    if not ok then
        ngx.log(ngx.ERR, err)
        return ngx.exit(ngx.ERROR)
    end
    return ok
end

local name = must(ssl.server_name(), "failed to find SNI: the client sent none")
local entry = must(sni.find(name:lower()), "failed to match any SSL certificate by SNI: " .. name)

must(ssl.clear_certs())
for _, pair in ipairs(entry.pairs) do
    must(ssl.set_cert(must(ssl.parse_pem_cert(pair.cert))))
    must(ssl.set_priv_key(must(ssl.parse_pem_priv_key(pair.key))))
end

if entry.client_ca then
    must(ssl.verify_client(must(ssl.parse_pem_cert(entry.client_ca)), entry.depth))
    -- With exempt paths nobody is refused before the path is known: request.lua does it.
    if #entry.exempt == 0 then
        must(openssl.refuse_unverified_clients())
    end
end
