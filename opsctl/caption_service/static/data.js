import { busy, headers, isBusy, offerSignIn, refuse, say, sentence } from "./asking.js";

const form = document.getElementById("erase");

async function erase() {
  busy(form, true);
  say("said", "Deleting. With many pictures this takes a while…");
  try {
    const answer = await fetch("api/me/data", { method: "DELETE", headers });
    const body = await answer.json().catch(() => ({}));
    say("said", "");
    if (!answer.ok) throw Object.assign(new Error(), { answer, body });
    form.reset();
    form.hidden = true;
    say("said", "All your data is deleted. Your account stays: sign in to begin anew.");
    offerSignIn("said");
  } catch (problem) {
    const { answer, body } = problem;
    const status = answer ? answer.status : 0;
    say("said", "");
    refuse(status, sentence(status, body?.detail, (name) => answer?.headers.get(name)));
  }
  busy(form, false);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (isBusy(form)) return;
  refuse(0, "");
  erase();
});
