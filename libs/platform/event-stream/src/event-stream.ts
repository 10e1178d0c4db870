/** One record; records with the same key keep their order. */
export interface StreamRecord {
  key: string;
  value: string;
}

/** What a consumer group does with records. */
export interface StreamSubscriber {
  /** Each group gets every record at least once; the members of a group share them. A new group starts at the oldest record kept. */
  group: string;
  /** Takes a batch. When it throws, the same batch comes again after a pause; so skip what can never be handled. */
  handle(records: readonly StreamRecord[]): Promise<void>;
  /** Called when the group had to be made: it is new, or the carrier lost its data and with it records nobody had read. Publish the recent ones again. */
  created?(): Promise<void>;
  /** Hears of every failed batch and connection. */
  failed?(error: unknown): void;
}

/** A running subscription; closing it waits for the batch at work. */
export interface StreamSubscription {
  close(): Promise<void>;
}

/** The port to whatever carries events to their consumers. Delivery is at least once. */
export interface EventStream {
  /** Resolves when all records are stored. Throws when any may not be; publishing them again is allowed. */
  publish(records: readonly StreamRecord[]): Promise<void>;
  subscribe(subscriber: StreamSubscriber): Promise<StreamSubscription>;
  /** Closes subscriptions and connections. */
  close(): Promise<void>;
}
