/**
 * The tablet of a meeting: what is pressed stays in this browser until the server has said that it has it, so that a
 * line lost for a minute loses nothing. Each entry carries a token of its own: sent twice, it counts once. Entries go in
 * the order of the presses, from one tab at a time. What the server refuses stays in sight with its words, and those of
 * its page, until somebody sends it again or drops it, unless the page that shows the form tells the fault; so does what waited while another device wrote, for it is older than what stands there.
 * Another person's entries are never sent. A tab whose press another tab sent shows what became of it, and is led nowhere
 * by what was pressed elsewhere. The screen of the hall in a window of this device is told when something changed.
 */
const strip = /** @type {HTMLElement} */ (document.querySelector('[data-meeting]'))
const NAME = `asar-meeting ${new URL(strip.dataset.meeting ?? '', location.href).pathname}`
const reader = document.body.dataset.viewer ?? ''
const STORE = `${NAME} ${reader}` // each person's apart: who signs in on the same tablet takes nobody's away
const away = /** @type {HTMLElement} */ (strip.querySelector('[data-away]'))
const hall = new BroadcastChannel(NAME)
const PATIENCE = 5000
const LONGEST_AGE = 2 * 3600 * 1000

const TAB = sessionStorage.getItem(NAME) ?? String(crypto.getRandomValues(new Uint32Array(2)))
sessionStorage.setItem(NAME, TAB) // which tab pressed outlives a reload, and says nothing of who
/** What was pressed on this page and did not go from here. @type {Set<string>} */
const pressedHere = new Set()

/** @typedef {{url: string, body: string, at: number, token: string, words: string, tab: string, why?: string}} Entry */
/** @returns {Entry[]} */
const kept = () => JSON.parse(localStorage.getItem(STORE) ?? '[]').filter((/** @type {any} */ entry) => Date.now() - entry.at < LONGEST_AGE)
/** @param {object[]} entries */
const keep = (entries) => (entries.length ? localStorage.setItem(STORE, JSON.stringify(entries)) : localStorage.removeItem(STORE))

const show = () => {
  const entries = kept()
  const held = entries.filter((entry) => entry.why === 'held').length
  const number = entries.length - held
  away.hidden = !(held || (number && waiting))
  const part = (/** @type {string} */ name, /** @type {number} */ many) => {
    const place = /** @type {HTMLElement | null} */ (away.querySelector(`[data-${name}]`))
    if (place) place.hidden = !many
    const told = place?.querySelector('b')
    if (told) told.textContent = String(many)
  }
  part('waits', waiting ? number : 0)
  part('held', held)
  const line = /** @type {HTMLElement | null} */ (away.querySelector('[data-lost]'))
  if (line) line.hidden = !lost
  list()
}

/** What was refused, or waits to be looked at, each with its words. */
const list = () => {
  const asked = /** @type {HTMLElement | null} */ (document.querySelector('[data-asked]'))
  const one = /** @type {HTMLTemplateElement | null} */ (document.querySelector('[data-asked-one]'))
  if (!asked || !one) return
  const entries = kept().filter((entry) => entry.why)
  asked.hidden = !entries.length
  asked.querySelector('ul')?.replaceChildren(...entries.map((entry) => {
    const line = /** @type {DocumentFragment} */ (one.content.cloneNode(true))
    const words = line.querySelector('span')
    if (words) words.textContent = entry.words + (entry.why === 'held' ? '' : ` – ${entry.why}`)
    for (const button of line.querySelectorAll('button')) button.dataset.token = entry.token
    return line
  }))
}

/** @param {string} which @param {Partial<Entry> | null} change */
const change = (which, change) => keep(kept().flatMap((entry) => entry.token !== which ? [entry] : change ? [{ ...entry, ...change }] : []))

/** A token by which two sendings are one entry: 256 random bits in base64url. */
const token = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

/** Whether entries wait for a line, or for the record to be taken over: only the first is told as no network. */
let lost = false
let waiting = false
let sending = false

const send = async () => {
  if (sending) return
  sending = true
  try {
    await navigator.locks.request(STORE, drain) // two tabs of one browser share what waits
  } finally {
    sending = false
    show()
  }
}

const drain = async () => {
    const waits = () => kept().find((entry) => !entry.why)
    for (let entry = waits(); entry; entry = waits()) {
      const { url, body, token: which } = entry
      const ours = entry.tab === TAB
      const late = setTimeout(() => { waiting = lost = true; show() }, PATIENCE)
      const answer = await fetch(url, { method: 'POST', body: signed(body), headers: { 'X-Press': '1' } }).catch(() => null).finally(() => clearTimeout(late))
      if (!answer || answer.status >= 500 || answer.status === 429) {
        waiting = lost = true
        show()
        setTimeout(send, PATIENCE)
        return
      }
      lost = false
      if (answer.status === 423) return await aside()
      const next = answer.headers.get('X-Next') ?? ''
      if (/^\/sign-in\b/.test(new URL(next, location.href).pathname)) return location.assign(next) // the entry waits
      waiting = false
      hall.postMessage('changed')
      const seen = pressedHere.delete(which) && ours && !kept().some((other) => other.token !== which && !other.why)
      if (answer.ok) change(which, null)
      else if (seen && answer.status === 422) { // told at its field, with all that was typed: nothing is left to send
        change(which, null)
        return put(answer)
      }
      else { // what comes after it waits until it was looked at
        const text = await answer.clone().text()
        const shown = new DOMParser().parseFromString(text, 'text/html')
        const fault = shown.querySelector('.field-error, .error, .banner') ?? shown.querySelector('h1 + .lead') // a refusal alone has a page of its own
        change(which, { why: fault?.textContent?.trim().replace(/\s+/g, ' ') || 'held' })
        return ours ? put(answer) : again()
      }
      if (!waits()) await (!ours || (kept().length && answer.headers.get('X-Next')) ? again() : follow(answer))
    }
}

