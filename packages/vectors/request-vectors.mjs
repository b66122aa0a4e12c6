// Answers to introspection, requests with their answers, and resource metadata.
import { CLAIMS, GOOD, ISSUER, LEEWAY, NOW, RESOURCE, token } from './signing.mjs'
import { bad } from './token-vectors.mjs'

const LIVE = { active: true, token_type: 'Bearer', ...CLAIMS }
export const introspection = [
  { name: 'a live token', answer: LIVE, isGood: true },
  {
    name: 'a live token of which little is said',
    answer: { active: true, aud: RESOURCE, sub: 'u', client_id: 'c', exp: NOW + 9 },
    isGood: true,
  },
  {
    name: 'a token for several resources',
    answer: { ...LIVE, aud: ['https://a.example', RESOURCE] },
    isGood: true,
  },
  { name: 'a token that is said to be active by a number', answer: { ...LIVE, active: 1 } },
  { name: 'a token of which nothing is said', answer: {} },
  { name: 'a token of which only its life is said', answer: { active: true } },
  { name: 'a token for the resource with a trailing slash', answer: { ...LIVE, aud: `${RESOURCE}/` } },
  { name: 'a token for a list in a list', answer: { ...LIVE, aud: [[RESOURCE]] } },
  { name: 'a token of a list of issuers', answer: { ...LIVE, iss: [ISSUER] } },
  { name: 'a token that expires at a string', answer: { ...LIVE, exp: String(NOW + 600) } },
  { name: 'a token that begins at a string', answer: { ...LIVE, nbf: '0' } },
  { name: 'a token without an end', answer: { ...LIVE, exp: undefined } },
  { name: 'a token whose scope is a list', answer: { ...LIVE, scope: ['files:read'] } },
  { name: 'a token without a client', answer: { ...LIVE, client_id: undefined } },
  { name: 'a token whose type is a list', answer: { ...LIVE, token_type: ['Bearer'] } },
  { name: 'a dead token', answer: { active: false } },
  { name: 'a token that is said to be active in a string', answer: { ...LIVE, active: 'true' } },
  { name: 'a refresh token', answer: { ...LIVE, token_type: 'N_A' } },
  { name: 'a token bound to a key', answer: { ...LIVE, token_type: 'DPoP' } },
  { name: 'a token bound to a key that is called a bearer token', answer: { ...LIVE, cnf: { jkt: 'x' } } },
  { name: "another issuer's token", answer: { ...LIVE, iss: 'https://auth.example.com/s/other' } },
  { name: 'a token for another resource', answer: { ...LIVE, aud: 'https://mcp.other.example/mcp' } },
  { name: 'a token for nobody', answer: { ...LIVE, aud: undefined } },
  { name: 'a token that has expired', answer: { ...LIVE, exp: NOW - LEEWAY } },
  { name: 'a token that is not good yet', answer: { ...LIVE, nbf: NOW + LEEWAY + 1 } },
  { name: 'a token whose subject ends in half a letter', answer: { ...LIVE, sub: 'user-1\ud800' } },
  { name: 'a token for a resource in an object', answer: { ...LIVE, aud: { 0: RESOURCE, length: 1 } } },
  { name: 'a token that is said to be active in a list', answer: { ...LIVE, active: [true] } },
  { name: 'a token without a subject', answer: { ...LIVE, sub: undefined } },
]

