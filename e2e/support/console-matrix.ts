import type { Permission } from '@/lib/access'

/**
 * Permissions of the console's pages. Every `page.tsx` and `route.ts` under `app/console` has a line here, and every
 * exported action below; `console/matrix.spec.ts` fails without one.
 */

export type PageRow = {
  /** Under `/console`, in the world of the tests: `/acme/members`. */
  readonly at: string
  /** What the page of an organization demands. */
  readonly needs?: Permission
  /** The status with the permission; 200 when absent. 404 where the object does not exist in the tests. */
  readonly answers?: number
  /** A form is sent there instead, as our own page does. */
  readonly method?: 'POST'
  /** Belongs to no organization: to every operator (`operators`), or public. */
  readonly opensTo?: 'operators' | 'everybody'
}

export const PAGES: Readonly<Record<string, PageRow>> = {
  'page.tsx': { at: '', opensTo: 'operators', answers: 307 },
  'forbidden/page.tsx': { at: '/forbidden', opensTo: 'everybody', answers: 403 },
  'account/page.tsx': { at: '/account', opensTo: 'operators' },
  'operators/page.tsx': { at: '/operators', opensTo: 'operators', answers: 404 },
  'operators/link/[token]/page.tsx': { at: '/operators/link/guessed', opensTo: 'everybody' },
  'search/page.tsx': { at: '/search?q=acme', opensTo: 'operators' },
  'organizations/page.tsx': { at: '/organizations', opensTo: 'operators' },
  'invitations/[token]/page.tsx': { at: '/invitations/guessed', opensTo: 'everybody' },
  'sign-in/page.tsx': { at: '/sign-in', opensTo: 'everybody' },
  // None is configured.
  'sign-in/with/[provider]/route.ts': {
    at: '/sign-in/with/none',
    opensTo: 'everybody',
    method: 'POST',
    answers: 404,
  },
  'sign-in/callback/[provider]/route.ts': {
    at: '/sign-in/callback/none',
    opensTo: 'everybody',
    answers: 404,
  },
  'second-factor/page.tsx': { at: '/second-factor', opensTo: 'everybody' },
  'setup/page.tsx': { at: '/setup?token=guessed', opensTo: 'everybody' },
  '[organization]/page.tsx': { at: '/acme', needs: 'read' },
  '[organization]/audit/page.tsx': { at: '/acme/audit', needs: 'read' },
  '[organization]/audit/export/route.ts': { at: '/acme/audit/export', needs: 'read' },
  '[organization]/audit/retention/page.tsx': { at: '/acme/audit/retention', needs: 'own' },
  '[organization]/access/users/[id]/data/route.ts': {
    at: '/acme/access/users/none/data',
    needs: 'manage_members',
    answers: 404,
  },
  '[organization]/logins/tail/route.ts': { at: '/acme/logins/tail', needs: 'read' },
  '[organization]/servers/[server]/next-steps/progress/route.ts': {
    at: '/acme/servers/first/next-steps/progress',
    needs: 'configure',
  },
  '[organization]/access/page.tsx': { at: '/acme/access', needs: 'read' },
  '[organization]/access/clients/page.tsx': { at: '/acme/access/clients', needs: 'read' },
  '[organization]/access/clients/[id]/page.tsx': {
    at: '/acme/access/clients/none',
    needs: 'read',
    answers: 404,
  },
  '[organization]/access/grants/[id]/page.tsx': {
    at: '/acme/access/grants/none',
    needs: 'read',
    answers: 404,
  },
  '[organization]/access/users/page.tsx': { at: '/acme/access/users', needs: 'read' },
  '[organization]/access/users/[id]/page.tsx': { at: '/acme/access/users/none', needs: 'read', answers: 404 },
  '[organization]/logins/page.tsx': { at: '/acme/logins', needs: 'read' },
  '[organization]/logins/[reference]/page.tsx': { at: '/acme/logins/none', needs: 'read', answers: 404 },
  '[organization]/connections/page.tsx': { at: '/acme/connections', needs: 'read' },
  '[organization]/connections/new/page.tsx': { at: '/acme/connections/new', needs: 'configure' },
  '[organization]/connections/[connection]/page.tsx': { at: '/acme/connections/main', needs: 'read' },
  '[organization]/connections/[connection]/delete/page.tsx': {
    at: '/acme/connections/main/delete',
    needs: 'configure',
  },
  '[organization]/connections/[connection]/test/route.ts': {
    at: '/acme/connections/none/test',
    needs: 'configure',
    method: 'POST',
    answers: 404,
  },
  '[organization]/connections/[connection]/test/[test]/page.tsx': {
    at: '/acme/connections/main/test/none',
    needs: 'read',
    answers: 404,
  },
  '[organization]/keys/page.tsx': { at: '/acme/keys', needs: 'manage_members' },
  '[organization]/setup-links/page.tsx': { at: '/acme/setup-links', needs: 'configure' },
  '[organization]/servers/page.tsx': { at: '/acme/servers', needs: 'read' },
  '[organization]/servers/new/page.tsx': { at: '/acme/servers/new', needs: 'configure' },
  '[organization]/servers/[server]/page.tsx': { at: '/acme/servers/first', needs: 'read', answers: 307 },
  '[organization]/servers/[server]/next-steps/page.tsx': {
    at: '/acme/servers/first/next-steps',
    needs: 'read',
  },
  '[organization]/servers/[server]/settings/page.tsx': { at: '/acme/servers/first/settings', needs: 'read' },
  '[organization]/servers/[server]/scopes/page.tsx': { at: '/acme/servers/first/scopes', needs: 'read' },
  '[organization]/servers/[server]/access/page.tsx': { at: '/acme/servers/first/access', needs: 'read' },
  '[organization]/servers/[server]/tokens/page.tsx': { at: '/acme/servers/first/tokens', needs: 'read' },
  '[organization]/servers/[server]/clients/page.tsx': { at: '/acme/servers/first/clients', needs: 'read' },
  '[organization]/servers/[server]/clients/[client]/page.tsx': {
    at: '/acme/servers/first/clients/cli',
    needs: 'read',
  },
  '[organization]/branding/page.tsx': { at: '/acme/branding', needs: 'read' },
  '[organization]/servers/[server]/branding/page.tsx': { at: '/acme/servers/first/branding', needs: 'read' },
  '[organization]/servers/[server]/doctor/page.tsx': {
    at: '/acme/servers/first/doctor',
    needs: 'configure',
  },
  '[organization]/servers/[server]/delete/page.tsx': {
    at: '/acme/servers/first/delete',
    needs: 'configure',
  },
  '[organization]/webhooks/page.tsx': { at: '/acme/webhooks', needs: 'read' },
  '[organization]/webhooks/[webhook]/page.tsx': { at: '/acme/webhooks/none', needs: 'read', answers: 404 },
  '[organization]/members/page.tsx': { at: '/acme/members', needs: 'manage_members' },
  '[organization]/members/[member]/page.tsx': {
    at: '/acme/members/nobody',
    needs: 'manage_members',
    answers: 404,
  },
  '[organization]/connections/[connection]/people/page.tsx': {
    at: '/acme/connections/none/people',
    needs: 'read',
    answers: 404,
  },
}

