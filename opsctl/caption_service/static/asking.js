// What a person is told when the service says no, and how the service is asked.

export const headers = { "X-CSRF-Token": document.querySelector("meta[name=csrf]").content };

const words = {
  0: "The service cannot be reached. Is the network there? Nothing was changed.",
  401: "Your session has ended. Sign in again; nothing was changed.",
  403: "This page has become too old. Load it again, then repeat it.",
  413: "The picture is too large: at most 10 MB.",
  415: "This is not a readable JPEG, PNG or WebP picture.",
  422: "The service did not understand this. Load the page again, then repeat it.",
  503: "The service cannot do this now. Try again in a minute.",
};

/** A sentence for a refusal: `detail` is the service's own reason, `header` reads a header. */
export function sentence(status, detail, header) {
  if ((status === 415 || status === 503) && typeof detail === "string" && detail) return upper(detail) + ".";
  if (status === 429) {
    const seconds = Number(header("Retry-After"));
    const when = seconds > 0 ? `in ${seconds} ${seconds === 1 ? "second" : "seconds"}` : "in a minute";
    return `That was a lot in a short time. Try again ${when}.`;
  }
  if (words[status]) return words[status];
  const id = header("X-Request-ID");
  return "Something failed here." + (id ? ` Whoever runs the service finds it by ${id}.` : "");
}

/** Shows a text in an element, or hides the element when there is none. */
export function say(id, text) {
  const place = document.getElementById(id);
  place.textContent = text;
  place.hidden = !text;
}

/** As `say("problem", …)`; whose session has ended gets a link to sign in. */
export function refuse(status, text) {
  say("problem", text);
  if (status === 401) offerSignIn("problem");
}

/** Adds a link to the sign-in page to what an element says. */
export function offerSignIn(id) {
  const link = Object.assign(document.createElement("a"), { href: "login", textContent: "Sign in" });
  document.getElementById(id).append(" ", link);
}

/** Marks a form's button as busy: it keeps the focus, and a second press does nothing. */
export function busy(form, is) {
  form.querySelector("button").setAttribute("aria-disabled", String(is));
  form.setAttribute("aria-busy", String(is));
}

export const isBusy = (form) => form.getAttribute("aria-busy") === "true";

function upper(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
