import { describe, expect, it } from 'vitest'
import { ROUTES } from '@/lib/api/routes/all'
import { API_COMMANDS } from '@/lib/cli/api-commands'
import { OPERATIONS, PERSONAL, PERSONAL_ACTIONS } from './test-support/console-actions'
import { withBlock } from './test-support/decisions'
import { projectFiles, readIfThere } from './test-support/markdown'

const PAGE = 'docs/api.md'
const read = (file: string) => readIfThere(file) ?? ''

/** Every server action there is, as `file action`. */
const actions = projectFiles('app')
  .filter((file) => /\.tsx?$/.test(file) && /^'use server'/m.test(read(file)))
  .flatMap((file) => {
    const names = [...read(file).matchAll(/^export (?:const|async function) (\w+)/gm)]
    return names.map(([, name]) => `${file.replace(/^app\//, '')} ${name}`)
  })

const rows = Object.entries(OPERATIONS).flatMap(([file, named]) =>
  Object.entries(named).map(([name, operations]) => ({ action: `${file} ${name}`, operations })),
)

describe('what the console can, the API can', () => {
  it('has a row for every server action, and no other', () => {
    const managing = actions.filter(
      (action) => !PERSONAL.includes(action.split(' ')[0] ?? '') && !PERSONAL_ACTIONS.includes(action),
    )
    expect(managing.length).toBeGreaterThan(40)
    expect(rows.map(({ action }) => action).toSorted()).toEqual(managing.toSorted())
  })

  it('names an operation of the API in every row', () => {
    const known = ROUTES.map(({ operationId }) => operationId)
    for (const { action, operations } of rows) {
      expect([action, operations.length > 0]).toEqual([action, true])
      expect([action, operations.filter((id) => !known.includes(id))]).toEqual([action, []])
    }
  })

  it('is a table in docs/api.md; npm run docs writes it', async () => {
    const page = withBlock(read(PAGE), 'console', table())
    await expect(page).toMatchFileSnapshot(`../${PAGE}`)
  })
})

function table(): string {
  const lines = rows.flatMap(({ action, operations }) => {
    const [file = '', name] = action.split(' ')
    const page = file.replace(/^console\/(\[organization\]\/)?/, '').replace(/(-?actions)?\.ts$/, '')
    const cells = operations.map((id) => {
      const route = ROUTES.find(({ operationId }) => operationId === id)
      const command = API_COMMANDS.find(({ method, path }) => method === route?.method && path === route.path)
      const typed = command ? `\`${command.noun} ${command.verb}\`` : '`operators …`'
      return [`\`${route?.method} ${route?.path}\``, typed] as const
    })
    return `| ${page.replace(/\/$/, '')} | ${name} | ${cells.map(([path]) => path).join('<br>')} | ${[...new Set(cells.map(([, typed]) => typed))].join(', ')} |`
  })
  return ['| page of the console | action | operation | command |', '|---|---|---|---|', ...lines].join('\n')
}
