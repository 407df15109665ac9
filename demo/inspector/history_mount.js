// Everything that keeps and compares runs, mounted together: history, recordings, race, comparison, replay, sharing.

import { createBar } from "./history_bar.js";
import { mountCompare } from "./compare.js";
import { mountFeedback } from "./feedback.js";
import { mountHistory } from "./history.js";
import { mountRace } from "./race.js";
import { mountRecordings } from "./replay_recordings.js";
import { mountReplay } from "./replay.js";
import { mountShare } from "./share.js";

/** Mounts all of it and shows a newcomer the first recording. */
export function mountKeeping(host) {
  const bar = createBar(host);
  const compare = mountCompare(host, bar);
  const { claim } = mountHistory(host, bar, compare);
  mountFeedback(host, claim);
  const replay = mountReplay(host);
  const recordings = mountRecordings(host, bar, replay, compare);
  mountRace(host, bar, compare, claim);
  mountShare(host, bar);
  host.compare = compare;
  recordings.arrive();
}
