import { sql } from 'kysely';
import { type Context, type Platform, systemContext } from '../../platform/index.ts';
import type { Channel } from '../../policies/index.ts';
import type { Share } from '../deployment.ts';
import { deploymentsChannel } from '../deployment-store.ts';
import { socketOf } from '../replica-kind.ts';
import { type ModelDescription, ReplicaConnection } from './replica-connection.ts';

/** Where requests for one deployment can go. */
export interface Route {
  id: string;
  projectId: string;
  name: string;
  stopped: boolean;
  traffic: readonly Share[];
  channels: ReadonlyMap<Channel, ChannelRoute>;
}

export interface ChannelRoute {
  name: Channel;
  /** Null while nothing serves on it yet. */
  revision: {
    id: string;
    number: number;
    versionId: string;
    modelName: string;
    modelVersion: number;
    description: ModelDescription | null;
  } | null;
  replicas: readonly Replica[];
}

export interface Replica {
  /** Of its workload. */
  id: string;
  connection: ReplicaConnection;
  /** Not asked before this moment (`performance.now()`), since it just went away. */
  avoidUntil: number;
}

export interface RoutingTable {
  find(name: string): Route | null;
  /** Reads it again now. @returns false when the database did not answer; what was known stays */
  refresh(): Promise<boolean>;
  stop(): void;
}

const refreshMilliseconds = 1_000;
/** How many requests may wait at one replica; more are refused rather than kept waiting past their deadline. */
export const queueLength = 256;

/**
 * The way from a deployment's name to sockets, kept in memory by each server and renewed when something changes. While the database is away
 * the last one stays good, so predictions go on.
 */
export async function openRoutingTable(platform: Platform, host: string): Promise<RoutingTable> {
  const ctx = systemContext(platform, 'gateway');
  let routes = new Map<string, Route>();
  const replicas = new Map<string, Replica>();
  let reading: Promise<boolean> | null = null;
  let again = false;
  let stopped = false;

  async function read(): Promise<boolean> {
    try {
      const rows = await readRoutes(ctx, host);
      if (stopped) return true;
      routes = build(rows);
      const kept = new Set(
        rows.flatMap((row) => row.channels.flatMap((channel) => channel.replicas.map((replica) => replica.id))),
      );
      for (const [id, replica] of replicas) {
        // What it was given is still answered; it is let go once nothing waits there.
        if (kept.has(id) || replica.connection.waiting > 0) continue;
        replica.connection.close();
        replicas.delete(id);
      }
      return true;
    } catch (error) {
      platform.log.debug({ error: (error as Error).message }, 'the routing table could not be renewed');
      return false;
    }
  }

  function build(rows: readonly RouteRow[]): Map<string, Route> {
    return new Map(
      rows.map((row) => [
        row.name,
        {
          id: row.id,
          projectId: row.projectId,
          name: row.name,
          stopped: row.stopped,
          traffic: row.traffic,
          channels: new Map(
            row.channels.map((channel) => [channel.name, { ...channel, replicas: channel.replicas.map(connected) }]),
          ),
        },
      ]),
    );
  }

  function connected({ id, folder }: { id: string; folder: string }): Replica {
    let replica = replicas.get(id);
    if (!replica) {
      replica = { id, connection: new ReplicaConnection(socketOf(folder), queueLength), avoidUntil: 0 };
      replicas.set(id, replica);
    }
    return replica;
  }

  async function refresh(): Promise<boolean> {
    if (reading) {
      // What changed since the reading began must be seen too.
      again = true;
      return reading;
    }
    reading = (async () => {
      let answered: boolean;
      do {
        again = false;
        answered = await read();
      } while (again && answered && !stopped);
      return answered;
    })().finally(() => {
      reading = null;
    });
    return reading;
  }

  const unlisten = platform.signals.on(deploymentsChannel, () => void refresh());
  const timer = setInterval(() => void refresh(), refreshMilliseconds);
  await refresh();
  return {
    find: (name) => routes.get(name) ?? null,
    refresh,
    stop() {
      stopped = true;
      unlisten();
      clearInterval(timer);
      for (const replica of replicas.values()) replica.connection.close();
      replicas.clear();
    },
  };
}

interface RouteRow {
  id: string;
  projectId: string;
  name: string;
  stopped: boolean;
  traffic: Share[];
  channels: { name: Channel; revision: ChannelRoute['revision']; replicas: { id: string; folder: string }[] }[];
}

async function readRoutes(ctx: Context, host: string): Promise<RouteRow[]> {
  const { rows } = await sql<RouteRow>`
    select d.id, d.project_id as "projectId", d.name, d.stopped_at is not null as stopped, d.traffic,
      coalesce((select json_agg(json_build_object(
        'name', c.name,
        'revision', (select json_build_object('id', r.id, 'number', r.number, 'versionId', r.version_id, 'modelName', m.name,
            'modelVersion', v.number, 'description', r.description)
          from deployment_revisions r join model_versions v on v.id = r.version_id join registered_models m on m.id = v.model_id
          where r.id = c.serving_revision_id),
        'replicas', coalesce((select json_agg(json_build_object('id', w.id, 'folder', w.folder) order by p.slot)
          from deployment_replicas p join workloads w on w.id = p.workload_id
          where p.revision_id = c.serving_revision_id and p.state = 'ready' and w.host = ${host} and w.folder is not null), '[]')))
        from deployment_channels c where c.deployment_id = d.id), '[]') as channels
    from deployments d join projects j on j.id = d.project_id where d.deleted_at is null and j.deleted_at is null`.execute(
    ctx.db,
  );
  return rows;
}
