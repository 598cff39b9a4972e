/** Reads the code of a voter card with the camera, where the browser knows QR codes. Pictures stay in this page. */
import { normaliseCode } from './belenios.js'
import { inGroups } from './keyfile.js'
import { Problem, element, page } from './vote.js'

const LONGEST = 120000

export default async () => {
  const box = element('camera')
  const [video, stop] = [box.querySelector('video'), box.querySelector('button')]
  if (!box.hidden) return
  /** @type {MediaStream} */
  let stream
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  } catch {
    throw new Problem(page().cameraRefused, 'code')
  }
  const end = () => {
    stream.getTracks().forEach((track) => track.stop())
    box.hidden = true
  }
  box.hidden = false
  stop.onclick = end
  setTimeout(end, LONGEST)
  video.srcObject = stream
  watch(video, end)
}

/** Looks several times a second, until there is a code, or the page shows something else. @param {HTMLVideoElement} video @param {() => void} end */
const watch = async (video, end) => {
  // @ts-ignore: not in TypeScript's own list of what browsers have
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  while (video.offsetParent) {
    const found = await detector.detect(video).catch(() => [])
    const code = found.map(({ rawValue }) => normaliseCode(rawValue)).find(Boolean)
    if (code) {
      element('code').value = inGroups(code)
      end()
      return element('code').focus()
    }
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  end()
}
