/** What is kept of a job: what it is told, and which request it comes from. */
export interface StoredJob {
  readonly payload: object;
  readonly requestId?: string;
}
