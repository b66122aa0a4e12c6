import type { Route } from '../routing'
import { auditLogRoutes } from './audit-log'
import { clientRoutes } from './clients'
import { connectionRoutes } from './connections'
import { keyRoutes } from './keys'
import { organizationRoutes } from './organizations'
import { serverRoutes } from './servers'

/** Everything that the API can do. */
export const ROUTES: readonly Route[] = [
  ...organizationRoutes,
  ...connectionRoutes,
  ...serverRoutes,
  ...clientRoutes,
  ...keyRoutes,
  ...auditLogRoutes,
]
