type Client = { readonly clientId: string; readonly clientSecret: string }

/** Accepts post, encoded Basic and raw Basic alike; the tests look at what was sent. */
export function isOurClient(
  { clientId, clientSecret }: Client,
  body: URLSearchParams,
  authorization?: string,
): boolean {
  const basic = Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64').toString()
  const [id = '', ...rest] = basic.split(':')
  const presented = authorization ? [id, rest.join(':')] : [body.get('client_id'), body.get('client_secret')]
  const decoded = presented.map((value) => (authorization ? decodeForm(value ?? '') : value))
  return [presented, decoded].some(([i, s]) => i === clientId && s === clientSecret)
}

const decodeForm = (value: string) => new URLSearchParams(`v=${value}`).get('v')

/** How a provider says that it stumbled over PKCE. */
export const aboutPkce = (parameter: string) => ({
  error: 'invalid_request',
  error_description: `raw upstream text: unknown parameter ${parameter}`,
})
