// Writes vectors.json anew: `node packages/vectors/make-vectors.mjs`. The private keys are thrown away.
import { writeFileSync } from 'node:fs'
import { alone, bad, mine, steps, waits } from './feed-vectors.mjs'
import { introspection, metadata, requests } from './request-vectors.mjs'
import { FEED, ISSUER, jwks, LEEWAY, NOW, RESOURCE, unusable } from './signing.mjs'
import { tokens } from './token-vectors.mjs'

const vectors = {
  now: NOW,
  leeway: LEEWAY,
  issuer: ISSUER,
  resource: RESOURCE,
  scopes: ['files:read'],
  tools: { list_files: ['files:read'], delete_file: ['files:write'], share_file: ['files:share'] },
  serverMetadata: {
    issuer: ISSUER,
    jwks_uri: `${ISSUER}/oauth/jwks`,
    introspection_endpoint: `${ISSUER}/oauth/introspect`,
    token_endpoint: `${ISSUER}/oauth/token`,
    revocations_uri: FEED,
  },
  jwks,
  tokens,
  unusable,
  introspection,
  requests,
  metadata,
  feed: { uri: FEED, tokens: mine, steps, bad, alone, waits },
}

writeFileSync(new URL('vectors.json', import.meta.url), `${JSON.stringify(vectors, null, 2)}\n`)
