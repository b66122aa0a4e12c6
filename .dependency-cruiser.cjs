/** Which folder may import which. ARCHITECTURE.md has the picture. Decision 0018. */
const STEPS = 'authorize|consent|callback|token|revoke|access|device|logout'
/** Adapters of the core's ports, and what the process is made of. */
const ADAPTERS = 'store/|upstream/|crypto/|services/|config\\.ts'
/** The rooms of what operators manage: a folder a subject. */
const SUBJECTS =
  '(access\\.ts|(management|audit|api-keys|clients|configuration|connections|diagnostics|grants|logins|members|organizations|scim|servers|setup-links|webhooks)/)'
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'protocol-is-pure',
      comment: 'Rules readable beside the RFCs: zod and node:crypto, nothing else.',
      severity: 'error',
      from: { path: '^lib/oauth/protocol/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^lib/oauth/protocol/', packages('zod'), '^(node:)?crypto$'] },
    },
    {
      name: 'core-knows-no-adapter',
      comment: 'The core owns its ports; stores, HTTP and configuration come in through them.',
      severity: 'error',
      from: { path: '^lib/oauth/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(app|components|drizzle|packages|sandbox|e2e|test|server|lib/(?!oauth/))' },
    },
    {
      name: 'core-knows-no-framework',
      severity: 'error',
      from: { path: '^lib/(oauth|crypto|upstream)/', pathNot: '\\.test\\.ts$' },
      to: { path: packages('next', 'react', 'drizzle-orm', 'postgres', 'ioredis', '@upstash') },
    },
    {
      name: 'steps-stand-alone',
      comment: 'Only flow/order.ts knows the order of the steps.',
      severity: 'error',
      from: { path: `^lib/oauth/(${STEPS})/` },
      to: { path: `^lib/oauth/(${STEPS})/`, pathNot: '^lib/oauth/$1/' },
    },
    {
      name: 'flow-names-no-step',
      severity: 'error',
      from: { path: '^lib/oauth/(flow/|ports/|model\\.ts)' },
      to: { path: `^lib/oauth/(${STEPS}|clients)/` },
    },
    {
      name: 'http-knows-no-step',
      comment: 'lib/http speaks HTTP about results; which step runs is the route handler’s line.',
      severity: 'error',
      from: { path: '^lib/http/', pathNot: '\\.test\\.ts$' },
      to: {
        path: [`^lib/oauth/(${STEPS}|clients)/`, `^lib/(${ADAPTERS}|${SUBJECTS})`],
      },
    },
    {
      name: 'store-and-upstream-stand-alone',
      severity: 'error',
      from: { path: '^lib/(store|upstream|crypto)/', pathNot: '\\.(test|contract)\\.ts$' },
      to: {
        path: `^(app|components|lib/(http/|services/|config\\.ts|${SUBJECTS}|oauth/(${STEPS}|clients)/))`,
      },
    },
    {
      name: 'sql-only-in-store',
      severity: 'error',
      from: {
        path: '^(app|components|lib|packages|sandbox|server)',
        pathNot: ['^lib/store/', '^packages/embedded-postgres/', '\\.test\\.ts$'],
      },
      to: { path: packages('drizzle-orm', 'postgres') },
    },
    {
      name: 'next-only-in-app-and-http',
      severity: 'error',
      from: { path: '^(lib|components|packages|sandbox|drizzle)', pathNot: '^lib/http/' },
      to: { path: packages('next') },
    },
    {
      name: 'lib-never-imports-app',
      severity: 'error',
      from: { path: '^(lib|packages)/' },
      to: { path: '^(app|components)/' },
    },
    {
      name: 'components-show-views',
      comment: 'Components take views, as types, and know nothing of where they come from.',
      severity: 'error',
      from: { path: '^components/' },
      to: {
        path: '^(app|lib)/',
        pathNot: '^lib/(oauth/(consent/view|protocol/)|messages/|routes\\.ts)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'components-take-views',
      comment: 'Also their types come from the rooms, and not from the stores.',
      severity: 'error',
      from: { path: '^components/' },
      to: { path: '^(drizzle|lib/store)/' },
    },
    {
      name: 'parts-know-no-page',
      comment: 'The design system: what pages are made of knows none of them, nor what they are about.',
      severity: 'error',
      from: { path: '^components/ui/' },
      to: { path: '^(app|components|lib)/', pathNot: '^(components/ui/|lib/messages/)' },
    },
    {
      name: 'console-asks-management',
      comment: 'What the console can do stands in the subjects’ rooms, where the API finds it, too.',
      severity: 'error',
      from: { path: '^app/(console|setup|account|api)/' },
      to: { path: `^lib/oauth/(${STEPS}|clients|flow)/` },
    },
    {
      name: 'messages-are-words',
      severity: 'error',
      from: { path: '^lib/messages/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^lib/messages/' },
    },
    {
      name: 'api-asks-management',
      comment:
        'lib/api speaks HTTP about what the subjects’ rooms do; it has no rules and no stores of its own.',
      severity: 'error',
      from: { path: '^lib/api/', pathNot: '(\\.test\\.ts$|/test-support/)' },
      to: {
        path: `^(app|components|drizzle|lib/(${ADAPTERS}|accounts/|cli/|oauth/(${STEPS}|clients|flow)/))`,
      },
    },
    {
      name: 'only-app-serves-the-api',
      comment: 'Nothing below the API knows that there is one.',
      severity: 'error',
      from: { path: '^lib/(?!api/)', pathNot: '\\.test\\.ts$' },
      to: { path: '^lib/api/' },
    },
    {
      name: 'app-holds-no-rules',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^(lib/(store/|upstream/|crypto/|config\\.ts)|drizzle)' },
    },
    {
      name: 'sandbox-speaks-protocols-only',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(app|components|lib|drizzle|server)' },
    },
    {
      name: 'doctor-asks-from-outside',
      comment: 'Checks are given what they examine and ask over HTTP; examination.ts alone reads the store.',
      severity: 'error',
      from: { path: '^lib/diagnostics/', pathNot: ['\\.test\\.ts$', '^lib/diagnostics/examination\\.ts$'] },
      to: {
        path: '^(app|components|drizzle|sandbox|server|lib/(?!diagnostics/))',
        pathNot:
          '^lib/(upstream/|http/fetch/(certificate-ends|host-names|safe-request)|certificate-problem|messages/(catalogue|findings/)|oauth/(protocol/|model|timeline|ports/(clients|upstream)\\.ts))',
      },
    },
    {
      name: 'end-to-end-stands-on-top',
      comment: 'What unit tests and end-to-end tests share is in test/.',
      severity: 'error',
      from: { pathNot: '^(e2e|bench)/' },
      to: { path: '^e2e/' },
    },
    { name: 'no-barrels', severity: 'error', from: {}, to: { path: '^lib/.*/index\\.ts$' } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    // Packages stay in the picture: rules speak of them.
    exclude: { path: '^(\\.next|dist)/' },
  },
}
