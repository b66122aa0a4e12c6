import { describe, expect, it } from 'vitest'
import { parseCommand, UsageError } from './arguments'

describe('the command line', () => {
  it('knows its commands', () => {
    expect(parseCommand(['apply', '-f', 'a.yaml'])).toEqual({ name: 'apply', file: 'a.yaml' })
    expect(parseCommand(['--file=-', 'diff'])).toEqual({ name: 'diff', file: '-' })
    expect(parseCommand(['export'])).toEqual({ name: 'export' })
    expect(parseCommand(['export', '-o', 'b.yaml'])).toEqual({ name: 'export', output: 'b.yaml' })
    expect(parseCommand(['timeline', '7K3M-Q0ZT'])).toEqual({ name: 'timeline', reference: '7K3M-Q0ZT' })
    expect(parseCommand(['events', 'acme'])).toEqual({ name: 'events', server: 'acme' })
    expect(parseCommand(['clean-up'])).toEqual({ name: 'clean-up' })
    const doctor = { name: 'doctor', server: 'acme' }
    expect(parseCommand(['doctor', 'acme'])).toEqual({ ...doctor, json: false })
    expect(parseCommand(['doctor', '--json', 'acme'])).toEqual({ ...doctor, json: true })
    expect(parseCommand(['keys', 'list', 'acme'])).toEqual({ name: 'keys list', server: 'acme' })
    const rotate = { name: 'keys rotate', server: 'acme' }
    expect(parseCommand(['keys', 'rotate', 'acme'])).toEqual({ ...rotate, emergency: false })
    expect(parseCommand(['keys', 'rotate', '--now', 'acme'])).toEqual({ ...rotate, emergency: true })
    for (const args of [['--help'], ['-h'], ['help'], ['apply', '--help']])
      expect(parseCommand(args)).toEqual({ name: 'help' })
  })

  it.each([
    [[], 'a command is missing'],
    [['aply', '-f', 'x'], 'there is no command aply'],
    [['apply'], 'apply needs a file'],
    [['apply', 'vestibule.yaml'], 'vestibule.yaml is one argument too many'],
    [['apply', '-f'], '-f'],
    [['apply', '-f', 'x', '--force'], '--force'],
    [['diff', '-f', 'x', '-o', 'y'], 'diff takes no --output'],
    [['export', '-f', 'x'], 'export takes no --file'],
    [['timeline'], 'the reference of a login is missing'],
    [['events'], 'the slug of a server is missing'],
    [['events', 'acme', '--now'], 'events takes no --now'],
    [['doctor'], 'the slug of a server is missing'],
    [['doctor', 'acme', '--now'], 'doctor takes no --now'],
    [['events', 'acme', '--json'], 'events takes no --json'],
    [['clean-up', 'now'], 'now is one argument too many'],
    [['clean-up', '-o', 'x'], 'clean-up takes no --output'],
    [['keys'], 'keys is followed by list or rotate'],
    [['keys', 'destroy', 'acme'], 'keys is followed by list or rotate'],
    [['keys', 'rotate'], 'the slug of a server is missing'],
    [['keys', 'rotate', 'a', 'b'], 'b is one argument too many'],
    [['keys', 'list', 'acme', '--now'], 'keys list takes no --now'],
    [['export', '--now'], 'export takes no --now'],
    [['timeline', 'A', 'B'], 'B is one argument too many'],
  ])('refuses %j and says why', (args, message) => {
    expect(() => parseCommand(args)).toThrow(UsageError)
    expect(() => parseCommand(args)).toThrow(message)
  })
})
