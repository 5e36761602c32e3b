// The grids of numbers: a cell is edited where it stands, and a cell of the map moves the window there.
// What was typed since the last version goes to the server as one value, so that no edit is lost to a faster one.

const boards = new WeakMap()

export default function (component) {
  const { parentElement, data, setStateValue, setTriggerValue } = component
  const root = parentElement.querySelector(".board")
  const scene = root.querySelector(".scene")
  const input = root.querySelector("input")
  const board = boards.get(parentElement) ?? { edits: {}, version: null, editing: "" }
  boards.set(parentElement, board)
  if (board.version !== data.version) Object.assign(board, { edits: {}, version: data.version, editing: "" })

  const cell = place => scene.querySelector(`[data-at="${place}"]`)
  const neighbour = (place, down, right) => {
    const parts = place.split("/")
    const [row, column] = parts.splice(-2).map(Number)
    return cell([...parts, row + down, column + right].join("/"))
  }

  const show = () => {
    const chosen = cell(board.editing)
    input.hidden = !chosen
    if (!chosen) return input.removeAttribute("aria-label")
    const box = chosen.getBoundingClientRect()
    const frame = root.getBoundingClientRect()
    Object.assign(input.style, {
      left: `${box.left - frame.left}px`,
      top: `${box.top - frame.top}px`,
      width: `${box.width}px`,
      height: `${box.height}px`,
    })
    input.setAttribute("aria-label", chosen.getAttribute("aria-label"))
  }
  const edit = (chosen, text) => {
    board.editing = chosen.dataset.at
    input.value = text ?? chosen.dataset.text
    show()
    input.focus()
    if (text === undefined) input.select()
  }
  const leave = focus => {
    const place = board.editing
    board.editing = ""
    show()
    if (focus) cell(place)?.focus()
  }
  const commit = () => {
    const chosen = cell(board.editing)
    if (!chosen || input.value === chosen.dataset.text) return
    chosen.dataset.text = input.value
    board.edits[board.editing] = input.value
    setStateValue("edits", { version: data.version, cells: { ...board.edits } })
  }

  if (scene.dataset.drawn !== data.scene) {
    const focused = scene.contains(parentElement.activeElement) ? parentElement.activeElement.dataset.at : ""
    scene.innerHTML = data.scene
    scene.dataset.drawn = data.scene
    cell(focused)?.focus()
  }
  show()

  const use = (chosen, text) => {
    if (chosen.dataset.position === undefined) edit(chosen, text)
    else setTriggerValue("position", Number(chosen.dataset.position))
  }
  scene.onclick = event => {
    const chosen = event.target.closest("[data-at]")
    if (chosen) use(chosen)
  }
  scene.onkeydown = event => {
    const chosen = event.target
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (moves[event.key]) neighbour(chosen.dataset.at, ...moves[event.key])?.focus()
    else if (["Enter", " ", "F2"].includes(event.key)) use(chosen)
    else if (chosen.dataset.position === undefined && /^[-−0-9.]$/.test(event.key)) use(chosen, event.key)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  input.onkeydown = event => {
    event.stopPropagation()
    if (event.key === "Escape") {
      leave(true)
    } else if (event.key === "Enter") {
      commit()
      leave(true)
    } else if (event.key === "Tab") {
      const place = board.editing
      commit()
      const next = neighbour(place, 0, event.shiftKey ? -1 : 1)
      if (!next) return leave(true)
      event.preventDefault()
      edit(next)
    }
  }
  input.onblur = () => {
    if (!board.editing) return
    commit()
    leave(false)
  }
}
