import { json } from '../sheet'
import { ACME, type Call, items } from './api-call'

/** Single things, what the installation has, and what the console alone could do before. */
export async function recordFurther(call: Call): Promise<void> {
  await recordPlaces(call)
  await recordSingles(call)
  await recordInstallation(call)
  await call('revokeGrants: of nobody in particular', `${ACME}/grants`)
  await call('revokeGrants', `${ACME}/grants?client=nobody`)
  await call('getBlockedClient', `${ACME}/blocked-clients/nobody`)
  await call('getBlockedUser', `${ACME}/blocked-users/nobody`)
  await call('getRetention', `${ACME}/retention`)
  await call('putRetention', `${ACME}/retention`, { body: { logins: 14, audit_log: 365 } })
  await call('putRetention: mistakes', `${ACME}/retention`, { body: { logins: 0, audit_log: 1 } })
  await call('listLinkedLogins', `${ACME}/users/nobody/linked-logins`)
  await call('unlinkLogin', `${ACME}/users/nobody/linked-logins/nothing`)
  await call('exportUserData', `${ACME}/users/nobody`)
  await call('eraseUser', `${ACME}/users/nobody`)
  await call('verifyAuditLog', `${ACME}/audit-log/verification`)
  await call('deleteOrganization: only counted', `${ACME}?dry_run=true`)
  await call('deleteOrganization', '/organizations/initech')
}

async function recordPlaces(call: Call): Promise<void> {
  await call('listConnectionTests', `${ACME}/connections/main/tests`)
  await call('tryConnection', `${ACME}/connections/nothing/tests`)
  await call('getConnectionTest', `${ACME}/connections/main/tests/nothing`)
  const people = `${ACME}/connections/people/people`
  const { id } = json(
    await call('createPerson', people, { body: { address: 'jane@acme.example', name: 'Jane' } }),
  )
  await call('createPerson: mistakes', people, { body: { address: 'x' } })
  await call('listPeople', people)
  await call('getPerson', `${people}/${id}`)
  await call('renewPasswordLink', `${people}/${id}/link`)
  await call('removePerson', `${people}/${id}`)
  const keys = `${ACME}/servers/first/signing-keys`
  await call('listSigningKeys', keys)
  await call('rotateSigningKey', keys, { body: {} })
  const client = { redirect_uris: ['https://old.acme.example/cb'], token_endpoint_auth_method: 'none' }
  await call('putClient: to be deleted', `${ACME}/servers/first/clients/old`, { body: client })
  await call('deleteClient', `${ACME}/servers/first/clients/old`)
}

async function recordSingles(call: Call): Promise<void> {
  await call('getMember', `${ACME}/members/nobody`)
  const invitation = { email: 'late@acme.example', role: 'auditor' }
  const invited = json(
    await call('createInvitation: of another', `${ACME}/invitations`, { body: invitation }),
  )
  await call('getInvitation', `${ACME}/invitations/${invited.id}`)
  const [key] = items(await call('listApiKeys: again', `${ACME}/keys`))
  await call('getApiKey', `${ACME}/keys/${key.id}`)
  const [link] = items(await call('listSetupLinks: again', `${ACME}/setup-links`))
  await call('getSetupLink', `${ACME}/setup-links/${link.id}`)
}

async function recordInstallation(call: Call): Promise<void> {
  const [key] = items(await call('listInstallationApiKeys: again', '/keys'))
  await call('getInstallationApiKey', `/keys/${key.id}`)
  const { id } = json(await call('inviteOperator', '/operators', { body: { email: 'second@acme.example' } }))
  await call('inviteOperator: again', '/operators', { body: { email: 'second@acme.example' } })
  await call('listOperators', '/operators')
  await call('getOperator', `/operators/${id}`)
  await call('updateOperator', `/operators/${id}`, { body: { change: 'demote' } })
  await call('resetOperator', `/operators/${id}/reset`)
  await call('listInstallationAuditLog', '/audit-log?limit=2')
  await call('verifyInstallationAuditLog', '/audit-log/verification')
}
