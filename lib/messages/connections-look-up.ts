/** What an issuer says of itself, or why it could not be asked, with the remedy. */

export const LOOKUP_EN = {
  'lookup.button': 'Look up',
  'lookup.busy': 'Looking it up…',
  'lookup.found': 'Found: {issuer}',
  'lookup.foundText': 'Users sign in at {host}.',
  'lookup.pkce': 'It supports PKCE (S256).',
  'lookup.noPkce': 'It doesn’t announce PKCE; Vestibule sends it anyway, which does no harm.',
  'lookup.offline': 'It supports offline_access: refresh tokens are available.',
  'lookup.noOffline':
    'It doesn’t list offline_access. If sign-ins are refused because of it, remove it under “More”.',
  'lookup.failed': 'Not found',
  'lookup.no_address': 'This is not an address. Start it with https:// and leave out ? and #.',
  'lookup.not_https': 'The address must start with https://.',
  'lookup.unreachable':
    'The host cannot be reached from here. Check its spelling. Unless you run the installation, only public addresses are looked up: if your provider is on a private network, save anyway, and test the connection.',
  'lookup.certificate':
    'The TLS certificate of the host is not trusted here: it has expired, its chain is not complete, or a private authority signed it. Mend it there; for a private authority, see NODE_EXTRA_CA_CERTS.',
  'lookup.no_metadata':
    'The host answers, and has no metadata at this address (404). Compare the issuer with what the provider shows: a path such as /realms/name or /v2.0 may be missing.',
  'lookup.refused':
    'The host answers but refuses to show its metadata. Check the address, or open {address}/.well-known/openid-configuration in a browser.',
  'lookup.redirects':
    'The host redirects to another host, or more than once, which is not followed. Enter the address it leads to.',
  'lookup.not_json':
    'What was found there is not metadata, perhaps a web page. Compare the issuer with what the provider shows.',
  'lookup.too_slow': 'The host did not answer within 5 seconds. Try again, or look at its status page.',
  'lookup.asked_too_often': 'This host was asked too often. Wait a minute, then try again.',
  'lookup.incomplete': 'The metadata lacks an endpoint or the issuer. Is this an OpenID Connect provider?',
  'lookup.other_issuer':
    'The metadata there names another issuer: {other}. If that is yours, enter it instead, or enter it together with the address of the metadata. With Microsoft Entra ID, use the directory ID and not “common”.',
} as const

export const LOOKUP_DE: Readonly<Record<keyof typeof LOOKUP_EN, string>> = {
  'lookup.button': 'Nachsehen',
  'lookup.busy': 'Wird nachgesehen …',
  'lookup.found': 'Gefunden: {issuer}',
  'lookup.foundText': 'Benutzer melden sich bei {host} an.',
  'lookup.pkce': 'Er unterstützt PKCE (S256).',
  'lookup.noPkce': 'Er kündigt PKCE nicht an; Vestibule sendet es trotzdem, was nicht schadet.',
  'lookup.offline': 'Er unterstützt offline_access: Refresh-Tokens sind verfügbar.',
  'lookup.noOffline':
    'Er nennt offline_access nicht. Wenn Anmeldungen deshalb abgewiesen werden, entfernen Sie es unter „Mehr“.',
  'lookup.failed': 'Nicht gefunden',
  'lookup.no_address': 'Das ist keine Adresse. Beginnen Sie mit https:// und lassen Sie ? und # weg.',
  'lookup.not_https': 'Die Adresse muss mit https:// beginnen.',
  'lookup.unreachable':
    'Der Host ist von hier nicht zu erreichen. Prüfen Sie die Schreibweise. Wenn Sie die Installation nicht selbst betreiben, werden nur öffentliche Adressen nachgesehen: Wenn Ihr Anbieter in einem privaten Netz ist, speichern Sie trotzdem und testen Sie die Verbindung.',
  'lookup.certificate':
    'Dem TLS-Zertifikat des Hosts wird hier nicht vertraut: Es ist abgelaufen, seine Kette ist unvollständig, oder eine private Stelle hat es unterschrieben. Beheben Sie das dort; zu privaten Stellen siehe NODE_EXTRA_CA_CERTS.',
  'lookup.no_metadata':
    'Der Host antwortet und hat an dieser Adresse keine Metadaten (404). Vergleichen Sie den Issuer mit dem, was der Anbieter zeigt: Vielleicht fehlt ein Pfad wie /realms/name oder /v2.0.',
  'lookup.refused':
    'Der Host antwortet, zeigt aber seine Metadaten nicht. Prüfen Sie die Adresse, oder öffnen Sie {address}/.well-known/openid-configuration in einem Browser.',
  'lookup.redirects':
    'Der Host leitet zu einem anderen Host weiter, oder mehr als einmal, und dem wird nicht gefolgt. Geben Sie die Adresse ein, zu der sie führt.',
  'lookup.not_json':
    'Dort wurden keine Metadaten gefunden, vielleicht eine Webseite. Vergleichen Sie den Issuer mit dem, was der Anbieter zeigt.',
  'lookup.too_slow':
    'Der Host hat nicht innerhalb von 5 Sekunden geantwortet. Versuchen Sie es noch einmal, oder sehen Sie auf seine Statusseite.',
  'lookup.asked_too_often':
    'Dieser Host wurde zu oft gefragt. Warten Sie eine Minute und versuchen Sie es wieder.',
  'lookup.incomplete':
    'In den Metadaten fehlt ein Endpunkt oder der Issuer. Ist das ein OpenID-Connect-Anbieter?',
  'lookup.other_issuer':
    'Die Metadaten dort nennen einen anderen Issuer: {other}. Wenn das Ihrer ist, geben Sie ihn stattdessen ein, oder zusammen mit der Adresse der Metadaten. Bei Microsoft Entra ID nehmen Sie die Verzeichnis-ID und nicht „common“.',
}
