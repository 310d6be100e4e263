-- Two things of OpenSSL that ngx.ssl does not offer, on the connection of the current request.

local ffi = require "ffi"
local get_request = require("resty.core.base").get_request

ffi.cdef [[
void *ngx_http_lua_ffi_get_req_ssl_pointer(void *r, const char **err);
void SSL_set_verify(void *ssl, int mode, int (*callback)(int, void *));
void *SSL_get_session(const void *ssl);
const char *SSL_SESSION_get0_hostname(const void *session);
int abs(int);
]]

local C = ffi.C
local _M = {}

-- SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
local REFUSE_ALL_BUT_VERIFIED = 3

-- The callback must return OpenSSL's own verdict (0 or 1), its first argument. At the ABI, abs of libc does that,
-- and spares a Lua callback, which may not be entered from inside a handshake.
local keep_verdict = ffi.cast("int (*)(int, void *)", C.abs)

local function ssl_pointer()
    local err = ffi.new("const char *[1]")
    local ssl = C.ngx_http_lua_ffi_get_req_ssl_pointer(get_request(), err)
    if ssl == nil then
        return nil, err[0] ~= nil and ffi.string(err[0]) or "no TLS connection"
    end
    return ssl
end

-- verify_client of ngx.ssl only records the result. This makes OpenSSL refuse, with its own alert.
function _M.refuse_unverified_clients()
    local ssl, err = ssl_pointer()
    if not ssl then
        return nil, err
    end
    C.SSL_set_verify(ssl, REFUSE_ALL_BUT_VERIFIED, keep_verdict)
    return true
end

-- The SNI of the full handshake that made this session, which a resumed one may not exchange.
function _M.session_hostname()
    local ssl = ssl_pointer()
    local session = ssl and C.SSL_get_session(ssl)
    local name = session ~= nil and C.SSL_SESSION_get0_hostname(session) or nil
    return name ~= nil and ffi.string(name) or nil
end

return _M
