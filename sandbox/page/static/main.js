// The page's own script: what htmx alone does not do. Each module listens on the document once.
import { startComposer } from "./composer.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startMenus } from "./menus.js";
import { startModals } from "./modals.js";
import { startPress } from "./press.js";
import { startScroll } from "./scroll.js";
import { startTop } from "./top.js";

startScroll();
startComposer();
startMenus();
startPress();
startModals();
startKeys();
startTop();
startLive();
document.documentElement.dataset.started = ""; // from here on it listens, for those who cannot wait to type
