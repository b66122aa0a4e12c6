/** Stands for the tenant in an issuer, as the metadata of Entra ID writes it. */
const TENANT = '{tenantid}'

/** Whom users of an OpenID provider come from. */
type Issuing = { readonly issuer: string; readonly allowedTenants?: readonly string[] | undefined }

/** Whether an issuer is the template of those of many tenants. */
export const isIssuerTemplate = (issuer: string): boolean => issuer.includes(TENANT)

/** Every issuer whose users may log in: of a template, one for each allowed tenant. Decision 0116. */
export const issuersOf = ({ issuer, allowedTenants }: Issuing): readonly string[] =>
  allowedTenants?.map((tenant) => issuer.replace(TENANT, tenant)) ?? [issuer]

/** What the metadata of a template lies under: the address of all organizations. */
export const metadataPlace = (issuer: string): string => issuer.replace(TENANT, 'organizations')
