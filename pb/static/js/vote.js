/**
 * The voting page: sign in, choose, check, encrypt and cast in one document. Choices live in the check boxes; they are
 * never sent, stored or put in an address before `Election.ballot` has encrypted them. All texts stand in the page.
 */
import { Election, derive, generator, hex, normaliseCode, pause, proveLogin, sha256 } from './belenios.js'

/** @param {string} selector @returns {any[]} */
const all = (selector) => Array.from(document.querySelectorAll(selector))
/** @param {string} id @returns {any} */
const element = (id) => document.getElementById(id)
/** The server's texts and addresses. */
const page = () => element('vote').dataset
/** @param {number} tenge */
const money = (tenge) => String(tenge).replace(/\B(?=(\d{3})+$)/g, '\u00a0') + '\u00a0₸'

/** A message for the voter, and the input at fault. */
class Problem extends Error {
  /** @param {string} message @param {string} [field] its id */
  constructor(message, field) {
    super(message)
    this.field = field
  }
}

/** What the page knows of this voter. @type {Record<string, any>} */
const voter = {}
let step = 'sign-in'
let busy = false
let timer = 0
const election = new Election(page().election)

const boxes = () => all('#projects input')
const chosen = () => boxes().filter((box) => box.checked)
const limit = () => election.questions[0].max

/** @param {string} path @param {object} body @returns {Promise<any>} an answer, or a refusal that has a receipt */
const post = async (path, body) => {
  const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': all('[name=csrf-token]')[0].content }
  const answer = await fetch(page().base + path, { method: 'POST', headers, body: JSON.stringify(body) })
    .then((response) => response.json())
    .catch(lost)
  if (answer.error && !answer.receipt) throw new Problem(answer.error.message)
  return answer
}

const lost = () => {
  throw new Problem(page().connection)
}

/** Shows what is wrong above the heading and at the fields. @param {Problem[]} problems */
const showProblems = (problems) => {
  const list = element('problems').querySelector('ul')
  list.textContent = ''
  all('.field .error').forEach((error) => (error.hidden = true))
  all('[aria-invalid]').forEach((field) => {
    field.removeAttribute('aria-invalid')
    field.closest('.field').classList.remove('wrong')
  })
  for (const { message, field } of problems) {
    const line = list.appendChild(document.createElement('li'))
    line.textContent = message
    if (!field) continue
    const error = element(`${field}-error`)
    error.textContent = message
    error.hidden = false
    line.innerHTML = `<a href="#${field}">${line.innerHTML}</a>`
    const input = element(field)
    input.setAttribute('aria-invalid', 'true')
    input.closest('.field').classList.add('wrong')
  }
  element('problems').hidden = !problems.length
  setTitle(problems.length ? page().error + ': ' : '')
  if (problems.length) element('problems').focus()
}

const setTitle = (prefix = '') => {
  const section = all(`[data-step=${step}]`)[0].dataset
  const title = (voter.receipt && !isOwn() && section.voted) || section.title
  element('heading').textContent = title
  document.title = document.title.replace(/^.*?(?= – )/, () => prefix + title)
}

/** Whether this page cast the receipt's ballot. */
const isOwn = () => voter.receipt.tracker === voter.ballot?.[1]

const renderChoices = () => {
  const picked = chosen()
  /** @type {Record<string, any>} */
  const values = { chosen: picked.length, limit: limit(), cost: money(picked.reduce((sum, box) => sum + +box.dataset.cost, 0)) }
  for (const text of all('[data-text]')) text.textContent = String(text.dataset.text).replace(/{(\w+)}/g, (_, name) => values[name])
  element('over').hidden = picked.length <= limit()
  element('blank').hidden = picked.length > 0
  element('fewer').hidden = !picked.length || picked.length >= limit()
  element('chosen').textContent = ''
  for (const box of picked) element('chosen').append(box.closest('li').cloneNode(true))
  all('#chosen input').forEach((box) => box.remove())
  all('#chosen [id]').forEach((text) => text.removeAttribute('id'))
}

const renderReceipt = () => {
  const { receipt } = voter
  if (!receipt) return
  const hour = receipt.hour.replace(/(\d+)-(\d+)-(\d+)T(.{5}).*/, '$3.$2.$1, $4')
  for (const value of all('[data-receipt]')) value.textContent = { ...receipt, hour }[value.dataset.receipt]
  for (const part of all('[data-own]')) part.hidden = (part.dataset.own === 'yes') !== isOwn()
}

/** Puts the projects in this voter's own order, each time the same. */
const arrange = async () => {
  const rows = all('#projects li')
  for (const row of rows) row.place = hex(await sha256(`${voter.key}|${row.dataset.project}`))
  rows.sort((a, b) => (a.place < b.place ? -1 : 1))
  element('projects').append(...rows)
}

const render = () => {
  element('elsewhere').hidden = true
  for (const section of all('[data-step]')) section.hidden = section.dataset.step !== step
  renderChoices()
  renderReceipt()
  showProblems([])
  document.documentElement.classList.toggle('kiosk', 'kiosk' in page())
  for (const button of all('[data-needs]')) button.hidden = !(button.dataset.needs in window)
}

/** @param {string} next @param {boolean} [push] so that Back leads back from there */
const show = (next, push = false) => {
  step = next
  if (push) history.pushState({ step }, '')
  if (step === 'sign-in') voter.secret = 0
  render()
  element('heading').focus()
  scrollTo(0, 0)
  rest()
}

/** A shared device forgets a voter who does not touch it. */
const rest = () => {
  clearTimeout(timer)
  if ('kiosk' in page()) timer = setTimeout(finish, voter.receipt ? 60000 : 300000)
}

