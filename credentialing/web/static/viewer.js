/* The viewer of papers without a way to the server: nearer, farther and turned. Every link works without this. */

const NEAREST = 4;

const stateOf = (pane) => {
  const page = pane.querySelector(".pu-view__page");
  const read = (kind, usual) => Number((page.className.match(new RegExp(`pu-${kind}-(\\d+)`)) || [0, usual])[1]);
  return { page, zoom: read("zoom", 1), turn: read("turn", 0) };
};

const apply = (pane, zoom, turn) => {
  const { page } = stateOf(pane);
  page.className = `pu-view__page pu-zoom-${zoom} pu-turn-${turn}`;
};

/* Every address and every form on the page carries the scene on: keep them true, but for links that open another page or paper. */
const carry = (query, side, zoom, turn, paper) => {
  if (query.get(`paper${side}`) !== paper) return;
  query.set(`zoom${side}`, zoom);
  query.set(`turn${side}`, turn);
};

const remember = (pane, zoom, turn) => {
  const side = pane.dataset.pane;
  const paper = pane.querySelector("img").getAttribute("src").split("/").at(-2);
  for (const link of document.querySelectorAll("main a[href*='paper']")) {
    if (link.dataset.tool) continue;
    const address = new URL(link.href);
    carry(address.searchParams, side, zoom, turn, paper);
    link.href = address;
  }
  for (const input of document.querySelectorAll("input[name=scene]")) {
    const query = new URLSearchParams(input.value);
    carry(query, side, zoom, turn, paper);
    input.value = query;
  }
};

for (const pane of document.querySelectorAll("[data-pane]")) {
  pane.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]")?.dataset.tool;
    if (!tool || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    let { zoom, turn } = stateOf(pane);
    if (tool === "nearer") zoom = Math.min(zoom + 1, NEAREST);
    if (tool === "farther") zoom = Math.max(zoom - 1, 1);
    if (tool === "turn") turn = (turn + 90) % 360;
    apply(pane, zoom, turn);
    remember(pane, zoom, turn);
  });
}
