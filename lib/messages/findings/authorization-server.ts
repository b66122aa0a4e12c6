import { catalogue } from '../catalogue'

const PROXY =
  'Compare PUBLIC_URL (or the host of the server) with the address that your proxy serves, and have the proxy pass every path on as it came: no redirect, no login, no changed Host.'
const PROXY_DE =
  'Vergleichen Sie PUBLIC_URL (oder den Host des Servers) mit der Adresse, die Ihr Proxy bedient; er muss jeden Pfad unverändert weitergeben: ohne Umleitung, ohne Anmeldung, mit demselben Host.'

/** What the doctor finds at ourselves, seen from outside, by code; what to do about it under the code with `.do`. */
export const messages = catalogue(
  {
    'own.unreachable':
      'We cannot be reached at our own address {issuer}: {problem}. If clients can, only this machine cannot.',
    'own.unreachable.do': PROXY,
    'own.redirected': 'Our metadata at {issuer} is redirected to {location}, where clients do not follow.',
    'own.redirected.do': PROXY,
    'own.metadata_status': 'Our metadata at {issuer} answers {status}.',
    'own.metadata_status.do': PROXY,
    'own.metadata_foreign':
      'Our metadata at {issuer} is not what arrives: something else answers in our place.',
    'own.metadata_foreign.do': PROXY,
    'own.metadata': 'Our metadata at {issuer} arrives as it was sent.',
    'own.metadata_changed':
      'Our metadata at {issuer} arrives with another {field}: {found}{difference}. Another Vestibule answers there, or another configuration.',
    'own.metadata_changed.do': PROXY,
    'own.certificate': 'Of {issuer}: {soon}.',
    'own.certificate.do': 'Renew it.',
    'own.cors':
      'The metadata arrives without Access-Control-Allow-Origin, which we send: something in between takes it away.',
    'own.cors.do': PROXY,
    'own.openid': 'Some clients look for our metadata at {path}, which {how}.',
    'own.openid.do': PROXY,
    'own.token_unreachable': 'The token endpoint cannot be reached: {problem}.',
    'own.token_unreachable.do': PROXY,
    'own.token': 'The token endpoint answers clients.',
    'own.token_foreign': 'The token endpoint answers {status} with something that is not ours.',
    'own.token_foreign.do': PROXY,
    'own.keys': 'The keys that verify access tokens can be fetched.',
    'own.keys_missing':
      'The keys that verify access tokens cannot be fetched from outside. MCP servers refuse every access token.',
    'own.keys_missing.do': PROXY,
    'own.keys_missing_opaque':
      'The keys that verify access tokens cannot be fetched from outside. Opaque access tokens need none, ID tokens do.',
    'own.keys_missing_opaque.do': PROXY,
  },
  {
    'own.unreachable':
      'Wir sind unter unserer eigenen Adresse {issuer} nicht zu erreichen: {problem}. Wenn Clients es können, kann es nur diese Maschine nicht.',
    'own.unreachable.do': PROXY_DE,
    'own.redirected':
      'Unsere Metadaten unter {issuer} werden nach {location} umgeleitet, wohin Clients nicht folgen.',
    'own.redirected.do': PROXY_DE,
    'own.metadata_status': 'Unsere Metadaten unter {issuer} antworten mit {status}.',
    'own.metadata_status.do': PROXY_DE,
    'own.metadata_foreign':
      'Unter {issuer} kommen nicht unsere Metadaten an: Etwas anderes antwortet an unserer Stelle.',
    'own.metadata_foreign.do': PROXY_DE,
    'own.metadata': 'Unsere Metadaten unter {issuer} kommen an, wie sie gesendet wurden.',
    'own.metadata_changed':
      'Unsere Metadaten unter {issuer} kommen mit einem anderen {field} an: {found}{difference}. Dort antwortet ein anderes Vestibule oder eine andere Konfiguration.',
    'own.metadata_changed.do': PROXY_DE,
    'own.certificate': 'Bei {issuer}: {soon}.',
    'own.certificate.do': 'Erneuern Sie es.',
    'own.cors':
      'Die Metadaten kommen ohne Access-Control-Allow-Origin an, das wir senden: Etwas dazwischen nimmt es weg.',
    'own.cors.do': PROXY_DE,
    'own.openid': 'Manche Clients suchen unsere Metadaten unter {path}; die Adresse {how}.',
    'own.openid.do': PROXY_DE,
    'own.token_unreachable': 'Der Token-Endpunkt ist nicht zu erreichen: {problem}.',
    'own.token_unreachable.do': PROXY_DE,
    'own.token': 'Der Token-Endpunkt antwortet Clients.',
    'own.token_foreign': 'Der Token-Endpunkt antwortet mit {status} und etwas, das nicht von uns ist.',
    'own.token_foreign.do': PROXY_DE,
    'own.keys': 'Die Schlüssel zum Prüfen von Access-Tokens sind abzurufen.',
    'own.keys_missing':
      'Die Schlüssel zum Prüfen von Access-Tokens sind von außen nicht abzurufen. MCP-Server lehnen jedes Access-Token ab.',
    'own.keys_missing.do': PROXY_DE,
    'own.keys_missing_opaque':
      'Die Schlüssel zum Prüfen von Access-Tokens sind von außen nicht abzurufen. Opake Access-Tokens brauchen keine, ID-Tokens schon.',
    'own.keys_missing_opaque.do': PROXY_DE,
  },
)
