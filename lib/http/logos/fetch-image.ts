import { readBody } from '../fetch/safe-fetch'
import { FetchProblem, type SafeFetchPolicy, safeRequest } from '../fetch/safe-request'

/** Bytes. */
const MAX_BYTES = 256 * 1024

/**
 * The bytes at an untrusted address, if it says that they are a picture that we decode.
 *
 * @throws FetchProblem
 */
export function fetchImage(address: string, policy: SafeFetchPolicy): Promise<Uint8Array> {
  return safeRequest(
    address,
    { headers: { accept: 'image/png, image/webp, image/jpeg' } },
    policy,
    (answer) => {
      const { statusCode = 0, headers } = answer
      if (statusCode >= 300 && statusCode < 400)
        throw new FetchProblem('redirected', 'redirects are not followed')
      if (statusCode !== 200) throw new FetchProblem('status', `its address answered ${statusCode}`)
      if (!/^image\/(png|jpeg|webp)\s*(;|$)/i.test(headers['content-type'] ?? ''))
        throw new FetchProblem('not_json', 'its content type is not that of a PNG, JPEG or WebP')
      return readBody(answer, MAX_BYTES)
    },
  )
}
