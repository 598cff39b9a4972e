/** A voter's secret code, typed where it does not belong, is stopped before anything is sent: nobody else may see it. */

const SIGN = '[\\p{L}\\p{N}]'
const GROUPED = new RegExp(`(?<!${SIGN}-?)${SIGN}{4}(?:[^\\p{L}\\p{N}]{1,3}${SIGN}{4}){5}(?!-?${SIGN})`, 'gu')
const TRACKER = /[A-Za-z0-9+/]{43}/g // between whose + and / a code may seem to stand
const WHOLE = new RegExp(`(?<!${SIGN})${SIGN}{24}(?!${SIGN})`, 'gu')

/** Signs of codes alone, or such that look like them; a digit, and a letter that no fingerprint has. @param {string} text */
const hasSigns = (text) =>
  /^[\dA-TV-ZАВЕЁЗКҚМНҺҢОӨРСТУҮҰХІЅЈ]*$/i.test(text.replace(/[^\p{L}\p{N}]/gu, '')) && /\d/.test(text) && /[G-ZА-ӿ]/i.test(text)

/** Whether a text holds a code; `alone`: the field takes one thing, and a code may have a slip. @param {string} text @param {boolean} alone */
export const holdsCode = (text, alone) => {
  text = text.replace(TRACKER, ' ')
  const signs = text.replace(/[^\p{L}\p{N}]/gu, '')
  if (alone && Math.abs(signs.length - 24) < 3 && hasSigns(signs)) return true
  return [...(text.match(GROUPED) || []), ...(text.match(WHOLE) || [])].some(hasSigns)
}

for (const warning of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-own-code]'))) {
  const form = warning.closest('form')
  form?.addEventListener('submit', (event) => {
    const fields = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('input[type=text], textarea'))
    const found = [...fields].find((field) => holdsCode(field.value, 'alone' in warning.dataset))
    warning.hidden = !found
    if (!found) return
    event.preventDefault()
    event.stopImmediatePropagation()
    found.value = ''
    found.focus()
  }, true)
}
