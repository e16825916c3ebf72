/** One reading of before: its picture, what was read, what it should have been, and where it comes from. */

import { showReading } from "../api.js";
import { h } from "../build.js";
import { correcting } from "../elements/correcting.js";
import { lineage } from "../elements/lineage.js";
import { noticed } from "../elements/notice.js";
import { picture } from "../elements/picture.js";
import { alternatives, facts, letters, standing, sureness } from "../elements/reading.js";
import { replaying } from "../elements/replay.js";
import { link } from "../router.js";
import { moment, t } from "../words.js";

/** @param {import("../router.js").Visit} visit */
export async function show({ rest }) {
  const reading = await showReading(rest[0] ?? "");
  const asked = correcting(reading);
  const read = [sureness(reading, asked), letters(reading), alternatives(reading, asked)];
  const what = [...read, ...reading.notices.map(noticed), facts(reading, true), about(reading)];
  return h(
    "section",
    { class: "page" },
    h("p", {}, h("a", { href: link("history") }, t("history.back"))),
    standing(h("h1", { class: `text ${reading.task}` }), reading, asked),
    h("div", { class: "card picture whole" }, picture().enlarging().of(reading.id), h("div", { class: "what" }, what)),
    card(t("correct.title"), asked),
    h("div", { class: "halves" }, card(t("lineage.title"), lineage(reading.id)), card(t("replay.title"), replaying(reading.id))),
  );
}

/** @param {string} title @param {Node} body */
function card(title, body) {
  return h("div", { class: "card" }, h("h2", {}, title), body);
}

/** @param {import("../types.js").StoredReading} reading */
function about(reading) {
  const rows = [
    [t("history.by"), reading.by],
    [t("history.when"), moment(reading.received_at)],
    [t("history.name"), reading.name],
    [t("history.document"), reading.document],
    [t("history.writer"), reading.writer],
  ].filter(([, value]) => value);
  return h("dl", { class: "facts-list" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}