/** What an action demands: a permission in its organization, to be signed in, or nothing. */
export const ACTIONS: Readonly<Record<string, Readonly<Record<string, Permission | 'operator' | 'public'>>>> =
  {
    'account/actions.ts': {
      changePassword: 'operator',
      choosePassword: 'operator',
      disconnect: 'operator',
      enableFactor: 'operator',
      confirmFactor: 'operator',
      disableFactor: 'operator',
      newBackupCodes: 'operator',
      removePasskey: 'operator',
      endOtherSessions: 'operator',
    },
    'invitations/[token]/actions.ts': { accept: 'operator', acceptAsNewcomer: 'public' },
    'operators/actions.ts': {
      invite: 'operator',
      reset: 'operator',
      change: 'operator',
      choosePassword: 'public',
    },
    'organizations/actions.ts': { addOrganization: 'operator' },
    'second-factor/actions.ts': { enterSecondFactor: 'public' },
    'setup/actions.ts': { setUp: 'public' },
    'sign-in/actions.ts': { signIn: 'public', signOut: 'public' },
    '[organization]/audit/retention/actions.ts': { save: 'own' },
    '[organization]/access/actions.ts': {
      endGrant: 'revoke',
      endGrantsOfClient: 'revoke',
      endGrantsOfUser: 'revoke',
      endGrantsOfServer: 'revoke',
      blockClient: 'revoke',
      blockUser: 'revoke',
      unlink: 'revoke',
      erase: 'manage_members',
    },
    '[organization]/deletion-actions.ts': { removeServer: 'configure', removeConnection: 'configure' },
    '[organization]/connections/actions.ts': {
      createOrLookUp: 'configure',
      updateOrLookUp: 'configure',
    },
    '[organization]/connections/leaving-actions.ts': {
      makeToken: 'configure',
      removeToken: 'configure',
      saveProvisioned: 'configure',
      saveSignals: 'configure',
    },
    '[organization]/keys/actions.ts': { createKey: 'manage_members', revokeKey: 'manage_members' },
    '[organization]/setup-links/actions.ts': { createLink: 'configure', revokeLink: 'configure' },
    '[organization]/branding/actions.ts': { saveOrganizationBrand: 'configure' },
    '[organization]/servers/actions.ts': {
      protectServer: 'configure',
      saveSettings: 'configure',
      saveScopes: 'configure',
      saveTokens: 'configure',
      saveHandoff: 'configure',
      makeSecret: 'configure',
      removeSecret: 'configure',
      savePolicy: 'configure',
      saveBrand: 'configure',
    },
    '[organization]/servers/admission-actions.ts': {
      allow: 'configure',
      refuse: 'revoke',
      makeToken: 'configure',
      removeToken: 'configure',
    },
    '[organization]/servers/access-actions.ts': { saveAccess: 'configure' },
    '[organization]/servers/client-actions.ts': {
      addNamedClient: 'configure',
      saveClient: 'configure',
      renewClientSecret: 'configure',
    },
    '[organization]/servers/[server]/doctor/actions.ts': { examineServer: 'configure' },
    '[organization]/webhooks/actions.ts': {
      addWebhook: 'configure',
      saveWebhook: 'configure',
      newSecret: 'configure',
      deleteWebhook: 'configure',
      sendTest: 'configure',
      redeliver: 'configure',
      redeliverAll: 'configure',
    },
    '[organization]/members/actions.ts': {
      inviteMember: 'manage_members',
      withdraw: 'manage_members',
      setRole: 'manage_members',
      remove: 'manage_members',
    },
    '[organization]/connections/[connection]/people/actions.ts': {
      add: 'manage_members',
      newLink: 'manage_members',
      remove: 'manage_members',
    },
  }
