import { z } from 'zod'
import { invalidResponse, tokenFailure } from './failure'

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
 * Optional members that make no sense count as absent, `null` ones too.
 *
 * @throws UpstreamError for a refusal, and for an answer that cannot be understood
 */
export async function readTokenResponse(response: Response): Promise<TokenResponse> {
  const body = parseBody(await response.text(), response.headers.get('content-type') ?? '')
  const error = typeof body?.error === 'string' && body.error !== '' ? body.error : undefined
  if (response.status < 200 || response.status > 299) throw tokenFailure(response.status, error)
  if (!body) throw invalidResponse('token endpoint', 'is neither JSON nor form-encoded: check the address')
  if (error) throw tokenFailure(400, error)
  const parsed = TokenResponse.safeParse(body)
  if (!parsed.success) throw invalidResponse('token endpoint', 'has no usable access token')
  return parsed.data
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
