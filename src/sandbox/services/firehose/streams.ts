import type { Item, World } from "../../world";
import { ServiceError } from "../../service";
import type { Destination } from "./destinations";

export interface Tag {
  readonly Key: string;
  readonly Value?: string;
}

/** One delivery stream as the world keeps it. */
export interface StreamItem extends Item {
  name: string;
  region: string;
  arn: string;
  status: "CREATING" | "ACTIVE" | "DELETING" | "CREATING_FAILED";
  type: string;
  version: number;
  /** Milliseconds. */
  created: number;
  updated?: number;
  destination: Destination & Item;
  /** The destination that an update replaced and that deliveries use until `changesAt`. */
  previous?: Destination & Item;
  changesAt?: number;
  tags: Tag[];
  encryption: { Status: string; KeyType?: string; KeyARN?: string };
  failure?: { Type: string; Details: string };
}

const collection = "firehose.streams";

export function streamKey(region: string, name: string): string {
  return `${region}/${name}`;
}

export function findStream(world: World, region: string, name: string): StreamItem | undefined {
  return world.collection(collection).get(streamKey(region, name)) as StreamItem | undefined;
}

export function getStream(world: World, region: string, name: string): StreamItem {
  const stream = findStream(world, region, name);
  if (stream === undefined) {
    throw new ServiceError("ResourceNotFoundException", `Firehose ${name} under account ${world.account} not found.`);
  }
  return stream;
}

export function listStreams(world: World): readonly StreamItem[] {
  return [...world.collection(collection).values()] as StreamItem[];
}

export function putStream(world: World, stream: StreamItem): void {
  world.collection(collection).set(streamKey(stream.region, stream.name), stream);
  world.save();
}

export function removeStream(world: World, region: string, name: string): void {
  world.collection(collection).delete(streamKey(region, name));
  world.save();
}
