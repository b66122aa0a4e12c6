/**
 * The codes that a provider gives for a refusal: `error`, Entra's `suberror` and AADSTS number. They are the words to
 * search its documentation and its log for, so the operator is told them; its sentences may hold codes, tokens and
 * names, and are dropped.
 */

type Members = Readonly<Record<string, unknown>>

/** As codes look: letters, at most one short number. A token, a name or a sentence does not. */
const CODE = /^(?=.{2,50}$)[A-Za-z_.-]+(\d{1,8}[A-Za-z_.-]*)?$/

/** Entra's and Azure B2C's, which stand in the description only. */
const NUMBER = /\bAAD(?:STS|B2C)\d{4,8}\b/

/** The well-formed codes of an answer, or of an authorization response. */
export function providerCodes(members: Members): readonly string[] {
  const { error, suberror, error_subcode: subcode, error_description: told } = members
  const number = typeof told === 'string' ? NUMBER.exec(told.slice(0, 4000))?.[0] : undefined
  const codes = [error, suberror, subcode, number].filter(
    (code): code is string => typeof code === 'string' && CODE.test(code),
  )
  return [...new Set(codes)]
}

/** Whether what the provider says of a refusal is about PKCE (RFC 7636); no word of it is kept. */
export const isAboutPkce = ({ error_description: told }: Members): boolean =>
  typeof told === 'string' && /\bpkce\b|code[ _-]?(challenge|verifier)/i.test(told.slice(0, 4000))

/** A detail with the provider's codes. */
export function withCodes(detail: string, codes: readonly string[]): string {
  return codes.length > 0 ? `${detail} The provider’s code: ${codes.join(', ')}.` : detail
}
