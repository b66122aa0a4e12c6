import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { type Form, formsIn } from '../fuzz/pool'
import { surfaces } from '../fuzz/surfaces'
import { hostFetch } from './host-fetch'
import type { Tour } from './page-tour'

/** Under an ingress that adds `Referrer-Policy: no-referrer`: what browsers send with a form of our page, and of another. */
export const WITHHELD = { origin: 'null', 'sec-fetch-site': 'same-origin' }
export const ABSENT = { 'sec-fetch-site': 'same-origin' }
export const FORGED = { origin: 'null', 'sec-fetch-site': 'cross-site' }

/** The files of routes that take the forms of pages. */
export const FORM_ROUTES: readonly string[] = readdirSync('app', { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(path.sep).join('/'))
  .filter(
    (file) =>
      file.endsWith('/route.ts') &&
      readFileSync(path.join('app', file), 'utf8').includes('export const POST = sessionEndpoint'),
  )
  .toSorted()

/** The file of the route that a form goes to. */
const routeOf = (action: string) =>
  FORM_ROUTES.find((file) =>
    new RegExp(`^/${path.posix.dirname(file).replaceAll(/\[\w+\]/g, '[^/]+')}$`).test(action),
  )

/** By route, a form that a page of the tour shows, and the browser that sees it. */
export async function formsOfTour(tour: Tour): Promise<ReadonlyMap<string, { form: Form; page: Page }>> {
  const { url } = tour.world.app
  const pages = {
    operator: await tour.show('console/organizations/page.tsx', 'en'),
    person: await tour.show('account/page.tsx', 'en'),
  }
  const found = new Map<string, { form: Form; page: Page }>()
  for (const { at, by } of Object.values(tour.stops)) {
    const page = pages[by]
    const html = await (await page.request.get(new URL(at, url).href)).text()
    for (const form of formsIn(at, html)) {
      const route = routeOf(new URL(form.action, url).pathname)
      if (route && !found.has(route)) found.set(route, { form, page })
    }
  }
  return found
}

/** Sends a form as if its first button was pressed. */
export async function sendForm(
  { form, page }: { readonly form: Form; readonly page: Page },
  base: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const answer = await page.request.post(new URL(form.action, base).href, {
    form: Object.fromEntries(form.fields.toReversed()),
    headers,
    maxRedirects: 0,
  })
  return answer.status()
}

/** The actions that the build knows, each with a path of a page that has it. */
export const builtActions = () =>
  surfaces().flatMap((surface) => {
    if (surface.kind !== 'action') return []
    const { id, name, paths } = surface
    return [{ id, name, at: paths[0]?.replaceAll(/\[[^/]+\]/g, 'none') ?? '' }]
  })

/** Calls an action without a session and without anything to go by. */
export async function callAction(
  { id, at }: { readonly id: string; readonly at: string },
  base: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const answer = await hostFetch(base + at, {
    method: 'POST',
    headers: { ...headers, 'next-action': id, 'content-type': 'multipart/form-data; boundary=x' },
    body: '--x\r\nContent-Disposition: form-data; name="0"\r\n\r\n[]\r\n--x--\r\n',
  })
  return answer.status
}
