/**
 * What every page's forms share: what is wrong comes first, two taps send once, and what was typed outlives a session
 * that ended, a page that was open for too long, and a change of language. It is kept in this tab of this browser alone
 * (sessionStorage): no password, code, IIN or file, nothing on a shared device, and nothing for another person.
 * For whoever is signed in it stands on every page, and closes an open menu when Escape is pressed.
 */
const NAME = 'asar-typed'
const LIFE = 2 * 3600 * 1000
const SECRET = /iin|code|password|secret/
const shared = 'kiosk' in document.documentElement.dataset
const reader = document.body.dataset.viewer ?? ''

/** The address of a page without its language. @param {string} address */
const plain = (address) => {
  const { pathname, searchParams } = new URL(address, location.href)
  searchParams.delete('lang')
  return [pathname, searchParams].filter(String).join('?')
}

const read = () => JSON.parse(sessionStorage.getItem(NAME) ?? 'null')
/** @param {object} typed */
const write = (typed) => sessionStorage.setItem(NAME, JSON.stringify(typed))
const forget = () => sessionStorage.removeItem(NAME)

/** The fields of which something may be kept; a page that asks once more holds them unseen. @param {HTMLFormElement} form @returns {any[]} */
const fields = (form) =>
  [...form.elements].filter((/** @type {any} */ field) => {
    const { name, type, autocomplete } = field
    if ('held' in field.dataset) return !SECRET.test(name)
    return name && !/^(hidden|password|file|submit|button|fieldset)$/.test(type) && autocomplete !== 'one-time-code' && !SECRET.test(name)
  })

/** @param {HTMLFormElement} form @param {boolean} waits whether it is to be found again on the next page */
const keep = (form, waits) => {
  if (shared || !('keep' in form.dataset)) return
  const values = fields(form).map((field) => [field.name, field.value, field.checked || 'held' in field.dataset])
  const page = plain(/** @type {any} */ (form.elements.namedItem('form_page'))?.value ?? location.href)
  write({ page, action: plain(form.action), reader, waits, at: Date.now(), values })
}

/** @param {any} typed */
const restore = (typed) => {
  const form = [...document.forms].find((form) => 'keep' in form.dataset && plain(form.action) === typed.action)
  if (!form) return
  latest = form
  const left = [...typed.values]
  for (const field of fields(form)) {
    const choice = /radio|checkbox/.test(field.type)
    const place = left.findIndex(([name, value]) => name === field.name && (!choice || value === field.value))
    if (place < 0) continue
    const [[, value, checked]] = left.splice(place, 1)
    if (choice) field.checked = checked
    else field.value = value
  }
}

/** The form that was typed into last, or that this page shows again: refused, asked once more, gone back to. @type {any} */
let latest =
  document.querySelector('[data-keep] :is([aria-invalid], [data-held])')?.closest('form') ??
  [...document.forms].find(({ action, dataset }) => document.body.dataset.page && 'keep' in dataset && plain(action) === plain(location.href)) ??
  null

/** What was kept is put where it belongs, left until its page comes and its writer is signed in, or forgotten. */
const look = () => {
  const typed = read()
  if (!typed) return
  const told = document.querySelectorAll('[data-kept]')
  if (shared || Date.now() - typed.at > LIFE || (reader && reader !== typed.reader)) return forget()
  if (told.length) {
    write({ ...typed, waits: true })
    for (const text of told) /** @type {HTMLElement} */ (text).hidden = false
  } else if (!typed.waits) forget()
  else if (typed.page === plain(location.href) && typed.reader === reader) {
    restore(typed)
    forget()
  }
}

/* A form that was refused, asked once more, or gone back to, stands at an address that only takes forms: "back" would end in the
   browser's own error there. In the history it has the address of its page. */
if (document.body.dataset.page) history.replaceState(history.state, '', document.body.dataset.page)

document.addEventListener('input', ({ target }) => (latest = /** @type {any} */ (target).form ?? latest))

document.addEventListener('click', (event) => {
  if (/** @type {Element} */ (event.target).closest('a[hreflang]') && latest) keep(latest, true)
})

document.addEventListener('submit', (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target)
  if ('forget' in form.dataset) forget()
  if (!form.elements.namedItem('form_token')) return
  if (form.dataset.sent) return event.preventDefault()
  form.dataset.sent = 'yes'
  keep(form, false)
})

document.addEventListener('keydown', ({ key }) => {
  const menu = key === 'Escape' && document.querySelector('header details[open]')
  if (!menu) return
  menu.removeAttribute('open')
  menu.querySelector('summary')?.focus()
})

addEventListener('pageshow', ({ persisted }) => {
  if (persisted) for (const form of document.forms) delete form.dataset.sent
})

look()
document.getElementById('errors')?.focus()
