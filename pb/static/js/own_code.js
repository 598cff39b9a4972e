/** A voter's secret code, typed where it does not belong, is stopped before anything is sent: nobody else may see it. */

const SIGN = '[\\p{L}\\p{N}]'
const GROUPED = new RegExp(`(?<!${SIGN}-?)${SIGN}{4}(?:[^\\p{L}\\p{N}]{1,3}${SIGN}{4}){5}(?!-?${SIGN})`, 'gu')
const TRACKER = /[A-Za-z0-9+/]{43}/g // between whose + and / a code may seem to stand
const WHOLE = new RegExp(`(?<!${SIGN})${SIGN}{24}(?!${SIGN})`, 'gu')

/** Signs of codes alone, or such that look like them; a digit, and a letter that no fingerprint has. @param {string} text */
const hasSigns = (text) =>
  /^[\dA-TV-ZАВЕЁЗКҚМНҺҢОӨРСТУҮҰХІЅЈ]*$/i.test(text.replace(/[^\p{L}\p{N}]/gu, '')) && /\d/.test(text) && /[G-ZА-ӿ]/i.test(text)

// What reads a code is loaded when somebody begins to write: a page that is only looked at asks for one file less.
/** @type {((text: string) => string) | undefined} */
let normaliseCode
/** @type {Promise<void> | undefined} */
let loading
const ready = () => (loading ??= import('./symbols.js').then(
  (symbols) => { normaliseCode = symbols.normaliseCode },
  () => { normaliseCode = (text) => text }, // without it rather too much is stopped than a code sent
))

/** 24 signs in one piece are a code by their check symbol alone: parts of addresses look like codes. @param {string} text */
const isRight = (text) => hasSigns(text) && normaliseCode?.(text) !== ''

/**
 * A text without the codes in it, and else as it was typed; `alone`: the field takes one thing, and a code may have a slip.
 * @param {string} text @param {boolean} alone
 */
export const withoutCodes = (text, alone) => {
  const bare = text.replace(TRACKER, ' ').replace(/[^\p{L}\p{N}]/gu, '')
  if (alone && Math.abs(bare.length - 24) < 3 && hasSigns(bare)) return ''
  const known = text.match(TRACKER) || []
  const outside = text.split(TRACKER).map((part) =>
    part
      .replace(GROUPED, (found) => (hasSigns(found) ? '' : found))
      .replace(WHOLE, (found) => (isRight(found) ? '' : found)))
  return outside.map((part, place) => part + (known[place] || '')).join('')
}

for (const warning of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-own-code]'))) {
  const form = warning.closest('form')
  form?.addEventListener('focusin', ready, { once: true })
  form?.addEventListener('submit', (event) => {
    if (!normaliseCode) {
      event.preventDefault()
      event.stopImmediatePropagation()
      ready().then(() => form.requestSubmit(event.submitter))
      return
    }
    const fields = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('input[type=text], textarea'))
    const alone = 'alone' in warning.dataset
    const found = [...fields].filter((field) => withoutCodes(field.value, alone) !== field.value)
    warning.hidden = !found.length
    if (!found.length) return
    event.preventDefault()
    event.stopImmediatePropagation()
    for (const field of found) field.value = withoutCodes(field.value, alone).trim()
    found[0].focus()
  }, true)
}
