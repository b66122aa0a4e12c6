import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { messages } from './audit-actions'

const sources = readdirSync('lib', { recursive: true, encoding: 'utf8' })
  .filter((file) => /(?<!\.(test|contract))\.ts$/.test(file) && !file.startsWith('messages'))
  .map((file) => readFileSync(path.join('lib', file), 'utf8'))
  .join('\n')

/** Written as a whole, as in `action: 'operator.sign_in_failed'`; the others are put together from kind and deed. */
const written = [...sources.matchAll(/\baction: '([a-z_]+\.[a-z_]+)'/g)].map(([, action = '']) => action)

it('every action that is written as a whole has a sentence', () => {
  expect(written).toContain('operator.sign_in_failed')
  expect(written.filter((action) => !(action in messages.en))).toEqual([])
})

it('every sentence belongs to an action that can be written', () => {
  const unknown = Object.keys(messages.en).filter((key) => {
    const [kind = '', deed = ''] = key.split('.')
    const isPutTogether = sources.includes(`${kind}.\${`) || sources.includes(`'${kind}'`)
    return key !== 'other' && !sources.includes(`'${key}'`) && !(isPutTogether && sources.includes(deed))
  })
  expect(unknown).toEqual([])
})
