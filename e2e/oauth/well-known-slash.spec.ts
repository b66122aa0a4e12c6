import { hostFetch } from '../support/host-fetch'
import { expect, test } from '../support/test'

const inserted = (name: string, url: string) => {
  const { origin, pathname } = new URL(url)
  return `${origin}/.well-known/${name}${pathname === '/' ? '' : pathname}`
}

test('a well-known address with a slash at its end is the same address', async ({ world }) => {
  const { root, path, host } = world.issuers
  const places = [
    ...[root, path, host].flatMap((issuer) => [
      inserted('oauth-authorization-server', issuer),
      inserted('openid-configuration', issuer),
      `${issuer}/.well-known/openid-configuration`,
    ]),
    inserted('oauth-protected-resource', world.resources.path),
  ]
  for (const place of places) {
    const [plain, slashed] = await Promise.all([hostFetch(place), hostFetch(`${place}/`)])
    expect(slashed.status, place).toBe(200)
    expect(await slashed.json()).toEqual(await plain.json())
  }
})
