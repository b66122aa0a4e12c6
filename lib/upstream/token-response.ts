import type { CustomFetchOptions, TokenEndpointResponse } from 'openid-client'
import { z } from 'zod'
import type { UpstreamTokens } from '@/lib/oauth/model'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { invalidResponse, type Refusal, tokenFailure } from './failure'
import { isAboutPkce, providerCodes } from './provider-codes'
import type { UpstreamAnswer, UpstreamRequest } from './upstream-http'

const Text = z.string().min(1).optional().catch(undefined)

/** A successful answer of RFC 6749 §5.1, with the liberties that real providers take. */
const TokenResponse = z.object({
  // RFC 6749 appendix A.12; anything else would break the header it is sent in, and be quoted in the error.
  access_token: z.string().regex(/^[\x20-\x7e]+$/),
  token_type: z.string().min(1).catch('Bearer'),
  refresh_token: Text,
  id_token: Text,
  scope: z
    .union([z.string(), z.array(z.string()).transform((scopes) => scopes.join(' '))])
    .optional()
    .catch(undefined),
  expires_in: z
    .union([
      z.number().min(0).max(1e9),
      z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    ])
    .optional()
    .catch(undefined),
})

export type TokenResponse = z.infer<typeof TokenResponse>

/**
 * Reads an answer of the token endpoint: JSON, or form-encoded as GitHub's; an error also under status 200.
 * Optional members that make no sense count as absent, `null` ones too. Decision 0012.
 *
 * @param failureOf makes the error of a refusal; one with status 200 counts as one with 400
 * @throws UpstreamError for an answer that cannot be understood
 */
export async function readTokenResponse(
  response: UpstreamAnswer,
  failureOf: (refusal: Refusal) => unknown = tokenFailure,
): Promise<TokenResponse> {
  const { body, ...refusal } = await readRefusal(response)
  if (response.status < 200 || response.status > 299) throw failureOf(refusal)
  if (!body) throw invalidResponse('token endpoint', 'is neither JSON nor form-encoded: check the address')
  if (refusal.error) throw failureOf({ ...refusal, status: 400 })
  const parsed = TokenResponse.safeParse(body)
  if (!parsed.success) throw invalidResponse('token endpoint', 'has no usable access token')
  return parsed.data
}

/** An answer as the refusal that it may be, with its members where it has any. */
export async function readRefusal(
  response: UpstreamAnswer,
): Promise<Refusal & { readonly body: Readonly<Record<string, unknown>> | undefined }> {
  const text = await response.text()
  const body = parseBody(text, response.headers.get('content-type') ?? '')
  const error = typeof body?.error === 'string' && body.error !== '' ? body.error : undefined
  const told = body ?? {}
  const said = { codes: providerCodes(told), isAboutPkce: isAboutPkce(told) }
  return { status: response.status, error, ...said, isEmpty: text.trim() === '', body }
}

function parseBody(text: string, contentType: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Not JSON; what it is says the next line.
  }
  const isForm = /^(application\/x-www-form-urlencoded|text\/plain)\b/i.test(contentType)
  return isForm ? Object.fromEntries(new URLSearchParams(text)) : undefined
}

/** What openid-client sends: a form. */
export const formOf = ({ method, headers, body }: CustomFetchOptions): UpstreamRequest => ({
  method,
  headers,
  body: body as URLSearchParams,
})

/** The tokens of an answer that openid-client has read. */
export function toUpstreamTokens(
  answer: TokenEndpointResponse,
  idToken: string | undefined,
  now: Date,
): UpstreamTokens {
  const { refresh_token: refreshToken, scope, expires_in: lifetime } = answer
  return {
    accessToken: answer.access_token,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(idToken !== undefined && { idToken }),
    ...(scope !== undefined && { scope }),
    ...(lifetime !== undefined && { expiresAt: new Date(now.getTime() + lifetime * 1000) }),
  }
}

/**
 * openid-client wraps errors of the request, and attaches whole responses, tokens included, to errors of its own: the
 * former are unwrapped, the latter replaced. A TypeError is a bug of ours and stays.
 */
export function withoutLibrary(error: unknown): unknown {
  if (error instanceof UpstreamError || error instanceof TypeError) return error
  if (error instanceof Error && error.cause instanceof UpstreamError) return error.cause
  return invalidResponse('token endpoint', 'is not one that OAuth 2.0 defines (token type?)')
}
