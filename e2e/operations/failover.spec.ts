import { startRedisSentinel } from '@/test/redis-groups'
import { approachCallback, obtainCode, REDIRECT, redirectQuery } from '../support/attack-login'
import { obtainTokens, redeem, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import { startWorld } from '../support/world'

// With `npm run matrix -- redis` alone, on servers of its own.
if (process.env.REDIS_GROUPS)
  test('logins that are under way when the master behind a sentinel is gone are finished on its replica @stores', async ({
    stores,
  }) => {
    test.skip(stores !== 'sentinel', 'a cluster of three masters has no replicas')
    const group = await startRedisSentinel()
    const world = await startWorld({ REDIS_URL: group.url })
    const { root } = world.issuers
    const connected = await obtainTokens(root, await obtainCode(world))
    const finished = await obtainCode(world)
    const [visitor, pkce] = [newVisitor(), makePkce()]
    const asked = { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: pkce.challenge }
    const { consent, callback } = await approachCallback(world, visitor, authorizeUrl(root, asked))

    await group.killMaster()
    expect((await refresh(root, connected.refresh_token)).status).toBe(200)
    await expect.poll(async () => (await fetch(`${root}/readyz`)).status).toBe(200)

    await obtainTokens(root, finished)
    const code = redirectQuery(await visitor.go(callback)).get('code') ?? ''
    const { reference } = consent
    const begun = { code, verifier: pkce.verifier, clientId: 'cli', redirectUri: REDIRECT, reference }
    await obtainTokens(root, begun)
    expect((await redeem(root, begun)).status).toBe(400)
    await obtainTokens(root, await obtainCode(world))
    await world.stop()
    await group.close()
  })
