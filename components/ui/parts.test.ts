import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (folder: string) =>
  readdirSync(folder)
    .filter((file) => /\.tsx$/.test(file))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))

describe('the page that shows every part', () => {
  it('shows every one', () => {
    const parts = read('components/ui').flatMap((text) =>
      [...text.matchAll(/^export function ([A-Z]\w*)/gm)].map(([, name]) => name ?? ''),
    )
    const shown = new Set(
      read('app/console/parts').flatMap((text) => [...text.matchAll(/<([A-Z]\w*)/g)].map(([, name]) => name)),
    )
    expect(parts).toContain('Table')
    // What a form has answered with is shown in the form's place.
    expect(parts.filter((name) => !shown.has(name) && !['Shown', 'ChartFrame'].includes(name))).toEqual([])
  })

  it('is one of development alone', async () => {
    const { default: config } = await import('@/next.config')
    expect(config.pageExtensions).toEqual(['ts', 'tsx'])
    expect(readdirSync('app/console/parts')).toContain('page.dev.tsx')
  })
})