const finish = () => {
  Object.assign(voter, { secret: 0, ballot: 0, receipt: 0 })
  document.body.textContent = ''
  location.replace(location.href.split('#')[0])
}

/** The last digit follows from the others. @param {string} iin */
const isIin = (iin) => {
  /** @param {number} shift */
  const sum = (shift) => [...iin.slice(0, 11)].reduce((total, digit, i) => total + +digit * (((i + shift) % 11) + 1), 0) % 11
  return /^\d{12}$/.test(iin) && (sum(0) < 10 ? sum(0) : sum(2)) === +iin[11]
}

const signIn = async () => {
  const iin = element('iin').value.replace(/\s/g, '')
  const code = normaliseCode(element('code').value)
  const problems = []
  if (!isIin(iin)) problems.push(new Problem(page().wrongIin, 'iin'))
  if (!code) problems.push(new Problem(page().wrongCode, 'code'))
  if (problems.length) return showProblems(problems)
  const secret = await derive(election.uuid, code)
  const credential = String(generator.power(secret))
  const { nonce } = await post('/challenge', {})
  const answer = await post('/voter', { iin, credential, nonce, proof: await proveLogin(election.uuid, secret, nonce) })
  element('iin').value = element('code').value = ''
  if (answer.receipt) receive(answer.receipt)
  else await enter(credential, secret)
}

/** @param {string} key @param {bigint} secret @param {Function} [sign] the tracker */
const enter = async (key, secret, sign) => {
  if (voter.key !== key) {
    voter.ballot = 0
    boxes().forEach((box) => (box.checked = false))
  }
  Object.assign(voter, { key, secret, sign })
  await arrange()
  show('choose', true)
}

const check = () => {
  if (chosen().length > limit()) showProblems([new Problem(element('over').textContent)])
  else show('check', true)
}

/** After a lost connection the same ballot is sent again: it can be in the box once only. */
const cast = async () => {
  show('casting')
  try {
    await pause()
    const votes = boxes().sort((a, b) => a.dataset.index - b.dataset.index).map((box) => +box.checked)
    voter.ballot ||= await election.ballot(voter.secret, [votes])
    const cms = await voter.sign?.(voter.ballot[1])
    receive((await post('/ballots', { ballot: voter.ballot[0], cms })).receipt)
  } catch (error) {
    show('check')
    throw error
  }
}

/** @param {object} receipt */
const receive = (receipt) => {
  Object.assign(voter, { receipt, secret: 0 })
  boxes().forEach((box) => (box.checked = false))
  show('receipt')
}

const download = () => {
  const fields = 'version election election_hash tracker position height event hour key signature'.split(' ')
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([JSON.stringify(voter.receipt, fields)], { type: 'application/json' }))
  link.download = 'receipt.json'
  link.click()
}

/** Takes the texts of another language and keeps the step and the choices. @param {string} url */
const switchLanguage = async (url) => {
  const text = await fetch(url).then((response) => response.text()).catch(lost)
  const other = /** @type {any} */ (new DOMParser().parseFromString(text, 'text/html'))
  if (other.getElementById('vote')?.dataset.election !== election.raw) return location.assign(url)
  const ticked = chosen().map((box) => box.id)
  const typed = ['iin', 'code'].map((id) => [id, element(id).value])
  document.documentElement.lang = other.documentElement.lang
  document.title = other.title
  all('[name=csrf-token]')[0].content = other.querySelector('[name=csrf-token]').content
  document.body.replaceWith(other.body)
  for (const id of ticked) element(id).checked = true
  for (const [id, value] of typed) element(id).value = value
  history.replaceState(history.state, '', url)
  await arrange()
  show(step)
}

/** @type {Record<string, () => unknown>} */
const actions = { signIn, check, cast, download, finish, back: () => history.back(), print: () => print() }

/** One thing at a time: a second click does nothing. @param {() => unknown} action */
const run = async (action) => {
  if (busy) return
  busy = true
  element('wait').hidden = false
  try {
    await action()
  } catch (error) {
    if (!(error instanceof Problem)) console.error(error)
    showProblems([error instanceof Problem ? error : new Problem(page().failure)])
  }
  for (const wait of all('#wait')) wait.hidden = true
  busy = false
}

document.addEventListener('submit', (event) => {
  const { action } = /** @type {HTMLElement} */ (event.target).dataset
  if (!action) return
  event.preventDefault()
  run(actions[action])
})

document.addEventListener('click', (event) => {
  const target = /** @type {any} */ (event.target).closest('a, button')
  if (target?.matches('a[hreflang]')) run(() => switchLanguage(target.href))
  else if (target?.matches('a[href^="#"]')) element(target.getAttribute('href').slice(1)).focus()
  else if (target?.dataset.action) run(actions[target.dataset.action])
  else if (target?.dataset.module) run(async () => (await import(target.dataset.module)).default(target))
  else return
  event.preventDefault()
})

document.addEventListener('change', ({ target }) => {
  if (!boxes().includes(target)) return
  voter.ballot = 0
  renderChoices()
})

addEventListener('popstate', ({ state }) => {
  if (busy || voter.receipt) return
  show(voter.secret ? state?.step || 'sign-in' : 'sign-in')
})
addEventListener('pageshow', ({ persisted }) => persisted && location.reload())
for (const touch of ['pointerdown', 'keydown']) addEventListener(touch, rest)

export { Problem, cast, election, element, enter, page, post, receive, voter }

if (crypto.subtle) {
  history.replaceState({ step }, '')
  render()
  rest()
  election.prepare()
}
