/** What a form's action answers, when it does not lead elsewhere. */
export type FormState = {
  /** Over the form. */
  readonly message?: string
  /** Beside its fields, by their names. */
  readonly errors?: Readonly<Record<string, string>>
  /** What was typed, without secrets. */
  readonly values?: Readonly<Record<string, string>>
  /** What the form gives way to, such as a secret that is shown once. */
  readonly shown?: Readonly<Record<string, string>>
}
