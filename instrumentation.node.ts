import { ConfigError, readConfig } from './lib/config'
import { hasOwnServer } from './lib/own-server'

try {
  if (!hasOwnServer())
    throw new ConfigError([
      'This is Next alone: start Vestibule with npm start, or node dist/server.js. Without its own server, pages have no Content-Security-Policy, clients can forge their address, and nothing is cleaned up or delivered.',
    ])
  readConfig()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