const withScope = (scope) => token({ claims: { scope } })
const call = (...names) => {
  const calls = names.map((name, id) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name, arguments: {} },
  }))
  return calls.length === 1 ? calls[0] : calls
}
const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
const reader = `Bearer ${GOOD}`
const BASE = { scope: 'files:read' }
const INVALID = { ...BASE, error: 'invalid_token' }
const EVERY = 'files:read files:write files:share'
const lacking = (scope) => ({ scope, error: 'insufficient_scope' })
export const requests = [
  { name: 'without a token', message: LIST, status: 401, challenge: BASE },
  {
    name: 'with another scheme',
    authorization: 'Basic dXNlcjpwYXNz',
    message: LIST,
    status: 401,
    challenge: BASE,
  },
  {
    name: 'with a scheme that begins alike',
    authorization: `Bearerx ${GOOD}`,
    message: LIST,
    status: 401,
    challenge: BASE,
  },
  { name: 'with an empty token', authorization: 'Bearer ', message: LIST, status: 401, challenge: INVALID },
  {
    name: 'with two tokens',
    authorization: `${reader}, ${reader}`,
    message: LIST,
    status: 401,
    challenge: INVALID,
  },
  {
    name: 'with a bad token',
    authorization: `Bearer ${bad['with alg none']}`,
    message: LIST,
    status: 401,
    challenge: INVALID,
  },
  {
    name: 'with a token that would add to the challenge',
    authorization: 'Bearer x", scope="admin", resource_metadata="https://attacker.example',
    message: LIST,
    status: 401,
    challenge: INVALID,
  },
  {
    name: 'with a token that would add to the challenge by its claims',
    authorization: `Bearer ${await token({ claims: { aud: '", scope="admin' } })}`,
    message: LIST,
    status: 401,
    challenge: INVALID,
  },
  {
    name: 'with a token that is longer than tokens may be',
    authorization: `Bearer ${'a'.repeat(16_385)}`,
    message: LIST,
    status: 401,
    challenge: INVALID,
  },
  { name: 'with a good token', authorization: reader, message: LIST, status: 200 },
  {
    name: 'with a scheme in other letters',
    authorization: `bEARER ${GOOD}`,
    message: LIST,
    status: 200,
  },
  {
    name: 'without the scope of all',
    authorization: `Bearer ${await withScope('files:write')}`,
    message: LIST,
    status: 403,
    challenge: lacking('files:read files:write'),
  },
  {
    name: 'with a scope that contains the name of another',
    authorization: `Bearer ${await withScope('files:read:all xfiles:read')}`,
    message: LIST,
    status: 403,
    challenge: lacking('files:read'),
  },
  {
    name: 'for a tool that needs nothing more',
    authorization: reader,
    message: call('list_files'),
    status: 200,
  },
  {
    name: 'for a tool that needs more',
    authorization: reader,
    message: call('delete_file'),
    status: 403,
    challenge: lacking('files:read files:write'),
  },
  {
    name: 'for a tool that needs more, in a batch',
    authorization: reader,
    message: call('list_files', 'delete_file'),
    status: 403,
    challenge: lacking('files:read files:write'),
  },
  {
    name: 'for a tool that needs more, with all scopes',
    authorization: `Bearer ${await withScope('files:write files:read')}`,
    message: call('delete_file'),
    status: 200,
  },
  {
    name: 'for two tools that need different things',
    authorization: reader,
    message: call('delete_file', 'share_file'),
    status: 403,
    challenge: lacking('files:read files:write files:share'),
  },
  {
    name: 'for two tools that need different things, with the scope of one',
    authorization: `Bearer ${await withScope('files:read files:write')}`,
    message: call('delete_file', 'share_file'),
    status: 403,
    challenge: lacking('files:read files:write files:share'),
  },
  {
    name: 'for a tool that needs more, with another scope besides',
    authorization: `Bearer ${await withScope('files:read files:share other')}`,
    message: call('delete_file'),
    status: 403,
    challenge: lacking('files:read files:write files:share'),
  },
  {
    name: 'for a tool that needs more, with a scope that would add to the challenge',
    authorization: `Bearer ${await withScope('files:read x",scope="admin')}`,
    message: call('delete_file'),
    status: 403,
    challenge: lacking('files:read files:write'),
  },
  {
    name: 'for a tool whose name is a list',
    authorization: reader,
    message: call(['delete_file']),
    status: 403,
    challenge: lacking(EVERY),
  },
  {
    name: 'for a tool without a name',
    authorization: reader,
    message: { jsonrpc: '2.0', id: 1, method: 'tools/call' },
    status: 403,
    challenge: lacking(EVERY),
  },
  {
    name: 'for a tool without a name, with all scopes',
    authorization: `Bearer ${await withScope(EVERY)}`,
    message: call(undefined),
    status: 200,
  },
  {
    name: 'for a tool named as a member of every object',
    authorization: reader,
    message: call('constructor'),
    status: 200,
  },
  {
    name: 'that is no call but mentions a tool',
    authorization: reader,
    message: { ...LIST, params: { name: 'delete_file' } },
    status: 200,
  },
]

export const metadata = [
  ['https://mcp.example.com/mcp', '/.well-known/oauth-protected-resource/mcp'],
  ['https://mcp.example.com', '/.well-known/oauth-protected-resource'],
  ['https://mcp.example.com/', '/.well-known/oauth-protected-resource'],
  ['https://a.example:8443/x/mcp', '/.well-known/oauth-protected-resource/x/mcp'],
].map(([resource, path]) => ({
  resource,
  url: new URL(resource).origin + path,
  document: {
    resource,
    authorization_servers: [ISSUER],
    scopes_supported: ['files:read', 'files:write', 'files:share'],
    bearer_methods_supported: ['header'],
  },
}))
