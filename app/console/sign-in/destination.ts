import { routes } from '@/lib/routes'

/** Where signing in leads: to an invitation, or into the console. Never to another place. */
export function destination(invitation: string | undefined): string {
  return invitation && /^[\w-]{43}$/.test(invitation) ? routes.invitation(invitation) : routes.home()
}
