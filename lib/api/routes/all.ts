import type { Route } from '../routing'
import { accessTrialRoutes } from './access-trial'
import { auditLogRoutes } from './audit-log'
import { blockRoutes } from './blocks'
import { brandingRoutes } from './branding'
import { clientAdmissionRoutes } from './client-admission'
import { clientRoutes } from './clients'
import { connectionTestRoutes } from './connection-tests'
import { connectionRoutes } from './connections'
import { examinationRoutes } from './examination'
import { grantRoutes } from './grants'
import { keyRoutes } from './keys'
import { linkedLoginRoutes } from './linked-logins'
import { loginRoutes } from './logins'
import { memberRoutes } from './members'
import { operatorRoutes } from './operators'
import { organizationRoutes } from './organizations'
import { personRoutes } from './people'
import { serverRoutes } from './servers'
import { setupLinkRoutes } from './setup-links'
import { signingKeyRoutes } from './signing-keys'
import { userDataRoutes } from './user-data'
import { webhookDeliveryRoutes } from './webhook-deliveries'
import { webhookRoutes } from './webhooks'

/** Everything that the API can do. */
export const ROUTES: readonly Route[] = [
  ...organizationRoutes,
  ...connectionRoutes,
  ...connectionTestRoutes,
  ...personRoutes,
  ...setupLinkRoutes,
  ...serverRoutes,
  ...signingKeyRoutes,
  ...brandingRoutes,
  ...clientRoutes,
  ...memberRoutes,
  ...keyRoutes,
  ...operatorRoutes,
  ...auditLogRoutes,
  ...webhookRoutes,
  ...webhookDeliveryRoutes,
  ...loginRoutes,
  ...grantRoutes,
  ...blockRoutes,
  ...linkedLoginRoutes,
  ...userDataRoutes,
  ...clientAdmissionRoutes,
  ...examinationRoutes,
  ...accessTrialRoutes,
]
