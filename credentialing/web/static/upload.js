/* Sending papers from a phone: big photos are made smaller first, a bar shows how far the sending is, and a file that is too large is named before it costs data.
   Without this script the same forms send the same files. Texts come from the page, from #upload-words. */

const LARGEST = 15 * 1024 * 1024;
const LONGEST_SIDE = 2400;
const WORTH_SHRINKING = 600 * 1024;
const words = document.getElementById("upload-words")?.dataset ?? {};

/* A photo drawn again: at most 2400 pixels a side, turned the right way, without place and camera. Anything else stays as it is. */
async function shrink(file) {
  if (!/^image\/(jpeg|webp)$/.test(file.type) || file.size < WORTH_SHRINKING || !window.createImageBitmap) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!smaller || smaller.size >= file.size) return file;
    return new File([smaller], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}

async function content(form, pressed) {
  const filled = new FormData(form);
  if (pressed?.name) filled.set(pressed.name, pressed.value);
  for (const input of form.querySelectorAll('input[type="file"]')) {
    if (!input.files.length) continue;
    filled.delete(input.name);
    for (const file of input.files) filled.append(input.name, await shrink(file));
  }
  return filled;
}

/* After a fault the form may be sent again: here, and for the frame's own guard against double presses. */
function reopen(form) {
  delete form.dataset.underway;
  delete form.dataset.sent;
}

/* What is said under the form while it is being sent. */
function noteOf(form) {
  let note = form.querySelector("[data-note]");
  if (!note) {
    note = document.createElement("div");
    note.dataset.note = "";
    note.setAttribute("role", "status");
    form.append(note);
  }
  return note;
}

function say(form, text) {
  const line = document.createElement("p");
  line.textContent = text;
  noteOf(form).replaceChildren(line);
}

function follow(form, request) {
  const bar = document.createElement("progress");
  const line = document.createElement("p");
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "pu-tool";
  stop.textContent = words.stop;
  stop.addEventListener("click", () => request.abort());
  bar.max = 100;
  bar.setAttribute("aria-label", words.sending);
  line.textContent = words.sending;
  noteOf(form).replaceChildren(line, bar, stop);
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = (100 * event.loaded) / event.total;
    line.textContent = event.loaded < event.total ? `${words.sending} ${Math.round(bar.value)} %` : words.looking;
  });
}

/* The answer is a whole page: take only the card that was sent and the count, so that files chosen in other cards stay chosen. */
function show(form, request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const kind = form.dataset.upload;
  const fresh = kind && page.getElementById(kind)?.closest(".pu-file");
  if (!fresh) {
    if (request.status < 400 && request.responseURL) return location.assign(request.responseURL);
    document.title = page.title;
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.querySelectorAll("form[data-upload]").forEach(wire);
    document.querySelector(".govuk-error-summary, main")?.focus();
    return undefined;
  }
  form.closest(".pu-file").replaceWith(fresh);
  const count = page.getElementById("papers-ready");
  if (count) document.getElementById("papers-ready")?.replaceWith(count);
  fresh.querySelectorAll("form[data-upload]").forEach(wire);
  (fresh.querySelector(".govuk-file-upload--error") ?? fresh.querySelector("a, input"))?.focus();
  return undefined;
}

async function send(form, pressed) {
  const files = [...form.querySelectorAll('input[type="file"]')].flatMap((input) => [...input.files]);
  say(form, files.length ? words.preparing : words.sending);
  const filled = await content(form, pressed);
  const sizes = [...filled.values()].filter((value) => value instanceof File).map((file) => file.size);
  if (sizes.some((size) => size > LARGEST) || sizes.reduce((sum, size) => sum + size, 0) > LARGEST) {
    say(form, words.large);
    reopen(form);
    return;
  }
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  const again = (text) => () => {
    say(form, text);
    reopen(form);
  };
  request.addEventListener("load", () => show(form, request));
  request.addEventListener("error", again(words.broken));
  request.addEventListener("abort", again(words.stopped));
  follow(form, request);
  request.send(filled);
}

function wire(form) {
  form.addEventListener("submit", (event) => {
    const chosen = [...form.querySelectorAll('input[type="file"]')].some((input) => input.files.length);
    if (!chosen) return; // nothing to watch: the browser sends it as ever
    event.preventDefault();
    if (form.dataset.underway) return;
    form.dataset.underway = "yes";
    send(form, event.submitter);
  });
}

document.querySelectorAll("form[data-upload]").forEach(wire);
