import { catalogue } from '../catalogue'

/** A page that could not be made, and a form that was not answered. */
export const messages = catalogue(
  {
    title: 'Something went wrong',
    lead: 'This page could not be shown. Try again in a moment.',
    unanswered: 'The server did not answer. Check whether the change was made before you try again.',
  },
  {
    title: 'Etwas ist schiefgegangen',
    lead: 'Diese Seite konnte nicht angezeigt werden. Versuchen Sie es gleich noch einmal.',
    unanswered:
      'Der Server hat nicht geantwortet. Prüfen Sie, ob die Änderung angekommen ist, bevor Sie es erneut versuchen.',
  },
)
