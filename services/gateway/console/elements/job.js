/** `<lh-job>`: how a job goes, live until it ends. */

import { followJob } from "../api.js";
import { fill, h } from "../build.js";
import { events } from "../events.js";
import { isAborted } from "../request.js";
import { duration, named, percent, t } from "../words.js";
import { notice, sentence } from "./notice.js";

/** @typedef {import("../types.js").Job} Job */

const PAUSE_MS = 2000;

/** It fires `log` with what the job has printed, and `progress` and `end` with the job. */
export class JobState extends HTMLElement {
  #left = new AbortController();
  /** @type {Job | undefined} */
  job;

  /** @param {Job} job */
  show(job) {
    this.job = job;
    const share = shareOf(job);
    const bar = share === null ? null : h("progress", { value: share, max: 1, "aria-label": t("job.progress") });
    fill(
      this,
      h("span", { class: `chip ${job.status}` }, named("state", job.cancelling ? "cancelling" : job.status)),
      bar,
      share !== null && h("span", { class: "number" }, percent(share)),
      job.status === "running" && job.remaining_s ? h("span", { class: "muted" }, t("job.remaining", { time: duration(job.remaining_s) })) : null,
      job.error && h("p", { class: "wrong" }, sentence("problem", job.error.code, job.error.message)),
    );
    return this;
  }

  /** Follow the job until it ends or the element leaves the page. @param {Job} job */
  follow(job) {
    this.show(job);
    this.#listen();
    return this;
  }

  disconnectedCallback() {
    this.#left.abort();
  }

  async #listen() {
    while (this.job && !this.job.finished_at && !this.#left.signal.aborted) {
      try {
        for await (const { name, data } of events(await followJob(this.job.id, this.#left.signal))) this.#take(name, JSON.parse(data));
      } catch (error) {
        if (isAborted(error) || this.#left.signal.aborted) return;
        this.append(notice(error));
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** @param {string} name @param {any} data */
  #take(name, data) {
    if (name === "state" || name === "end") this.show(data);
    if (name === "progress" && this.job) this.show({ ...this.job, progress: data });
    this.dispatchEvent(new CustomEvent(name, { detail: name === "log" ? data.text : this.job }));
  }
}

customElements.define("lh-job", JobState);

/** @returns {JobState} */
export function jobState() {
  return /** @type {JobState} */ (document.createElement("lh-job"));
}

/** How far a running job is, in 0..1; null where it does not say. @param {Job} job */
function shareOf({ status, progress }) {
  if (status !== "running") return null;
  const [done, all] = [progress.done ?? progress.epoch ?? progress.step, progress.total ?? progress.epochs ?? progress.steps];
  return typeof done === "number" && typeof all === "number" && all > 0 ? Math.min(1, done / all) : null;
}
