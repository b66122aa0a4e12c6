/**
 * What each sealed value is bound to: its table, row and column. A value that was copied to another row does not
 * open there. Changing one of these makes everything sealed under it unreadable.
 */

export const connectionSecretContext = (connectionId: string) => `connections:${connectionId}:client_secret`

/** The attempt is part of it: a verifier belongs to one login attempt. */
export const codeVerifierContext = (requestId: string, attemptId: string) =>
  `authorization_requests:${requestId}:${attemptId}:code_verifier`

export const upstreamTokenContext = (
  grantId: string,
  column: 'access_token' | 'refresh_token' | 'id_token',
) => `upstream_tokens:${grantId}:${column}`

export const signingKeyContext = (serverId: string, kid: string) =>
  `signing_keys:${serverId}:${kid}:private_key`

export const idempotentAnswerContext = (id: string) => `idempotent_requests:${id}:answer`

export const connectionTestContext = (testId: string) => `connection_tests:${testId}:code_verifier`

export const linkCeremonyContext = (id: string, stateHash: string) =>
  `link_ceremonies:${id}:${stateHash}:code_verifier`

/** Also of the secret before: it moves from one column to the other as it is. */
export const webhookSecretContext = (webhookId: string) => `webhooks:${webhookId}:secret`

export const mailContext = (mailId: string) => `mails:${mailId}:content`

export const webhookHeadersContext = (webhookId: string) => `webhooks:${webhookId}:headers`
