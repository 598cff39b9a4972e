/** What a voter chooses, loaded when one has signed in: counted, bounded, kept in this tab, and put in an own order. */
import { hex, sha256 } from './belenios.js'
import { Problem, all, election, element, forget, keep, kept, money, show, showProblems, voter } from './vote.js'

const BAR = 240 // as wide as the page draws it

/** @returns {any[]} */
const boxes = () => all('#projects input')
/** 0 or 1, points, or a rank; what the row refuses is nothing. @param {any} box */
const value = (box) => (box.validity.valid ? +box[box.type === 'checkbox' ? 'checked' : 'value'] : 0)
/** @param {any} box @param {number} given */
const set = (box, given) => (box[box.type === 'checkbox' ? 'checked' : 'value'] = given)
const chosen = () => boxes().filter(value)
/** @param {any[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + +number, 0)
/** @type {Record<string, any>} */
const rule = election.questions[0].extra?.ballot_rule ?? { most: election.questions[0].max }
const limit = rule.total ?? rule.limit ?? rule.most
/** @param {any} box */
const projectOf = (box) => box.closest('li').dataset.project

/** How much of the limit is used: projects, places, points, or tiyn. */
const used = () => (rule.total ? sum(chosen().map(value)) : rule.limit ? sum(chosen().map((box) => box.dataset.cost)) * 100 : chosen().length)

/** A text of the page with its numbers. @param {string} text @param {Record<string, any>} values */
const filled = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name])

const render = () => {
  const picked = chosen()
  const cost = sum(picked.map((box) => box.dataset.cost))
  const left = limit - used()
  const values = { chosen: picked.length, limit, cost: money(cost), used: used(), left: Math.max(0, left) }
  for (const box of boxes()) for (const text of box.closest('li').querySelectorAll('[data-value]')) text.textContent = value(box) || '–'
  for (const text of all('[data-text]')) text.textContent = filled(String(text.dataset.text), values)
  element('over').hidden = left >= 0 && boxes().every((box) => box.validity.valid)
  element('blank').hidden = picked.length > 0
  element('fewer').hidden = !picked.length || left <= 0 || rule.limit
  fillBar()
  element('chosen').textContent = ''
  for (const box of picked) element('chosen').append(box.closest('li').cloneNode(true))
  all('#chosen input, #chosen button, #chosen .error').forEach((box) => box.remove())
  all('#chosen [id]').forEach((text) => text.removeAttribute('id'))
}

/** A block for each place, or one that grows to the limit. */
const fillBar = () => {
  const grown = element('used')
  grown?.setAttribute('width', String(BAR * Math.min(1, used() / limit)))
  if (!grown) all('#bar .bar').forEach((block, place) => block.classList.toggle('won', place < used()))
}

/** A choice over the limit is refused at once: its box is empty again, and its row and the bar say why. @param {any} box */
const refuse = (box) => {
  const { over, refused } = { over: element('over'), refused: element('refused') }
  refused.hidden = true
  const missing = used() - limit
  if (!box?.checked || missing <= 0) return ''
  set(box, 0)
  const text = filled(over.dataset.refused, { limit, missing: money(missing / 100) })
  box.closest('label').after(refused)
  refused.hidden = false
  refused.firstElementChild.textContent = text
  refused.lastElementChild.replaceChildren(...chosen().map(leadsTo))
  return text
}

/** A line that leads to a chosen project: one of them may be taken away. @param {any} box */
const leadsTo = (box) => {
  const line = document.createElement('li')
  const link = line.appendChild(document.createElement('a'))
  link.href = `#${box.id}`
  link.textContent = box.closest('li').querySelector('b').textContent
  return line
}

/** Says at the row of a project, and in the bar, which limit is in the way. @param {any} box @param {string} why */
const refuseAt = (box, why) => {
  const { over, refused } = { over: element('over'), refused: element('refused') }
  box.closest('li').append(refused)
  refused.lastElementChild.textContent = ''
  refused.firstElementChild.textContent = over.textContent = over.dataset[why]
  refused.hidden = over.hidden = false
}

/** Another choice is another ballot. @param {any} [touched] */
const change = (touched) => {
  const refused = refuse(touched)
  voter.ballot = 0
  const given = Object.fromEntries(chosen().map((box) => [projectOf(box), value(box)]))
  keep(given)
  render()
  const odd = boxes().find((box) => !box.validity.valid)
  if (odd) refuseAt(odd, 'range')
  if (!refused) return
  element('over').textContent = refused
  element('over').hidden = false
  element('refused').scrollIntoView({ block: 'nearest' }) // the bar, which grew, would cover it
}

/** What this voter had chosen before, and nothing of another's. @param {string} key */
const begin = async (key) => {
  if (voter.key !== key) {
    voter.ballot = 0
    if (kept().key !== key) forget()
    boxes().forEach((box) => set(box, kept().given?.[projectOf(box)] ?? 0))
  }
  Object.assign(voter, { key, clear: () => boxes().forEach((box) => set(box, 0)) })
  await arrange()
}

/** Puts the projects in this voter's own order, each time the same. */
const arrange = async () => {
  const rows = all('#projects > li')
  for (const row of rows) row.place = hex(await sha256(`${voter.key}|${row.dataset.project}`))
  rows.sort((a, b) => (a.place < b.place ? -1 : 1))
  element('projects').append(...rows)
  if (rule.total || rule.kind === 'ranking') (await import(`./${rule.kind}.js`)).order?.()
}

const check = () => {
  const odd = boxes().find((box) => !box.validity.valid)
  if (odd) return showProblems([new Problem(`${odd.closest('li').querySelector('b').textContent}: ${element('over').dataset.range}`)])
  const tooFew = chosen().length < rule.least
  if (used() > limit || tooFew) showProblems([new Problem(filled(element('over').dataset.text, { chosen: chosen().length, limit, used: used(), cost: money(used() / 100) }))])
  else show('check', true)
}

/** As the question asks for them: by the projects' numbers, a blank first where there is one. */
const votes = () => {
  const given = boxes().sort((a, b) => a.dataset.index - b.dataset.index).map(value)
  if (election.questions[0].blank) given.unshift(+!chosen().length)
  return given
}

document.addEventListener('input', ({ target }) => boxes().includes(target) && change(target))

export { arrange, begin, boxes, change, check, chosen, refuseAt, render, rule, set, value, votes }
