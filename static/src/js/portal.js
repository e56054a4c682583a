// Starts what improves a page that already works without scripts.
import { initAll } from "./govuk-frontend.js";
import { startPolling } from "./poll.js";
import { startUploads } from "./upload.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
startPolling(document);
startUploads(document);
