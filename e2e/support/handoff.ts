import { type Form, postForm } from './attack-tokens'

const TYPES = 'urn:ietf:params:oauth:token-type:'
export const ACCESS_TOKEN_TYPE = `${TYPES}access_token`
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** The form of a token exchange (RFC 8693 §2.1). */
export const exchangeForm = (subjectToken: string, changes: Form = {}): Form => ({
  grant_type: TOKEN_EXCHANGE,
  subject_token: subjectToken,
  subject_token_type: ACCESS_TOKEN_TYPE,
  ...changes,
})

type At = { readonly issuer: string; readonly resourceSecret: string }

/** Asks for the user's upstream token as the resource server. */
export const handOff = ({ issuer, resourceSecret }: At, subjectToken: string, changes: Form = {}) =>
  postForm(issuer, '/oauth/token', exchangeForm(subjectToken, changes), {
    authorization: `Bearer ${resourceSecret}`,
  })
