/**
 * The page of an open vote: how many may vote follows who is marked present and who has a conflict of interest, and what
 * is left to count follows the three numbers. The server counts again; without this the page shows how it began. The
 * form is looked for each time: meeting.js puts another in its place after a fault.
 */
const count = () => {
  const form = document.querySelector('[name=unanimous]')?.closest('form')
  const line = /** @type {HTMLElement | null | undefined} */ (form?.querySelector('[data-left]'))
  if (!form || !line) return
  const marked = (/** @type {string} */ name) => [...form.querySelectorAll(`[name=${name}]:checked`)].map((box) => /** @type {HTMLInputElement} */ (box).value)
  const show = (/** @type {string} */ name, /** @type {number} */ number) => {
    const place = form.querySelector(`[data-number=${name}]`)
    if (place && place.textContent !== String(number)) place.textContent = String(number)
  }
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

document.addEventListener('input', count)
addEventListener('pageshow', count)
