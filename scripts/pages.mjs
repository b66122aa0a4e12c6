// `npm run pages`: pictures of every page, light and dark, small and large, in every language, into the folder `pictures`.
import { ensureBuilt, ensureInstalled, enterProject, run } from './project.mjs'

enterProject()
ensureInstalled()
ensureBuilt()
const specs = ['e2e/console/every-page.spec.ts', 'e2e/oauth/pages.spec.ts']
run('node_modules/.bin/playwright', ['test', ...specs, '--project=postgres', '--output=pictures'], {
  SCREENSHOTS: '1',
})
