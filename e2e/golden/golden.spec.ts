import { expect, test } from '../support/test'
import { type Installation, startInstallation } from './installation'
import { SCENES } from './scenes'

/**
 * What the program answered at 0.1.0, and what it answers now. Every scene goes on where the one before it ended, so
 * all are recorded at once; each is a file beside this one. See "The golden recording" in CONTRIBUTING.
 */
test.describe('the golden recording', () => {
  let installation: Installation
  const recorded = new Map<string, string>()

  test.beforeAll(async () => {
    installation = await startInstallation()
    for (const [name, record] of Object.entries(SCENES)) {
      const sheet = installation.newSheet()
      await record(sheet, installation)
      recorded.set(name, sheet.text())
    }
  })
  test.afterAll(() => installation?.close())

  test('is equal', () => {
    for (const [name, text] of recorded) expect.soft(text).toMatchSnapshot(`${name}.txt`)
  })
})
