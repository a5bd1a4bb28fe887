import { busy, headers, isBusy, refuse, say, sentence } from "./asking.js";

const MOST_BYTES = 10 * 1024 * 1024;
const [form, drop, file, preview, progress, result] = ["upload", "drop", "file", "preview", "progress", "result"]
  .map((id) => document.getElementById(id));

function chosen() {
  URL.revokeObjectURL(preview.src);
  const picture = file.files[0];
  preview.hidden = !picture;
  if (picture) preview.src = URL.createObjectURL(picture);
  refuse(413, picture && picture.size > MOST_BYTES ? sentence(413) : "");
}

function shown(caption) {
  const card = document.getElementById("card").content.cloneNode(true);
  const field = (name) => card.querySelector(`[data-field=${name}]`);
  field("concise_caption").textContent = caption.concise_caption;
  field("creative_caption").textContent = caption.creative_caption;
  field("labels").replaceChildren(...caption.labels.map((label) =>
    Object.assign(document.createElement("li"), { textContent: label })));
  Object.assign(field("picture"), {
    src: `api/captions/${caption.image_id}/thumbnail`, alt: caption.concise_caption,
  });
  result.querySelector(".card")?.remove();
  result.append(card);
}

function ended(request) {
  busy(form, false);
  progress.hidden = true;
  say("said", "");
  let body = {};
  try { body = JSON.parse(request.responseText); } catch { /* not ours: the status says enough */ }
  if (request.status === 201) {
    say("said", "Described and kept in your history.");
    shown(body);
  } else {
    refuse(request.status, sentence(request.status, body.detail, (name) => request.getResponseHeader(name)));
  }
}

function send() {
  const request = new XMLHttpRequest();  // fetch tells nothing of an upload's progress
  const body = new FormData();
  body.append("file", file.files[0]);
  request.open("POST", "api/captions");
  request.setRequestHeader("X-CSRF-Token", headers["X-CSRF-Token"]);
  request.upload.onprogress = (event) => {
    if (event.lengthComputable) progress.value = (event.loaded / event.total) * 100;
  };
  request.upload.onload = () => {
    progress.removeAttribute("value");
    say("said", "The picture is here. Describing it…");
  };
  request.onloadend = () => ended(request);
  busy(form, true);
  progress.hidden = false;
  progress.value = 0;
  say("said", "Sending the picture…");
  request.send(body);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (isBusy(form)) return;
  refuse(0, "");
  if (file.files[0].size > MOST_BYTES) refuse(413, sentence(413));
  else send();
});
file.addEventListener("change", chosen);
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", name === "dragenter" || name === "dragover");
  });
}
drop.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  file.files = event.dataTransfer.files;
  chosen();
});
drop.querySelector(".droppable").hidden = false;
if (file.files.length) chosen();  // before this script was here, or by the browser that remembered
