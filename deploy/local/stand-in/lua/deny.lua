-- Global rules and routes with fault-injection: which requests are answered here. Expressions are judged as lua-resty-expr does it, which
-- Apache APISIX uses: a variable that is not there is nil, a list of conditions is an AND.

local deny = {}

local function compare(value, op, wanted)
    if op == "==" then
        return value == wanted
    elseif op == "~=" then
        return value ~= wanted
    elseif op == "<" then
        local left, right = tonumber(value), tonumber(wanted)
        return left ~= nil and right ~= nil and left < right
    elseif op == "in" then
        for _, one in ipairs(wanted) do
            if one == value then
                return true
            end
        end
        return false
    elseif op == "~~" or op == "~*" then
        return value ~= nil and ngx.re.find(value, wanted, op == "~*" and "joi" or "jo") ~= nil
    end
    return false
end

local function holds(condition)
    local name, op, wanted = condition[1], condition[2], condition[3]
    local reverse = #condition == 4
    if reverse then
        op, wanted = condition[3], condition[4]
    end
    return compare(ngx.var[name], op:lower(), wanted) ~= reverse
end

local judge

local function judge_list(list, from, op)
    local stops = op == "OR" or op == "!OR"
    local found = not stops
    for at = from, #list do
        if judge(list[at]) == stops then
            found = stops
            break
        end
    end
    if op:sub(1, 1) == "!" then
        return not found
    end
    return found
end

local logic = { AND = true, OR = true, ["!AND"] = true, ["!OR"] = true }

judge = function(expression)
    local first = expression[1]
    if first == nil then
        return true
    elseif type(first) == "table" then
        return judge_list(expression, 1, "AND")
    elseif logic[first] then
        return judge_list(expression, 2, first)
    end
    return holds(expression)
end

local function hits(abort)
    if abort.percentage < 100 then
        return false
    elseif abort.always then
        return true
    end
    for _, expression in ipairs(abort.vars) do
        if judge(expression) then
            return true
        end
    end
    return false
end

local function answer(aborts)
    for _, abort in ipairs(aborts) do
        if hits(abort) then
            ngx.status = abort.status
            ngx.header["Content-Type"] = "text/plain; charset=utf-8"
            ngx.print(abort.body)
            return ngx.exit(abort.status)
        end
    end
end

local known, aborts = nil, {}

-- Ends the request where a rule says so. The rules are read anew only where their text changed.
function deny.guard()
    local text = ngx.shared.gateway:get("aborts")
    if text ~= known then
        known, aborts = text, text and loadstring(text)() or {}
    end
    return answer(aborts)
end

-- Ends the request where the route that was found for it says so; its text is what rules.ts has written.
function deny.guard_route(text)
    if text ~= "" then
        return answer(loadstring(ngx.decode_base64(text))())
    end
end

return deny
