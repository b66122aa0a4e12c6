import type { Route } from '../routing'
import { auditLogRoutes } from './audit-log'
import { blockRoutes } from './blocks'
import { clientRoutes } from './clients'
import { connectionRoutes } from './connections'
import { examinationRoutes } from './examination'
import { grantRoutes } from './grants'
import { keyRoutes } from './keys'
import { loginRoutes } from './logins'
import { organizationRoutes } from './organizations'
import { serverRoutes } from './servers'
import { setupLinkRoutes } from './setup-links'

/** Everything that the API can do. */
export const ROUTES: readonly Route[] = [
  ...organizationRoutes,
  ...connectionRoutes,
  ...setupLinkRoutes,
  ...serverRoutes,
  ...clientRoutes,
  ...keyRoutes,
  ...auditLogRoutes,
  ...loginRoutes,
  ...grantRoutes,
  ...blockRoutes,
  ...examinationRoutes,
]
