import { describe, expect, it } from 'vitest'
import { withBlock } from './test-support/decisions'
import { importsBetween, mermaid, type Room, withoutDetours } from './test-support/folder-graph'
import { projectFiles, readIfThere } from './test-support/markdown'

const PAGE = 'ARCHITECTURE.md'
const read = (file: string) => readIfThere(file) ?? ''
const SUBJECTS =
  'access|accounts|api-keys|audit|clients|configuration|connections|credentials|diagnostics|grants|logins|management|members|operators|organizations|scim|servers|setup-links'

const ROOMS: readonly Room[] = [
  { id: 'server', label: 'server.ts<br/>the process', files: /^server(\.ts)?$/ },
  { id: 'cli', label: 'lib/cli<br/>the command line', files: /^lib\/cli\// },
  { id: 'app', label: 'app<br/>routes and pages', files: /^app\// },
  { id: 'components', label: 'components<br/>what pages are made of', files: /^components\// },
  { id: 'api', label: 'lib/api<br/>the management API', files: /^lib\/api\// },
  { id: 'services', label: 'lib/services<br/>the composition root', files: /^lib\/services\// },
  { id: 'webhooks', label: 'lib/webhooks<br/>delivers the audit log', files: /^lib\/webhooks\// },
  { id: 'watch', label: 'lib/watch<br/>sends mails, and alerts', files: /^lib\/watch\// },
  {
    id: 'subjects',
    label:
      'lib/{accounts, audit, configuration, connections, …}<br/>what operators manage, a folder per subject',
    files: new RegExp(`^lib/(${SUBJECTS})(/|\\.|$)`),
  },
  {
    id: 'steps',
    label: 'lib/oauth/{authorize, consent, callback, token, …}<br/>the steps of the protocol',
    files: /^lib\/oauth\/(authorize|consent|callback|token|revoke|access|device|logout|clients)\//,
  },
  { id: 'http', label: 'lib/http<br/>results into HTTP', files: /^lib\/http\// },
  { id: 'mail', label: 'lib/mail<br/>writes mails', files: /^lib\/mail\// },
  { id: 'metrics', label: 'lib/metrics<br/>what Prometheus reads', files: /^lib\/metrics\// },
  { id: 'tracing', label: 'lib/tracing<br/>traces, for OpenTelemetry', files: /^lib\/tracing\// },
  { id: 'embedded', label: 'packages/embedded-postgres', files: /^packages\/embedded-postgres\// },
  { id: 'store', label: 'lib/store, drizzle<br/>Postgres and Redis', files: /^(lib\/store|drizzle)\// },
  { id: 'upstream', label: 'lib/upstream<br/>the identity provider', files: /^lib\/upstream\// },
  { id: 'crypto', label: 'lib/crypto<br/>keys, seals, signatures', files: /^lib\/crypto\// },
  {
    id: 'core',
    label: 'lib/oauth/{flow, ports, model}<br/>order, dependencies, nouns',
    files: /^lib\/oauth\/(flow|ports)\/|^lib\/oauth\/[^/]+$/,
  },
  {
    id: 'protocol',
    label: 'lib/oauth/protocol<br/>pure rules of the RFCs',
    files: /^lib\/oauth\/protocol\//,
  },
  { id: 'messages', label: 'lib/messages<br/>sentences, in every language', files: /^lib\/messages\// },
]

const isCode = (file: string) => /\.tsx?$/.test(file) && !/\.(test|contract)\.|test-support\//.test(file)

describe('the picture of folders', () => {
  it('is what the imports say; npm run docs writes it', async () => {
    const files = projectFiles()
      .filter(isCode)
      .map((file) => [file, read(file)] as const)
    const picture = mermaid(ROOMS, withoutDetours(importsBetween(ROOMS, files)))
    await expect(withBlock(read(PAGE), 'folders', picture)).toMatchFileSnapshot(`../${PAGE}`)
  })

  it('has a room for every folder of lib', () => {
    const homeless = projectFiles('lib').filter((file) => isCode(file) && file.split('/').length > 2)
    expect(homeless.filter((file) => !ROOMS.some((room) => room.files.test(file)))).toEqual([])
  })
})

describe('folder graph', () => {
  const rooms = ['a', 'b', 'c'].map((id) => ({ id, label: id, files: new RegExp(`^${id}/`) }))

  it('reads relative imports, those of @/ and dynamic ones, and no packages', () => {
    const text = "import x from '../b/x'\nimport type { Y } from '@/c/y'\nimport 'c'\nawait import('./own')"
    expect(importsBetween(rooms, [['a/x.ts', text]])).toEqual([
      ['a', 'b'],
      ['a', 'c'],
    ])
    expect(importsBetween(rooms, [['b/x.ts', "await import('@/c/y')"]])).toEqual([['b', 'c']])
  })

  it('leaves out what a longer path says already', () => {
    expect(
      withoutDetours([
        ['a', 'b'],
        ['b', 'c'],
        ['a', 'c'],
      ]),
    ).toEqual([
      ['a', 'b'],
      ['b', 'c'],
    ])
  })

  it('draws a box per room and an arrow per edge', () => {
    expect(mermaid(rooms.slice(0, 2), [['a', 'b']])).toBe(
      '```mermaid\nflowchart TD\n    a["a"]\n    b["b"]\n    a --> b\n```',
    )
  })
})
