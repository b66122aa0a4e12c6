import type { Installation } from './installation'
import { recordApi } from './scenes/api'
import { recordAudit } from './scenes/audit'
import { recordAuthorize } from './scenes/authorize'
import { recordCommandLine } from './scenes/command-line'
import { recordConfiguration } from './scenes/configuration'
import { recordDiscovery } from './scenes/discovery'
import { recordLogins } from './scenes/logins'
import { recordPages } from './scenes/pages'
import { recordRegistration } from './scenes/registration'
import { recordSchema } from './scenes/schema'
import { recordTokens } from './scenes/tokens'
import type { Sheet } from './sheet'

type Scene = (sheet: Sheet, installation: Installation) => Promise<void>

/** By the name of their file, in the order in which they happen. */
export const SCENES: Readonly<Record<string, Scene>> = {
  configuration: recordConfiguration,
  'command-line': recordCommandLine,
  discovery: recordDiscovery,
  registration: recordRegistration,
  authorize: recordAuthorize,
  logins: recordLogins,
  tokens: recordTokens,
  api: recordApi,
  pages: recordPages,
  audit: recordAudit,
  schema: recordSchema,
}
