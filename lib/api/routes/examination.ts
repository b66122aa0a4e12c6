import { z } from 'zod'
import { examine, sayExamination } from '@/lib/diagnostics/examination'
import { CLIENTS, GROUPS } from '@/lib/diagnostics/finding'
import { organizationRoute } from '../routing'
import { component, instant } from '../schemas'

const verdict = z
  .enum(['ok', 'warning', 'problem'])
  .describe('`warning`: some client, or some day, will stumble. `problem`: somebody stumbles now.')

const examination = component(
  'Examination',
  z.object({
    server: z.string().describe('Its slug.'),
    issuer: z.string(),
    resource: z.string(),
    at: instant,
    verdict,
    findings: z.array(
      z.object({
        group: z.enum(GROUPS),
        check: z.string().describe('What was looked at. Programs may rely on it.'),
        verdict,
        clients: z
          .array(z.enum(CLIENTS))
          .exactOptional()
          .describe('Who stumbles over it; absent: everybody, or nobody in particular.'),
        what: z.string(),
        remedy: z.string().exactOptional(),
      }),
    ),
  }),
)

export const examinationRoutes = [
  organizationRoute({
    method: 'POST',
    path: '/organizations/{organization}/servers/{server}/examination',
    operationId: 'examineServer',
    summary: 'Examines a server as its clients see it: sends requests to it, and to its identity provider',
    permission: 'configure',
    response: examination,
    handle: async ({ scope, params, management }) => ({
      body: sayExamination(await examine(scope, params.server, management), 'en'),
    }),
  }),
]
