/**
 * The page of an open vote: how many may vote follows who is marked present and who has a conflict of interest, and what
 * is left to count follows the three numbers. The server counts again; without this the page shows how it began.
 */
const form = /** @type {HTMLFormElement} */ (document.querySelector('[name=unanimous]')?.closest('form'))
const line = /** @type {HTMLElement} */ (form.querySelector('[data-left]'))

/** @param {string} name @returns {string[]} */
const marked = (name) => [...form.querySelectorAll(`[name=${name}]:checked`)].map((box) => /** @type {HTMLInputElement} */ (box).value)
/** @param {string} name @param {number} number */
const show = (name, number) => {
  const place = form.querySelector(`[data-number=${name}]`)
  if (place && place.textContent !== String(number)) place.textContent = String(number)
}

const count = () => {
  const apart = new Set(marked('conflicted'))
  const counted = /** @type {any} */ (form.elements.namedItem('counted'))
  const voters = counted ? Number(counted.value) || 0 : marked('present').filter((member) => !apart.has(member)).length
  const typed = ['in_favour', 'against', 'abstained'].map((name) => /** @type {any} */ (form.elements.namedItem(name)).value)
  const pressed = /** @type {any} */ (form.elements.namedItem('unanimous'))
  pressed.value = voters
  show('unanimous', voters)
  show('left', typed.reduce((left, value) => left - Number(value), voters))
  line.hidden = !typed.some(Boolean)
}

form.addEventListener('input', count)
addEventListener('pageshow', count)
