import { BearerError } from '../protocol/bearer-error'
import { parseParameters } from '../protocol/parameters'

/** Where a request may carry an access token. */
export type Transmission = {
  /** The `Authorization` header. */
  readonly authorization: string | undefined
  readonly query: URLSearchParams
  /** Of a POST whose body is a form. */
  readonly form?: URLSearchParams
}

/**
 * The access token of a request (RFC 6750 §2): in the header, or in the form of a POST. One in the URL would end in
 * logs and counts for nothing, except that two transmissions are one too many.
 *
 * @throws BearerError 401 without a code when there is none, 400 `invalid_request` when there are two
 */
export function presentedToken({ authorization, query, form }: Transmission): string {
  const fromHeader = /^bearer +(\S.*)$/i.exec(authorization ?? '')?.[1]
  const parameters = form && parseParameters(form)
  const fromForm = parameters?.get('access_token')
  const transmissions = [fromHeader, fromForm, query.get('access_token')].filter(Boolean)
  if (transmissions.length > 1 || parameters?.duplicated.includes('access_token'))
    throw new BearerError('invalid_request', 'the access token is sent more than once')
  const token = fromHeader ?? fromForm
  if (!token) throw new BearerError()
  return token.trim()
}
