/** What the routes that put a connection, server or client have in common. */
import { invalid } from '@/lib/configuration/mistakes'
import type { Put } from '@/lib/configuration/put'
import type { Secret } from '@/lib/configuration/schema/values'
import type { Json } from '@/lib/configuration/schema/wire'
import type { Answer } from './routing'

/** @throws InvalidInput when the body names another thing than the address */
export function refuseOtherName(key: 'slug' | 'client_id', given: string | undefined, name: string): void {
  if (given !== undefined && given !== name) throw invalid(key, 'other_than_address')
}

/** A secret that is left out is kept, where one is needed; `null` removes it. */
export function withStoredSecret<
  Key extends 'clientSecret' | 'resourceSecret',
  Body extends { readonly [Name in Key | 'type' | 'tokenEndpointAuthMethod']?: unknown },
>(body: Body, key: Key, before: { readonly [Name in Key]?: Secret | undefined } | undefined): Body {
  const { type, tokenEndpointAuthMethod: method } = body
  const needsNone = type === 'platform' || method === 'none' || method === 'private_key_jwt'
  return key in body || needsNone || !before?.[key] ? body : { ...body, [key]: before[key] }
}

export const answerTo = (
  { created, warnings }: Put,
  entry: { readonly [name: string]: Json | undefined },
  version: string,
): Answer => ({
  status: created ? 201 : 200,
  body: { ...entry, ...(warnings.length > 0 && { warnings }) },
  version,
})
