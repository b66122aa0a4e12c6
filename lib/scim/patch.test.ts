import { describe, expect, it } from 'vitest'
import { patched, readOperations } from './patch'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const ALICE = {
  userName: 'alice',
  active: true,
  name: { givenName: 'Alice', familyName: 'A' },
  emails: [{ type: 'work', value: 'alice@acme.example', primary: true }],
}

const change = (...operations: object[]) =>
  patched(
    ALICE,
    readOperations({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations }),
  )

describe('a change that providers send', () => {
  it.each<[string, object, object]>([
    ['Okta: no path', { op: 'replace', value: { active: false } }, { active: false }],
    [
      'Entra: a path, capital letters and a string',
      { op: 'Replace', path: 'active', value: 'False' },
      { active: 'False' },
    ],
    [
      'Entra: a path that is a key',
      { op: 'Replace', value: { 'name.familyName': 'B' } },
      { name: { givenName: 'Alice', familyName: 'B' } },
    ],
    [
      'a part of a value',
      { op: 'replace', path: 'name.familyName', value: 'B' },
      { name: { givenName: 'Alice', familyName: 'B' } },
    ],
    [
      'parts of a value',
      { op: 'replace', path: 'name', value: { familyName: 'B' } },
      { name: { givenName: 'Alice', familyName: 'B' } },
    ],
    [
      'one of a list',
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'b@acme.example' },
      { emails: [{ type: 'work', value: 'b@acme.example', primary: true }] },
    ],
    [
      'one of a list that is not there yet',
      { op: 'Add', path: 'emails[type eq "home"].value', value: 'h@acme.example' },
      { emails: [...ALICE.emails, { type: 'home', value: 'h@acme.example' }] },
    ],
    [
      'one more of a list',
      { op: 'add', path: 'emails', value: [{ value: 'c' }] },
      { emails: [...ALICE.emails, { value: 'c' }] },
    ],
    [
      'an extension',
      { op: 'Add', path: `${ENTERPRISE}:department`, value: 'R&D' },
      { [ENTERPRISE]: { department: 'R&D' } },
    ],
    [
      'an extension as a key',
      { op: 'add', value: { [ENTERPRISE]: { department: 'R&D' } } },
      { [ENTERPRISE]: { department: 'R&D' } },
    ],
    [
      'the core schema',
      { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:active', value: false },
      { active: false },
    ],
    ['a name in another case', { op: 'replace', path: 'Active', value: false }, { active: false }],
  ])('%s', (_, operation, changes) => {
    expect(change(operation)).toEqual({ ...ALICE, ...changes })
  })

  it('removes attributes, parts, and values of lists', () => {
    expect(change({ op: 'remove', path: 'name' })).not.toHaveProperty('name')
    expect(change({ op: 'remove', path: 'name.givenName' })).toMatchObject({ name: { familyName: 'A' } })
    expect(change({ op: 'Remove', path: 'emails[type eq "work"]' })).toMatchObject({ emails: [] })
    expect(change({ op: 'Remove', path: 'emails', value: [{ value: 'alice@acme.example' }] })).toMatchObject({
      emails: [],
    })
  })

  it('is carried out in its order, and leaves what was given as it was', () => {
    expect(
      change({ op: 'replace', value: { active: false } }, { op: 'replace', value: { active: true } }),
    ).toEqual(ALICE)
    expect(ALICE.active).toBe(true)
  })

  it('changes no prototype', () => {
    const named = JSON.parse('{"Operations":[{"op":"add","value":{"__proto__":{"polluted":1}}}]}')
    expect(() => patched({}, readOperations(named))).toThrow('path')
    const path = { op: 'add', path: 'constructor.prototype', value: { polluted: 1 } }
    patched({}, readOperations({ Operations: [path] }))
    expect({}).not.toHaveProperty('polluted')
  })
})

it.each([
  null,
  {},
  { Operations: [] },
  { Operations: [{ op: 'move', path: 'a' }] },
  { Operations: ['replace'] },
  { Operations: [{ op: 'remove' }] },
  { Operations: [{ op: 'replace', value: 'x' }] },
  { Operations: [{ op: 'replace', path: 'emails[value co "x"]', value: 'x' }] },
  { Operations: [{ op: 'replace', path: 'a.b.c', value: 'x' }] },
])('what is no change is refused: %j', (body) => {
  expect(() => patched(ALICE, readOperations(body))).toThrow()
})
