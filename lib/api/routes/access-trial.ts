import { z } from 'zod'
import { InvalidInput } from '@/lib/configuration/mistakes'
import { readSettings } from '@/lib/configuration/schema/read'
import { SERVER } from '@/lib/configuration/schema/settings'
import { wireShape } from '@/lib/configuration/schema/wire'
import { lockOut, TRIAL_DAYS, tryAccess } from '@/lib/servers/access-trial'
import { settingsBody } from '../read-request'
import { organizationRoute } from '../routing'
import { component, instant } from '../schemas'

const RULES = SERVER.pick({ access: true, scopes: true })

const trial = component(
  'AccessTrial',
  z.object({
    since: instant.describe(`${TRIAL_DAYS} days ago.`),
    logins: z.number().describe('Completed logins that were looked at.'),
    users: z.number(),
    refused_logins: z.number(),
    refused_users: z.number().describe('By what the identity provider said at their last login.'),
    lock_out: z.enum(['locks_out_everybody', 'locks_out_writer']).exactOptional(),
    is_cut: z.boolean().describe('There were more logins than are looked at.'),
    affected: z.array(
      z.object({
        user: z.string(),
        email: z.string().exactOptional(),
        name: z.string().exactOptional(),
        last_login_at: instant,
        reason: z
          .enum(['user_denied', 'condition_denied', 'not_allowed', 'claims_overage'])
          .exactOptional()
          .describe('Why the user would be refused; absent where only scopes are lost.'),
        missing_claims: z.array(z.string()).exactOptional(),
        lost_scopes: z.array(z.string()),
      }),
    ),
  }),
)

export const accessTrialRoutes = [
  organizationRoute({
    method: 'POST',
    path: '/organizations/{organization}/servers/{server}/access-trial',
    operationId: 'tryAccessRules',
    summary: 'Says which users of the last 30 days access rules would refuse, and why; changes nothing',
    permission: 'read',
    body: settingsBody(RULES, {}),
    documentedBody: component('AccessRules', z.strictObject(wireShape(RULES)).partial()),
    response: trial,
    async handle({ scope, params, body, management }) {
      const { mistakes, value } = readSettings(RULES, body, [])
      if (!value) throw new InvalidInput(mistakes)
      const rules = {
        ...(value.access && { access: value.access }),
        ...(body.scopes !== undefined && { scopes: value.scopes }),
      }
      const tried = await tryAccess(scope, params.server, { rules }, management)
      const code = lockOut(tried)
      return {
        body: {
          since: tried.since.toISOString(),
          logins: tried.logins,
          users: tried.users,
          refused_logins: tried.refusedLogins,
          refused_users: tried.refusedUsers,
          ...(code && { lock_out: code }),
          is_cut: tried.isCut,
          affected: tried.affected.map(({ userId, at, refusal, lostScopes, ...who }) => ({
            user: userId,
            ...who,
            last_login_at: at.toISOString(),
            ...(refusal && { reason: refusal.reason, missing_claims: refusal.missing }),
            lost_scopes: lostScopes,
          })),
        },
      }
    },
  }),
]
