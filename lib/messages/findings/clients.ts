import { catalogue } from '../catalogue'

const PROXY =
  'See what stands before us: a proxy, a firewall for web applications, a limit. POST with JSON must arrive.'
const PROXY_DE =
  'Sehen Sie nach, was vor uns steht: ein Proxy, eine Firewall für Webanwendungen, ein Limit. POST mit JSON muss ankommen.'

/** What the doctor finds when it plays the well-known clients, by code; what to do about it under the code with `.do`. */
export const messages = catalogue(
  {
    'client.document': '{name} is let in by its document at {host}.',
    'client.document_refused':
      '{name} comes with its document at {host}, and client_policy of the server does not let it in.',
    'client.document_refused.do': 'Add {host} to client_policy.hosts, if your users may use {name}.',
    'client.shut_out': '{name} cannot make itself known: this server takes no registrations.',
    'client.shut_out.do':
      'Allow registration on the server, or enter the client by hand and give its client_id to your users.',
    'client.shut_out_with_document':
      '{name} cannot make itself known: this server takes no registrations, and no documents of clients.',
    'client.shut_out_with_document.do':
      'Allow registration or client_policy on the server, or enter the client by hand and give its client_id to your users.',
    'client.local':
      'Vestibule or the MCP server is on this machine alone, which clients that run elsewhere cannot reach.',
    'client.local.do': 'Nothing to do while you try things out; later, public https addresses.',
    'client.issuer_path':
      'The issuer has a path, which some versions of clients leave out when they look for the metadata.',
    'client.issuer_path.do':
      'Nothing to do unless users of these clients cannot sign in. New servers get an origin of their own by SERVERS_DOMAIN or issuer_host; the issuer of this one never changes.',
    'client.token_lifetime':
      'Access tokens live for {seconds} seconds, and VS Code refreshes before every call.',
    'client.token_lifetime.do': 'Set access_token_lifetime of the server to more than 300.',
    'client.registration': '{name} can register.',
    'client.registration_changed': '{name} registers, and is answered with other redirect URIs than its own.',
    'client.registration_changed.do': PROXY,
    'client.registration_unreachable': '{name} cannot register: {problem}.',
    'client.registration_unreachable.do': PROXY,
    'client.registration_quota': '{name} cannot register just now: too many have, and were not used yet.',
    'client.registration_quota.do': 'Wait, or raise registration.quota of the server.',
    'client.registration_foreign':
      '{name} cannot register: the answer is {status}, with something that is not ours.',
    'client.registration_foreign.do': PROXY,
    'client.registration_refused': '{name} cannot register: the answer is {status} {error}, {description}.',
    'client.registration_refused.do': 'Report it as a fault of Vestibule.',
    'client.deregistration_by_us':
      '{name} could register, but not delete its registration again (it was deleted all the same).',
    'client.deregistration_by_us.do': 'Have DELETE requests to /oauth/register/… pass.',
    'client.deregistration':
      '{name} could register, but not delete its registration again: {clientId} stays until it expires tomorrow.',
    'client.deregistration.do': 'Have DELETE requests to /oauth/register/… pass.',
  },
  {
    'client.document': '{name} wird durch sein Dokument unter {host} eingelassen.',
    'client.document_refused':
      '{name} kommt mit seinem Dokument unter {host}, und client_policy des Servers lässt es nicht ein.',
    'client.document_refused.do':
      'Nehmen Sie {host} in client_policy.hosts auf, wenn Ihre Benutzer {name} verwenden dürfen.',
    'client.shut_out': '{name} kann sich nicht bekannt machen: Dieser Server nimmt keine Registrierungen an.',
    'client.shut_out.do':
      'Erlauben Sie die Registrierung am Server, oder tragen Sie den Client von Hand ein und geben Sie seine client_id Ihren Benutzern.',
    'client.shut_out_with_document':
      '{name} kann sich nicht bekannt machen: Dieser Server nimmt weder Registrierungen noch Dokumente von Clients an.',
    'client.shut_out_with_document.do':
      'Erlauben Sie die Registrierung oder client_policy am Server, oder tragen Sie den Client von Hand ein und geben Sie seine client_id Ihren Benutzern.',
    'client.local':
      'Vestibule oder der MCP-Server ist nur auf dieser Maschine, die Clients, die anderswo laufen, nicht erreichen.',
    'client.local.do': 'Nichts zu tun, solange Sie ausprobieren; später öffentliche https-Adressen.',
    'client.issuer_path':
      'Der Issuer hat einen Pfad, den manche Versionen von Clients auslassen, wenn sie die Metadaten suchen.',
    'client.issuer_path.do':
      'Nichts zu tun, solange Benutzer dieser Clients sich anmelden können. Neue Server bekommen durch SERVERS_DOMAIN oder issuer_host einen eigenen Origin; der Issuer dieses Servers ändert sich nie.',
    'client.token_lifetime':
      'Access-Tokens gelten {seconds} Sekunden, und VS Code erneuert vor jedem Aufruf.',
    'client.token_lifetime.do': 'Setzen Sie access_token_lifetime des Servers auf mehr als 300.',
    'client.registration': '{name} kann sich registrieren.',
    'client.registration_changed':
      '{name} registriert sich und bekommt andere Redirect-URIs zur Antwort als seine eigenen.',
    'client.registration_changed.do': PROXY_DE,
    'client.registration_unreachable': '{name} kann sich nicht registrieren: {problem}.',
    'client.registration_unreachable.do': PROXY_DE,
    'client.registration_quota':
      '{name} kann sich zurzeit nicht registrieren: Zu viele haben es getan und sind noch nicht verwendet worden.',
    'client.registration_quota.do': 'Warten Sie, oder erhöhen Sie registration.quota des Servers.',
    'client.registration_foreign':
      '{name} kann sich nicht registrieren: Die Antwort ist {status} mit etwas, das nicht von uns ist.',
    'client.registration_foreign.do': PROXY_DE,
    'client.registration_refused':
      '{name} kann sich nicht registrieren: Die Antwort ist {status} {error}, {description}.',
    'client.registration_refused.do': 'Melden Sie es als Fehler von Vestibule.',
    'client.deregistration_by_us':
      '{name} konnte sich registrieren, aber seine Registrierung nicht wieder löschen (sie wurde trotzdem gelöscht).',
    'client.deregistration_by_us.do': 'Lassen Sie DELETE-Anfragen an /oauth/register/… durch.',
    'client.deregistration':
      '{name} konnte sich registrieren, aber seine Registrierung nicht wieder löschen: {clientId} bleibt, bis sie morgen abläuft.',
    'client.deregistration.do': 'Lassen Sie DELETE-Anfragen an /oauth/register/… durch.',
  },
)
