import { abortable } from "../../base/abortable";
import { Cancellation, type CancelSignal } from "../../base/cancellation";
import { maxTargets } from "./limits";

/** A device as the platform lists it; `iotId` is blank where it does not say. */
export interface ListedDevice {
  productKey: string;
  deviceName: string;
  iotId: string;
}

interface KeptList {
  found: Promise<readonly ListedDevice[]>;
  /** Once they are there. */
  devices?: readonly ListedDevice[];
  /** When it is loaded again. */
  until: number;
  /** How many wait for it. */
  waiting: number;
  loading: Cancellation;
}

const freshMs = 60_000;
/** After a failure the platform is not asked again at once, however many messages want the list. */
const freshAfterFailureMs = 3000;
/** What all lists may hold. */
const maxKept = 2 * maxTargets;

/** The devices of products, groups and tags, cached for a minute. */
export class DeviceLists {
  private readonly lists = new Map<string, KeptList>();

  /** @param now a monotonic clock in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * A list, loaded once for all who ask for it meanwhile; loading ends when none of them waits any more.
   * @param signal ends the wait as `closed`
   * @throws {Failure} what `load` throws
   */
  async get(
    key: string,
    load: (signal: CancelSignal) => Promise<readonly ListedDevice[]>,
    signal: CancelSignal = new Cancellation(),
  ): Promise<readonly ListedDevice[]> {
    const list = this.fresh(key) ?? this.start(key, load);
    list.waiting++;
    try {
      return await abortable(list.found, signal);
    } finally {
      list.waiting--;
      if (list.waiting === 0 && list.until === Infinity) this.giveUp(key, list);
    }
  }

  /** A list that has been loaded within the last minute; loads nothing. */
  kept(key: string): readonly ListedDevice[] | undefined {
    return this.fresh(key)?.devices;
  }

  private fresh(key: string): KeptList | undefined {
    const list = this.lists.get(key);
    return list && this.now() < list.until ? list : undefined;
  }

  private start(key: string, load: (signal: CancelSignal) => Promise<readonly ListedDevice[]>): KeptList {
    const loading = new Cancellation();
    const list: KeptList = { found: load(loading), until: Infinity, waiting: 0, loading };
    this.lists.delete(key);
    this.lists.set(key, list);
    list.found.then(
      (devices) => {
        list.devices = devices;
        list.until = this.now() + freshMs;
        this.makeRoom();
      },
      () => (list.until = this.now() + freshAfterFailureMs),
    );
    return list;
  }

  private giveUp(key: string, list: KeptList): void {
    if (this.lists.get(key) === list) this.lists.delete(key);
    list.loading.abort();
  }

  /** The oldest lists go, but not the newest one, nor one that is being loaded. */
  private makeRoom(): void {
    let kept = 0;
    for (const [key, { devices, until }] of [...this.lists].toReversed()) {
      // A failure takes up no room, but there may be many.
      kept += devices ? Math.max(1000, devices.length) : 1000;
      if (kept > maxKept && until !== Infinity) this.lists.delete(key);
    }
  }
}
