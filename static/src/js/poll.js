// Refreshes a part of the page until the server says it is done.
//
// <div data-poll="/path" data-poll-every="2" aria-live="polite">…</div>
// The address answers with the new inner HTML. It is asked again until the answer carries the header "X-Poll: done" or contains an element
// with data-poll-done. If that element names a path there (data-poll-done="/next"), the browser goes to it.

const LONGEST_WAIT = 15;
const MOST_FAILURES = 8;

const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const visible = () =>
  document.hidden
    ? new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }))
    : Promise.resolve();

function isLocal(path) {
  return path.startsWith("/") && !path.startsWith("//") && new URL(path, location.href).origin === location.origin;
}

async function poll(part) {
  const every = Number(part.dataset.pollEvery) || 2;
  let seconds = every;
  let failures = 0;
  while (part.isConnected && failures < MOST_FAILURES) {
    await wait(seconds);
    await visible();
    let answer;
    try {
      answer = await fetch(part.dataset.poll, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
    } catch {
      answer = null;
    }
    if (!answer || !answer.ok || answer.redirected) {
      failures += 1;
      seconds = Math.min(seconds * 2, LONGEST_WAIT);
      continue;
    }
    failures = 0;
    // Slower with every answer: a long job must not be asked about twice a second for minutes.
    seconds = Math.min(seconds * 1.2, LONGEST_WAIT);
    const html = await answer.text();
    if (html !== part.dataset.pollLast) {
      part.innerHTML = html;
      part.dataset.pollLast = html;
    }
    const mark = part.querySelector("[data-poll-done]");
    if (mark?.dataset.pollDone && isLocal(mark.dataset.pollDone)) {
      location.assign(mark.dataset.pollDone);
      return;
    }
    if (mark || answer.headers.get("X-Poll") === "done") return;
  }
}

export function startPolling(scope) {
  for (const part of scope.querySelectorAll("[data-poll]")) {
    if (isLocal(part.dataset.poll)) poll(part);
  }
}
