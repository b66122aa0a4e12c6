// `npm run vestibule -- …`: the command line, with the same environment as the server.
import path from 'node:path'
import process from 'node:process'
import { ensureBuilt, ensureInstalled, enterProject, root } from './project.mjs'

// npm runs a script in the project's root; a file is meant relative to where the operator stands.
if (path.resolve(process.cwd()) !== root || !process.env.INIT_CWD) process.env.INIT_CWD = process.cwd()
enterProject()
ensureInstalled()
ensureBuilt({ next: process.argv[2] === 'start' })
await import('../dist/cli.js')
