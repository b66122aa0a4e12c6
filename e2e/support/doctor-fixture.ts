import { randomBytes } from 'node:crypto'
import type { SaidExamination } from '@/lib/diagnostics/examination'
import type { App } from './app'

/** A server for the doctor, in an organization of its own. */
export type DoctorFixture = {
  readonly slug: string
  /** Runs the doctor on the command line. */
  readonly consult: () => Promise<SaidExamination & { readonly code: number }>
}

export type FixtureSettings = {
  readonly resource: string
  /** Of its identity provider. */
  readonly issuer: string
  readonly clientId?: string
  /** The variable that holds it. */
  readonly secret?: string
  readonly scopes?: readonly string[]
}

/** The callback that a fixture's identity provider has to know. */
export const callbackOf = (app: App, slug: string) => `${app.url}/oauth/callback/${slug}`

export const newSlug = () => `patient-${randomBytes(4).toString('hex')}`

/** @param slug also the connection's id */
export async function admit(app: App, slug: string, settings: FixtureSettings): Promise<DoctorFixture> {
  const { code, stderr, stdout } = await app.cli(['apply', '-f', '-'], configuration(slug, settings))
  if (code !== 0) throw new Error(`apply failed: ${stderr}${stdout}`)
  return { slug, consult: () => consult(app, slug) }
}

/** Runs the doctor for a server, and reads what it found. */
export async function consult(app: App, slug: string): ReturnType<DoctorFixture['consult']> {
  const { code, stdout, stderr } = await app.cli(['doctor', slug, '--json'])
  if (code > 1) throw new Error(`the doctor failed: ${stderr}`)
  return { ...(JSON.parse(stdout) as SaidExamination), code }
}

const configuration = (
  slug: string,
  {
    resource,
    issuer,
    clientId = 'vestibule',
    secret = 'UPSTREAM_SECRET',
    scopes = ['openid'],
  }: FixtureSettings,
) => `
organizations:
  - slug: ${slug}
    name: ${slug}
    connections:
      - slug: main
        id: ${slug}
        type: oidc
        issuer: ${issuer}
        client_id: ${clientId}
        client_secret: env:${secret}
        scopes: [${scopes.join(', ')}]
    servers:
      - slug: ${slug}
        name: DoctorFixture
        resource: ${resource}
        connection: main
        scopes:
          - { name: "profile:read", description: "See your name" }
          - { name: "notes:write", description: "Add notes for you" }
`
