/** `trusted_issuers` of a server: whose word about users is taken in place of a login (ID-JAG). */
import { z } from 'zod'
import type { TrustedIssuer } from '@/lib/oauth/model'
import { scopeToken, section, text, upstreamUrl } from './fields'
import type { Mistake, Path } from './mistakes'

type Server = { readonly path: Path; readonly raw: Readonly<Record<string, unknown>> }

/** @param loopback whether issuers may be on this machine */
export function trustedIssuers(loopback: boolean) {
  const url = upstreamUrl(loopback)
  const issuer = section({
    issuer: url.refine(
      (value) => !value.includes('?'),
      'must not have a query: write it as the metadata of the issuer does',
    ),
    jwks_uri: url.exactOptional(),
    tenant: text().exactOptional(),
    scopes: z.array(scopeToken).min(1).exactOptional(),
    public_clients: z.boolean().default(false),
  })
  return z.array(issuer).default([])
}

/** As they stand in a file. */
export function trustedIssuerFields({ issuer, jwksUri, tenant, scopes, publicClients }: TrustedIssuer) {
  return {
    issuer,
    ...(jwksUri !== undefined && { jwks_uri: jwksUri }),
    ...(tenant !== undefined && { tenant }),
    ...(scopes && { scopes }),
    ...(publicClients && { public_clients: true }),
  }
}

/** Issuers that stand there twice, and scopes that the server does not have. */
export function issuerContradictions({ path, raw }: Server): readonly Mistake[] {
  const offered = new Set(mappings(raw.scopes).map(({ name }) => name))
  const issuers = mappings(raw.trusted_issuers)
  return issuers.flatMap((entry, i) => {
    const at = [...path, 'trusted_issuers', i]
    const earlier = issuers.slice(0, i).some(({ issuer }) => issuer !== undefined && issuer === entry.issuer)
    const unknown = (Array.isArray(entry.scopes) ? entry.scopes : []).filter((name) => !offered.has(name))
    return [
      ...(earlier
        ? [{ path: [...at, 'issuer'], message: 'this issuer is trusted already: keep one entry' }]
        : []),
      ...unknown.map((name) => ({
        path: [...at, 'scopes'],
        message: `the server offers no scope "${String(name)}": add it there`,
      })),
    ]
  })
}

function mappings(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) return []
  return value.map((item) => (typeof item === 'object' && item !== null ? item : {}))
}
