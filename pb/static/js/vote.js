/**
 * The voting page: sign in, choose, check, encrypt and cast in one document. Choices leave this tab encrypted only, and
 * stay in it till then or the vote's end, for the same card, never on a shared device. All texts stand in the page.
 */
import { Election, pause } from './belenios.js'

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

/** What is chosen, and how; there when somebody has signed in. @type {any} */
let choices

/** The browser lost its session, or its time ran out: the page gives another, and what was chosen stays. */
const renew = async () => {
  const text = await fetch(location.pathname).then((response) => response.text()).catch(lost)
  const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('[name=csrf-token]')
  if (fresh) all('[name=csrf-token]')[0].replaceWith(fresh)
}

/** @param {string} path @param {object} body @param {boolean} [again] @returns {Promise<any>} an answer, or a refusal that has a receipt */
const post = async (path, body, again) => {
  const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': all('[name=csrf-token]')[0].content }
  const answer = await fetch(page().base + path, { method: 'POST', headers, body: JSON.stringify(body) })
    .then((response) => response.json())
    .catch(lost)
  if (answer.error?.code === 'Token' && !again) {
    await renew()
    return post(path, body, true)
  }
  if (answer.error && !answer.receipt) throw Object.assign(new Problem(answer.error.message), answer.error)
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
    const link = document.createElement('a')
    link.href = `#${field}`
    link.textContent = message
    line.replaceChildren(link)
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
  const title = (voter.receipt && !voter.own && section.voted) || section.title
  element('heading').textContent = title
  document.title = document.title.replace(/^.*?(?= – )/, () => prefix + (section.unsent ?? title))
}

const kept = () => ('kiosk' in page() ? {} : JSON.parse(sessionStorage.choices ?? '{}'))
/** @param {object} given what the voter chose of each project */
const keep = (given) => {
  if (!('kiosk' in page())) sessionStorage.choices = JSON.stringify({ key: voter.key, until: page().closes, given })
}
const forget = () => delete sessionStorage.choices

const render = () => {
  element('elsewhere').hidden = true
  for (const section of all('[data-step]')) section.hidden = section.dataset.step !== step
  choices?.render()
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
  const digit = (shift) => [...iin.slice(0, 11)].reduce((sum, digit, i) => sum + +digit * (((i + shift) % 11) + 1), 0) % 11
  return /^\d{12}$/.test(iin) && (digit(0) < 10 ? digit(0) : digit(2)) === +iin[11]
}

const signIn = async () => {
  const { derive, normaliseCode, normaliseSymbols, proveLogin } = await import('./codes.js').catch(lost)
  const iin = normaliseSymbols(element('iin').value)
  const code = normaliseCode(element('code').value)
  const problems = []
  if (!isIin(iin)) problems.push(new Problem(/^\d{12}$/.test(iin) ? page().wrongIin : iin ? page().oddIin : page().noIin, 'iin'))
  if (!code) problems.push(new Problem(element('code').value.trim() ? page().wrongCode : page().noCode, 'code'))
  if (problems.length) return showProblems(problems)
  const group = await election.load()
  const secret = await derive(group, election.uuid, code)
  const credential = group.publicKey(secret)
  const { nonce } = await post('/challenge', {})
  const answer = await post('/voter', { iin, credential, nonce, proof: await proveLogin(group, election.uuid, secret, nonce) })
  element('iin').value = element('code').value = ''
  if (answer.receipt) (await withReceipt()).receive(answer.receipt)
  else await enter(credential, secret)
}

/** @param {string} key @param {bigint} secret @param {Function} [sign] the tracker */
const enter = async (key, secret, sign) => {
  choices = await import('./choices.js').catch(lost)
  await Promise.all([choices.begin(key), election.ready()])
  Object.assign(voter, { secret, sign })
  show('choose', true)
}

/** After a lost connection the same ballot is sent again: it can be in the box once only. */
const cast = async () => {
  show('casting')
  try {
    await pause()
    voter.ballot ||= await election.ballot(voter.secret, [choices.votes()])
    const cms = await voter.sign?.(voter.ballot[1])
    const { receive } = await withReceipt()
    receive((await post('/ballots', { ballot: voter.ballot[0], cms })).receipt)
  } catch (error) {
    const ended = error.code === 'VotingEnded'
    if (ended) voter.secret = 0 // there is nothing to go back to
    show(ended ? 'ended' : error.code === 'SignInAgain' ? 'sign-in' : 'check')
    throw error
  }
}

/** What shows a receipt is there before the ballot is sent: no connection is needed afterwards. */
const withReceipt = () => import('./receipt.js').catch(lost)

/** @type {Record<string, () => unknown>} */
const actions = { signIn, check: () => choices.check(), cast, finish, back: () => history.back(), print: () => print() }

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
  const module = target?.hreflang ? './language.js' : target?.dataset.module
  if (module) run(async () => (await import(module)).default(target))
  else if (target?.matches('a[href^="#"]')) element(target.getAttribute('href').slice(1)).focus()
  else if (target?.dataset.action) run(actions[target.dataset.action])
  else return
  event.preventDefault()
})

addEventListener('popstate', ({ state }) => {
  if (busy || voter.receipt) return
  show(voter.secret ? state?.step || 'sign-in' : 'sign-in')
})
addEventListener('pageshow', ({ persisted }) => persisted && location.reload())
for (const touch of ['pointerdown', 'keydown']) addEventListener(touch, rest)

export { Problem, all, cast, election, element, enter, forget, keep, kept, lost, money, page, post, show, showProblems, step, voter, withReceipt }

if (Date.parse(kept().until) < Date.now()) forget()
if (crypto.subtle && self.BigInt) {
  history.replaceState({ step }, '')
  render()
  rest()
  election.prepare()
} else element('elsewhere').classList.remove('late')
