import type { Page } from '@playwright/test'
import { messages as accessTexts } from '@/lib/messages/access'
import type { Language } from '@/lib/messages/catalogue'
import { setupLink } from '../support/console'
import { findFlaws, findGaps, findUnreachable, readSentences } from '../support/page-checks'
import { PAGE_FILES, PASSING_ON, prepareTour, type Tour } from '../support/page-tour'
import { findWrongWords } from '../support/page-words'
import {
  ABSENT,
  builtActions,
  callAction,
  FORGED,
  FORM_ROUTES,
  formsOfTour,
  sendForm,
  WITHHELD,
} from '../support/posted-forms'
import { expect, test } from '../support/test'
import { startWorld } from '../support/world'

// A world of its own: the page for the first operator is open until there is one.
let tour: Tour
test.beforeAll(async ({ browser }) => {
  tour = await prepareTour(browser, await startWorld())
})
test.afterAll(async () => {
  await tour.close()
  await tour.world.stop()
})

/** By title, the file whose page has it. */
const titles = new Map<string, string>()

test('every page has a stop on the tour, and every stop a page', () => {
  expect([...Object.keys(tour.stops), ...PASSING_ON].toSorted()).toEqual(PAGE_FILES)
})

test('the first visitor with the link of the start comes in, the second finds it closed', async ({
  page,
}) => {
  const overview = await tour.show('console/organizations/page.tsx', 'en')
  await expect(overview.getByRole('link', { name: 'All organizations' })).toBeVisible()
  await overview.close()
  await page.goto(await setupLink(tour.world))
  await expect(page.getByRole('heading', { name: 'This link isn’t valid' })).toBeVisible()
})

/** Names that are the same in every language: users and clients of the tests, products, scopes. */
const NAMES =
  /^(Server )?(Acme|Globex|Operations|OpenID Connect$|Microsoft Entra ID$|Amazon Cognito$|Ping Identity$|Azure AD B2C$|Claude Code$|Shared Signals \(CAEP, RISC\)$)|^platform-\w+ accounts$|^\S+:\S+( \S+:\S+)*$/

for (const file of PAGE_FILES.filter((name) => !PASSING_ON.includes(name)))
  test(`${file}: in both languages, small and large, light and dark, by keyboard and for axe`, async () => {
    const { complaints: english, sentences } = await inspect(tour, file, 'en')
    const { complaints: german, sentences: same } = await inspect(tour, file, 'de')
    const untranslated = findUntranslated(sentences, same)
    expect({ english, german, untranslated }).toEqual({ english: [], german: [], untranslated: [] })
  })

// The last ones: forms do what they say.

test('every form of a page is taken from a browser that keeps its origin to itself, and from no other site', async () => {
  const { url } = tour.world.app
  const forms = await formsOfTour(tour)
  expect([...forms.keys()].toSorted()).toEqual(FORM_ROUTES)
  const taken: unknown[] = []
  for (const [route, form] of forms) {
    const refused = await sendForm(form, url, FORGED)
    taken.push([route, refused >= 400 && refused < 500, await sendForm(form, url, WITHHELD)])
  }
  expect(taken).toEqual([...forms.keys()].map((route) => [route, true, 303]))
})

test('every action of the console is called by a browser that keeps its origin to itself, and by no other site', async () => {
  const { url } = tour.world.app
  const actions = builtActions()
  expect(actions.length).toBeGreaterThan(50)
  for (const action of actions) {
    const [named, forged, ...kept] = [
      await callAction(action, url, { origin: url }),
      await callAction(action, url, FORGED),
      await callAction(action, url, WITHHELD),
      await callAction(action, url, ABSENT),
    ]
    expect([action.name, named, forged, ...kept]).toEqual([action.name, named, 403, named, named])
  }
})

test('the checks of pages see a broken word, a code, a sentence in another language and the title of another page', async () => {
  const file = 'console/[organization]/access/page.tsx'
  const [english, german] = [await tour.show(file, 'en'), await tour.show(file, 'de')]
  const other = await tour.show('console/organizations/page.tsx', 'de')
  expect(await wrongTitle(other, 'console/organizations/page.tsx')).toEqual([])
  const lead = accessTexts.en.lead
  await german.evaluate(
    ({ texts, title }) => {
      for (const text of texts) {
        const planted = document.createElement('p')
        planted.textContent = text
        planted.style.width = text.includes(' ') ? 'auto' : '4rem'
        planted.style.overflowWrap = 'anywhere'
        document.querySelector('main')?.append(planted)
      }
      const address = document.createElement('bdi')
      address.className = 'clip'
      address.innerHTML = '<span>aiko@<wbr>northwind.<wbr>example</span>'
      address.style.width = '4rem'
      document.querySelector('main')?.append(address)
      document.title = title
    },
    {
      texts: ['Zustimmungsseite', 'Das heißt (invalid_grant).', 'Das heißt grant.revoked.', lead],
      title: await other.title(),
    },
  )
  expect(await findWrongWords(german, file)).toEqual([
    'broken: Zustimmungsseite',
    'broken: aiko@northwind.example',
    'a wire name: invalid_grant',
    'a wire name: grant.revoked',
  ])
  expect(findUntranslated(await readSentences(english), await readSentences(german))).toEqual([lead])
  expect(await wrongTitle(german, file)).toEqual(['the title of console/organizations/page.tsx'])
  for (const page of [english, german, other]) await page.close()
})

/** Sentences that a page has in both languages. */
const findUntranslated = (english: readonly string[], german: readonly string[]) =>
  german.filter((sentence) => english.includes(sentence) && !NAMES.test(sentence))

/** Each page has one title, which no other page of the tour has. */
async function wrongTitle(page: Page, file: string) {
  const all = await page.locator('head title').allTextContents()
  const [title = ''] = all
  const other = titles.get(title)
  titles.set(title, file)
  return [
    ...(all.length === 1 && /^\S.* · Vestibule$/.test(title) ? [] : [`titles: ${JSON.stringify(all)}`]),
    ...(other && other !== file ? [`the title of ${other}`] : []),
  ]
}

/** Everything that is wrong with a page in one language; axe looks at it in one theme for each. */
async function inspect(tour: Tour, file: string, language: Language) {
  const pictures = `pictures/${file.replace(/\/?page\.tsx$/, '').replaceAll('/', '-') || 'home'}-${language}`
  const page = await tour.show(file, language)
  // What is in a picture is no heading.
  const headings = await page.locator('h1:not([role=img] h1)').count()
  const speaks = await page.locator(`[lang=${language}] h1:not([role=img] h1)`).count()
  const complaints = [
    ...(headings === 1 ? [] : [`${headings} first headings`]),
    ...(speaks === 1 ? [] : [`does not speak ${language}`]),
    ...(await wrongTitle(page, file)),
    ...(await findGaps(page)),
    ...(await findUnreachable(page)),
    ...(await findFlaws(page, file, language === 'en' ? 'light' : 'dark', pictures)),
  ]
  const sentences = await readSentences(page)
  await page.close()
  return { complaints, sentences }
}
