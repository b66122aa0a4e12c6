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
import { webhookDeliveryRoutes } from './webhook-deliveries'
import { webhookRoutes } from './webhooks'

/** Everything that the API can do. */
export const ROUTES: readonly Route[] = [
  ...organizationRoutes,
  ...connectionRoutes,
  ...serverRoutes,
  ...clientRoutes,
  ...keyRoutes,
  ...auditLogRoutes,
  ...webhookRoutes,
  ...webhookDeliveryRoutes,
  ...loginRoutes,
  ...grantRoutes,
  ...blockRoutes,
  ...examinationRoutes,
]
