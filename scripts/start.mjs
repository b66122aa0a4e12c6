// `npm start` and `npm run dev`: installs and builds what is missing, then becomes the server.
import process from 'node:process'
import { ensureBuilt, ensureInstalled, enterProject } from './project.mjs'

const dev = process.argv.includes('--dev')

enterProject()
ensureInstalled()
ensureBuilt({ next: !dev })
process.env.NODE_ENV = dev ? 'development' : 'production'
process.env.NEXT_TELEMETRY_DISABLED ??= '1'
await import('../dist/server.js')
