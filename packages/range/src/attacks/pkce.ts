import { type Attack, each } from '../attack'
import { gotTokens, makePkce, type Target } from '../target'

const STOLEN = 'tokens for a code that was stolen on its way'

/** A login without a sound challenge: the code, where one comes. */
async function codeWith(target: Target, changes: Readonly<Record<string, string | undefined>>) {
  const client = await target.client()
  const { arrival } = await target.visit(client, changes)
  const code = arrival?.searchParams.get('code')
  return arrival && code ? { client, code, verifier: '', response: arrival } : undefined
}

/** Whether a public client gets tokens without PKCE. */
export async function isOptional(target: Target): Promise<boolean> {
  const login = await codeWith(target, { code_challenge: undefined, code_challenge_method: undefined })
  return login !== undefined && gotTokens(await target.redeem(login, { code_verifier: undefined }))
}

const wrongVerifier = (
  id: string,
  decides: string,
  verifiers: (
    target: Target,
    own: { verifier: string; challenge: string },
  ) => Promise<readonly (string | undefined)[]>,
): Attack => ({
  id,
  gets: STOLEN,
  reference: 'RFC 7636 §4.6, OAuth 2.1 §4.1.3',
  severity: 'critical',
  decides,
  run: async (target) => {
    const own = makePkce()
    return each(await verifiers(target, own), async (code_verifier) => {
      const login = await target.logIn(undefined, { code_challenge: own.challenge })
      const answer = await target.redeem(login, { code_verifier })
      return gotTokens(answer)
        ? `tokens for ${code_verifier === undefined ? 'no verifier' : 'a wrong verifier'}`
        : undefined
    })
  },
})

export const pkceAttacks: readonly Attack[] = [
  {
    id: 'pkce-missing',
    gets: STOLEN,
    reference: 'OAuth 2.1 §4.1.1, MCP Authorization',
    severity: 'high',
    decides: 'a public client without a challenge gets a code, and tokens for it',
    run: async (target) =>
      (await isOptional(target)) ? 'tokens without a challenge or a verifier' : undefined,
  },
  {
    id: 'pkce-plain',
    gets: STOLEN,
    reference: 'OAuth 2.1 §7.5.1, RFC 9700 §2.1.1',
    severity: 'medium',
    decides: 'the challenge itself serves as the verifier: by the method plain, or without a method',
    run: (target) =>
      each(['plain', undefined], async (code_challenge_method) => {
        const { challenge } = makePkce()
        const login = await codeWith(target, { code_challenge: challenge, code_challenge_method })
        const answer = login && (await target.redeem({ ...login, verifier: challenge }))
        return answer && gotTokens(answer)
          ? `the method ${code_challenge_method ?? '(none)'} is plain`
          : undefined
      }),
  },
  wrongVerifier('pkce-downgrade', 'a code that had a challenge is redeemed without a verifier', async () => [
    undefined,
    '',
  ]),
  wrongVerifier(
    'pkce-wrong-verifier',
    'a verifier that does not fit the challenge is taken',
    async (_, own) => [
      makePkce().verifier,
      own.challenge,
      own.verifier.slice(0, -1),
      own.verifier.toLowerCase(),
    ],
  ),
  wrongVerifier(
    'pkce-other-login',
    'the verifier of another login of the same client is taken',
    async (target) => [(await target.logIn()).verifier],
  ),
]
