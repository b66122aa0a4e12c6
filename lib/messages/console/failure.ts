import { catalogue } from '../catalogue'

/** A page of the console that could not be shown. */
export const messages = catalogue(
  {
    title: 'Something went wrong',
    lead: 'This page could not be shown. Nothing was changed by opening it.',
    again: 'Try again',
  },
  {
    title: 'Etwas ist schiefgegangen',
    lead: 'Diese Seite konnte nicht angezeigt werden. Durch das Öffnen wurde nichts geändert.',
    again: 'Erneut versuchen',
  },
)