/** An entry with this page's token against forgery: its own is of a session that may have ended. @param {string} body */
const signed = (body) => {
  const fields = new URLSearchParams(body)
  const token = /** @type {HTMLInputElement | null} */ (document.querySelector('main [name=csrf_token]'))
  if (token) fields.set('csrf_token', token.value)
  return fields
}

/** Another device writes: the entries stay, and the page shows how to take the record over; then they are sent. */
const aside = async () => {
  waiting = true
  keep(kept().map((entry) => ({ ...entry, why: entry.why ?? 'held' }))) // older than what the other device wrote
  await again()
}

/** This page as it stands now. */
const again = async () => {
  const answer = await fetch(location.href).catch(() => null)
  if (answer) await put(answer)
}

/** Another tab sent what was pressed here: once nothing waits, this page shows what became of it. */
const settled = () => {
  show()
  const left = kept()
  if (left.some((entry) => !entry.why) || ![...pressedHere].some((one) => !left.some((entry) => entry.token === one))) return
  pressedHere.clear()
  again()
}

/** The page that the server answered with takes the place of this one's. @param {Response} answer */
const follow = async (answer) => {
  const next = answer.headers.get('X-Next')
  if (next) return location.assign(next)
  // What is not led on shows its answer here: an error, or the question that is asked once more.
  await put(answer)
}

/** @param {Response} answer */
const put = async (answer) => {
  const main = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main')
  if (!main) return location.reload()
  document.querySelector('main')?.replaceWith(main)
  if (!answer.ok) main.focus()
  const fresh = main.querySelector('[data-away]')
  if (fresh) fresh.replaceWith(away)
  show()
}

/** The words of a part of the page. @param {Element | null | undefined} part */
const plain = (part) => part?.textContent?.trim().replace(/\s+/g, ' ') ?? ''

/** What was typed or chosen in a field, with its name. @param {HTMLInputElement} field */
const named = (field) => {
  const chosen = field.type === 'radio' ? plain(field.labels?.[0]) : /** @type {any} */ (field).selectedOptions?.[0]?.textContent ?? field.value
  const name = field.type === 'radio' ? field.closest('fieldset')?.querySelector('legend') : field.labels?.[0]
  return `${name?.firstChild?.textContent?.trim()}: ${chosen}` // without that it is optional
}

/** What was wrong with an earlier try is no fault of the one that waits now. */
const forget = () => {
  const main = document.querySelector('main')
  for (const told of main?.querySelectorAll('#errors, [role=alert], .field .error') ?? []) told.remove()
  for (const place of main?.querySelectorAll('.wrong') ?? []) place.classList.remove('wrong')
  for (const place of main?.querySelectorAll('[aria-invalid]') ?? []) place.removeAttribute('aria-invalid')
}

document.addEventListener('submit', (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target)
  const pressed = /** @type {SubmitEvent} */ (event).submitter
  if (!form.closest('.held') || form.method !== 'post') return
  event.preventDefault()
  const fields = new FormData(form, pressed)
  fields.delete('form_token')
  const same = `${form.action} ${new URLSearchParams(/** @type {any} */ ([...fields]))}`
  if (form.dataset.pressed === same) return // a double tap is one entry
  form.dataset.pressed = same
  const which = token()
  fields.set('form_token', which)
  const body = new URLSearchParams(/** @type {any} */ ([...fields])).toString()
  const typed = [...form.querySelectorAll('input, textarea, select')].map((field) => /** @type {HTMLInputElement} */ (field)).filter((field) => field.value && (/^(text|number|select-one|textarea)$/.test(field.type) || (field.type === 'radio' && field.checked)))
  const told = [plain(pressed), ...typed.map(named)].filter(Boolean).join(', ')
  const about = [plain(document.querySelector('main h1')), plain(form.closest('.part')?.querySelector('.lead'))].filter(Boolean).join('. ')
  const words = about ? `${about} – ${told}` : told // two entries of two questions are told apart
  forget()
  keep([...kept(), { url: form.action, body, at: Date.now(), token: which, words, tab: TAB }])
  pressedHere.add(which)
  pressed?.closest('li')?.classList.add('kept')
  send()
})
document.addEventListener('click', (event) => {
  if (/** @type {Element} */ (event.target).closest('[data-send]')) send()
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-resend], [data-drop]'))
  if (!button) return
  change(button.dataset.token ?? '', 'drop' in button.dataset ? null : { why: undefined })
  show()
  send()
})
addEventListener('online', send)
addEventListener('storage', settled)
hall.postMessage('changed')
show()
send()
