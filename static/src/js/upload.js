// Shows how far an upload is; without it the same form is sent by the browser and leads to the same page.
//
// <form data-upload enctype="multipart/form-data">… <p data-upload-progress hidden><progress max="100"></progress></p></form>
// The answer's <main> takes the place of this page's, so that an error keeps the reader where they are.
import { startPolling } from "./poll.js";

const DONE = 100;

function show(answer, address) {
  const page = new DOMParser().parseFromString(answer, "text/html");
  const main = page.getElementById("main");
  if (!main) {
    location.assign(address);
    return;
  }
  document.title = page.title;
  document.getElementById("main").replaceWith(main);
  history.replaceState(null, "", address);
  startPolling(main);
  startUploads(main);
  const errors = main.querySelector(".govuk-error-summary");
  if (errors) errors.focus();
  else window.scrollTo(0, 0);
}

function send(form) {
  const part = form.querySelector("[data-upload-progress]");
  const bar = part.querySelector("progress");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  part.hidden = false;
  button.disabled = true;
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (event.loaded / event.total) * DONE;
  });
  request.addEventListener("load", () => {
    if (request.status < 400) show(request.responseText, request.responseURL || location.href);
    else form.submit();
  });
  request.addEventListener("error", () => {
    // The file is still chosen: the browser sends it, and says itself what is wrong with the connection.
    part.hidden = true;
    button.disabled = false;
    form.submit();
  });
  request.open("POST", form.action || location.href);
  request.send(new FormData(form));
}

export function startUploads(scope) {
  for (const form of scope.querySelectorAll("form[data-upload]")) {
    form.addEventListener("submit", (event) => {
      if (!form.querySelector("input[type=file]")?.files.length) return;
      event.preventDefault();
      send(form);
    });
  }
}
