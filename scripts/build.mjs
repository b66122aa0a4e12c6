// Builds what `npm start` runs, where sources changed; `--without-pages`: our own programs alone.
import process from 'node:process'
import { ensureBuilt, enterProject } from './project.mjs'

enterProject()
ensureBuilt({ next: !process.argv.includes('--without-pages') })
