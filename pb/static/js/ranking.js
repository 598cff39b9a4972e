/** Rankings by buttons, loaded in polls of rankings: the ranked projects stand first, in their order. */
import { boxes, change, rule, set, value } from './choices.js'
import { element } from './vote.js'

/** @param {any} box */
const row = (box) => box.closest('li')
/** The ranked projects' boxes, the first place first. */
const ranked = () => boxes().filter(value).sort((a, b) => value(a) - value(b))

/** Puts the rows and their buttons right. */
export const order = () => {
  const count = ranked().length
  const open = boxes().filter((box) => !value(box)).sort((a, b) => (row(a).place < row(b).place ? -1 : 1))
  element('projects').append(...[...ranked(), ...open].map(row))
  for (const box of boxes()) {
    const rank = value(box)
    /** @type {Record<string, boolean>} */
    const offered = { in: !rank && count < rule.most, up: rank > 1, down: rank > 0 && rank < count, out: rank > 0 }
    for (const button of row(box).querySelectorAll('[data-move]')) button.hidden = !offered[button.dataset.move]
  }
}

/** @param {any} button */
export default (button) => {
  const box = row(button).querySelector('input')
  const list = ranked().filter((other) => other !== box)
  const step = { up: -2, down: 0 }[/** @type {string} */ (button.dataset.move)]
  if (button.dataset.move === 'in') list.push(box)
  if (step !== undefined) list.splice(value(box) + step, 0, box)
  for (const other of boxes()) set(other, list.indexOf(other) + 1)
  order()
  change()
  const focused = button.hidden ? row(box).querySelector('button:not([hidden])') : button
  focused?.focus()
  const moved = element('moved')
  moved.textContent = moved.dataset.words.replace('{place}', value(box) || '–').replace('{project}', row(box).querySelector('b').textContent)
}
