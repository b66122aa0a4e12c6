/** Passkeys, as the browser and the accounts endpoints speak of them. */

const ENDPOINTS = '/api/auth/operator/passkey'

/** What became of it; `stale` when the session is too old to add one. */
export type PasskeyResult = 'done' | 'stale' | 'failed'

/** Creates a passkey in the browser and stores it for the signed-in operator. */
export async function addPasskey(name: string): Promise<PasskeyResult> {
  const options = await get('generate-register-options')
  if (!options.ok) return options.status === 403 ? 'stale' : 'failed'
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await options.json())
  const response = await navigator.credentials.create({ publicKey })
  return await send('verify-registration', { response, ...(name && { name }) })
}

/** Signs in with a passkey of this device, or one that is near. */
export async function signInWithPasskey(): Promise<PasskeyResult> {
  const options = await get('generate-authenticate-options')
  if (!options.ok) return 'failed'
  // Asked for here as well, so that the device asks for a PIN instead of being refused afterwards.
  const wanted = { ...(await options.json()), userVerification: 'required' }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(wanted)
  return await send('verify-authentication', { response: await navigator.credentials.get({ publicKey }) })
}

const get = (path: string) => fetch(`${ENDPOINTS}/${path}`, { headers: { accept: 'application/json' } })

/** Credentials write themselves as JSON. */
async function send(path: string, body: object): Promise<PasskeyResult> {
  const answer = await fetch(`${ENDPOINTS}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return answer.ok ? 'done' : 'failed'
}
