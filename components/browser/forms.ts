import { languageOf, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console/failure'
import { send } from './answer'
import { on } from './dom'
import { drawAnew } from './draw-anew'

/** What the form of an action looks like. */
const FORM = 'form[data-in-place]'

/**
 * What happens around a form between its answers: it is sent without leaving the page, the first wrong field gets the
 * focus, what is typed into clears its error, and a browser that would leave with changes asks first.
 */
export function sendInPlace(): void {
  on('submit', FORM, (form, event) => {
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return
    event.preventDefault()
    void sendForm(form, event.submitter)
  })
  on('input', FORM, (form, { target }) => {
    form.toggleAttribute('data-changed', true)
    if (target instanceof Element) clearError(target)
  })
  addEventListener('beforeunload', (event) => {
    const changed = [...document.querySelectorAll('form[data-changed]')]
    // Who signs in or chooses a password loses nothing.
    if (changed.some((form) => !form.closest('.hall'))) event.preventDefault()
  })
  for (const form of document.querySelectorAll<HTMLFormElement>(FORM)) showFaults(form)
}

async function sendForm(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  if (form.ariaBusy === 'true') return
  setBusy(form, true)
  const wasChanged = form.toggleAttribute('data-changed', false)
  const answer = await send(new FormData(form, submitter))
  setBusy(form, false)
  if (!answer) {
    form.toggleAttribute('data-changed', wasChanged)
    showFailure(form)
  } else if ('goTo' in answer) goTo(answer.goTo)
  else {
    drawAnew(answer.html)
    if (!form.isConnected) return
    form.reset()
    showFaults(form)
  }
}

function setBusy(form: HTMLFormElement, isBusy: boolean): void {
  form.ariaBusy = isBusy ? 'true' : null
  for (const button of form.querySelectorAll('button'))
    if (isBusy) button.setAttribute('aria-disabled', 'true')
    else button.removeAttribute('aria-disabled')
}

/** Another part of the same page is only gone to when the page is loaded anew. */
function goTo(href: string): void {
  const to = new URL(href, location.href)
  const isHere = to.hash !== '' && to.pathname + to.search === location.pathname + location.search
  if (isHere) {
    history.pushState(null, '', to)
    location.reload()
  } else location.assign(to)
}

/** Focus for the first wrong field, and links to all of them where there are several. */
function showFaults(form: HTMLFormElement): void {
  const wrong = [...form.querySelectorAll<HTMLElement>('[aria-invalid=true]')]
  if (!wrong[0]) return
  form.toggleAttribute('data-changed', true)
  wrong[0].focus()
  if (wrong.length === 1) return
  const list = document.createElement('ul')
  list.className = 'faults'
  for (const { id } of wrong) {
    const link = document.createElement('a')
    link.href = `#${id}`
    link.textContent = document.getElementById(`${id}error`)?.textContent ?? ''
    list.appendChild(document.createElement('li')).append(link)
  }
  form.querySelector('[role=alert] > div')?.append(list)
}

/** What is wrong is not said any longer of what is being corrected. */
function clearError(input: Element): void {
  const field = input.closest('.field')
  const wrong = field?.querySelector('[aria-invalid=true]')
  if (!field || !wrong) return
  field.classList.remove('field-wrong')
  field.querySelector('.field-error')?.remove()
  wrong.removeAttribute('aria-invalid')
  const described = wrong.getAttribute('aria-describedby')?.split(' ') ?? []
  const left = described.filter((id) => id !== `${wrong.id}error`)
  if (left.length > 0) wrong.setAttribute('aria-describedby', left.join(' '))
  else wrong.removeAttribute('aria-describedby')
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.faults a'))
    if (link.hash === `#${wrong.id}`) link.parentElement?.remove()
}

/** Whether something was changed is not known then. */
function showFailure(form: HTMLFormElement): void {
  const said = document.createElement('p')
  said.className = 'callout callout-problem'
  said.role = 'alert'
  said.textContent = translator(messages, languageOf(document.documentElement.lang))('unanswered')
  form.prepend(said)
}
