import { expect, it } from 'vitest'
import { underWay } from './under-way'

const holder = (key: string, organization?: string) => ({
  key,
  ...(organization !== undefined && { organization }),
})

const refusal = () => new Error('too many')

/** Work that is under way until it is let go; how many of so many begin. */
function scene() {
  const within = underWay({ key: 3, organization: 5 })
  const open: (() => void)[] = []
  const refused: unknown[] = []
  return {
    refused,
    async begin(of: ReturnType<typeof holder>, count: number) {
      const before = open.length
      for (let i = 0; i < count; i++)
        within(of, refusal, () => new Promise<void>((resolve) => open.push(resolve))).catch(
          (error: unknown) => refused.push(error),
        )
      return open.length - before
    },
    end: () => {
      for (const done of open.splice(0)) done()
    },
    within,
  }
}

it('one key has its share, and a customer with many keys has one, too; others have theirs', async () => {
  const { begin, end, refused } = scene()
  expect(await begin(holder('a', 'acme'), 120)).toBe(3)
  expect(await begin(holder('b', 'acme'), 120)).toBe(2)
  expect(await begin(holder('c', 'globex'), 120)).toBe(3)
  expect(await begin(holder('of the installation'), 120)).toBe(3)
  expect(refused[0]).toMatchObject({ message: 'too many' })
  end()
})

it('gives back what has ended, well or not', async () => {
  const { begin, end, within } = scene()
  await begin(holder('a', 'acme'), 3)
  end()
  await new Promise(setImmediate)
  expect(await begin(holder('a', 'acme'), 9)).toBe(3)
  end()
  await new Promise(setImmediate)
  for (let i = 0; i < 9; i++)
    await expect(within(holder('a'), refusal, () => Promise.reject(new Error('failed')))).rejects.toThrow(
      'failed',
    )
})
