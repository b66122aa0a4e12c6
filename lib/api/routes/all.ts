import type { Route } from '../routing'
import { auditLogRoutes } from './audit-log'
import { blockRoutes } from './blocks'
import { brandingRoutes } from './branding'
import { clientRoutes } from './clients'
import { connectionRoutes } from './connections'
import { examinationRoutes } from './examination'
import { grantRoutes } from './grants'
import { keyRoutes } from './keys'
import { loginRoutes } from './logins'
import { memberRoutes } from './members'
import { organizationRoutes } from './organizations'
import { serverRoutes } from './servers'
import { setupLinkRoutes } from './setup-links'
import { webhookDeliveryRoutes } from './webhook-deliveries'
import { webhookRoutes } from './webhooks'

/** Everything that the API can do. */
export const ROUTES: readonly Route[] = [
  ...organizationRoutes,
  ...connectionRoutes,
  ...setupLinkRoutes,
  ...serverRoutes,
  ...brandingRoutes,
  ...clientRoutes,
  ...memberRoutes,
  ...keyRoutes,
  ...auditLogRoutes,
  ...webhookRoutes,
  ...webhookDeliveryRoutes,
  ...loginRoutes,
  ...grantRoutes,
  ...blockRoutes,
  ...examinationRoutes,
]
