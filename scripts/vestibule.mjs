// `npm run vestibule -- …`: the command line, with the same environment as the server.
import { ensureBuilt, ensureInstalled, enterProject } from './project.mjs'

enterProject()
ensureInstalled()
ensureBuilt({ next: false })
await import('../dist/cli.js')
