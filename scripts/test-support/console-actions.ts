/** What the console's server actions are in the management API. Read by scripts/console-api.test.ts. */

/** By file under `app/` and name of the action: the ids of the operations. */
export const OPERATIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'console/organizations/actions.ts': { addOrganization: ['createOrganization'] },
  'console/operators/actions.ts': {
    invite: ['inviteOperator'],
    reset: ['resetOperator'],
    change: ['updateOperator'],
  },
  'console/[organization]/setup-links/actions.ts': {
    createLink: ['createSetupLink'],
    revokeLink: ['revokeSetupLink'],
  },
  'console/[organization]/access/actions.ts': {
    endGrant: ['revokeGrant'],
    endGrantsOfClient: ['revokeGrants'],
    endGrantsOfUser: ['revokeGrants'],
    endGrantsOfServer: ['revokeGrants'],
    blockClient: ['blockClient', 'unblockClient'],
    blockUser: ['blockUser', 'unblockUser'],
    unlink: ['unlinkLogin'],
    erase: ['eraseUser'],
  },
  'console/[organization]/audit/retention/actions.ts': { save: ['putRetention'] },
  'console/[organization]/connections/actions.ts': {
    createOrLookUp: ['putConnection', 'tryConnection'],
    updateOrLookUp: ['putConnection', 'tryConnection'],
  },
  'console/[organization]/connections/leaving-actions.ts': {
    makeToken: ['createScimToken'],
    removeToken: ['deleteScimToken'],
    saveProvisioned: ['putConnection'],
    saveSignals: ['putConnection'],
  },
  'console/[organization]/connections/[connection]/people/actions.ts': {
    add: ['createPerson'],
    newLink: ['renewPasswordLink'],
    remove: ['removePerson'],
  },
  'console/[organization]/deletion-actions.ts': {
    removeServer: ['deleteServer'],
    removeConnection: ['deleteConnection'],
  },
  'console/[organization]/members/actions.ts': {
    inviteMember: ['createInvitation'],
    withdraw: ['withdrawInvitation'],
    setRole: ['updateMember'],
    remove: ['removeMember'],
  },
  'console/[organization]/webhooks/actions.ts': {
    addWebhook: ['createWebhook'],
    saveWebhook: ['updateWebhook'],
    newSecret: ['rotateWebhookSecret'],
    deleteWebhook: ['deleteWebhook'],
    sendTest: ['testWebhook'],
    redeliver: ['redeliverToWebhook'],
    redeliverAll: ['redeliverAllToWebhook'],
  },
  'console/[organization]/servers/admission-actions.ts': {
    allow: ['allowClient'],
    refuse: ['blockClient'],
    makeToken: ['createRegistrationToken'],
    removeToken: ['deleteRegistrationToken'],
  },
  'console/[organization]/servers/access-actions.ts': { saveAccess: ['putServer', 'tryAccessRules'] },
  'console/[organization]/branding/actions.ts': { saveOrganizationBrand: ['putOrganizationBranding'] },
  'console/[organization]/servers/actions.ts': {
    protectServer: ['putServer'],
    saveSettings: ['putServer'],
    saveScopes: ['putServer'],
    saveTokens: ['putServer'],
    saveHandoff: ['putServer'],
    makeSecret: ['putServer'],
    removeSecret: ['putServer'],
    savePolicy: ['putServer'],
    saveBrand: ['putBranding'],
  },
  'console/[organization]/servers/[server]/doctor/actions.ts': { examineServer: ['examineServer'] },
  'console/[organization]/servers/client-actions.ts': {
    addNamedClient: ['putClient'],
    saveClient: ['putClient'],
    renewClientSecret: ['putClient'],
  },
  'console/[organization]/keys/actions.ts': { createKey: ['createApiKey'], revokeKey: ['revokeApiKey'] },
}

/** Files whose actions are about the account of who sends them, or need a link in its place: a key has none. */
export const PERSONAL = [
  'console/account/actions.ts',
  'console/invitations/[token]/actions.ts',
  'console/second-factor/actions.ts',
  'console/setup/actions.ts',
  'console/sign-in/actions.ts',
  'setup/connection/[token]/actions.ts',
  'setup/password/actions.ts',
]

/** Actions of other files that are. */
export const PERSONAL_ACTIONS = ['console/operators/actions.ts choosePassword']
