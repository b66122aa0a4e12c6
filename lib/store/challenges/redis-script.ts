import type { CodeRecord } from '@/lib/oauth/ports/ports'

export const requestKey = (requestId: string) => `auth:request:${requestId}`
export const codeKey = (codeHash: string) => `auth:code:${codeHash}`

/** What is kept under {@link requestKey}. */
export function requestValue(codeChallenge: string) {
  return { code_challenge: codeChallenge }
}

/** What is kept under {@link codeKey}, until it is spent. Decision 0013. */
export function codeValue(record: CodeRecord) {
  return {
    code_challenge: record.codeChallenge,
    server_id: record.serverId,
    client_id: record.clientId,
    redirect_uri: record.redirectUri,
    grant_id: record.grantId,
    request_id: record.requestId,
  }
}

/**
 * Redeems a code in one step: Redis runs nothing else meanwhile.
 *
 * KEYS[1] the code; ARGV the presented challenge, the server, the client id, seconds that a spent code is remembered,
 * and the redirect URI when one was presented. Returns the outcome, the grant's id and the request's.
 */
export const REDEEM_CODE = `
local value = redis.call('GET', KEYS[1])
if not value then return {'refused'} end
local code = cjson.decode(value)
if code.code_challenge ~= ARGV[1] or code.server_id ~= ARGV[2] or code.client_id ~= ARGV[3] then
  return {'refused'}
end
if ARGV[5] and code.redirect_uri ~= ARGV[5] then return {'refused'} end
if code.spent then return {'replayed', code.grant_id, code.request_id} end
redis.call('SET', KEYS[1], string.sub(value, 1, -2) .. ',"spent":true}', 'EX', ARGV[4])
return {'redeemed', code.grant_id, code.request_id}
`
